import { createHash } from 'node:crypto'
import { oneAtATime } from '../../lib/one-at-a-time.ts'
import { checkPdf } from './check-pdf.ts'
import { cleanImage, readImageSize } from './clean-image.ts'
import { detectType } from './detect-type.ts'
import {
  defaultEvidenceLimits,
  type EvidenceLimits,
  type EvidenceOutcome,
  type EvidenceRefusal,
  type OfferedFile,
  type PreparedEvidence,
} from './evidence.ts'
import { identityCardSigns } from './identity-card.ts'

export interface OfferedTo {
  /** Files that the report has already. */
  filesKept: number
  /** The person was asked and said that it is none. */
  isNoIdentityCard?: boolean
}

export interface EvidencePreparation {
  /** Makes of an offered file what may be kept, or says why not. Never throws for what a file holds. */
  prepare(file: OfferedFile, to: OfferedTo): Promise<EvidenceOutcome>
}

/** One file at a time: a photo of 50 megapixels takes up to 200 MB while it is drawn anew. */
export function createEvidencePreparation(
  limits: EvidenceLimits = defaultEvidenceLimits,
): EvidencePreparation {
  const inTurn = oneAtATime()
  return {
    async prepare(file, to) {
      if (to.filesKept >= limits.maxFiles) return refused('too-many-files')
      if (file.bytes.length === 0) return refused('empty')
      if (file.bytes.length > limits.maxBytes) return refused('too-large')
      return inTurn(() => prepareFile(file, to, limits))
    },
  }
}

async function prepareFile(
  file: OfferedFile,
  to: OfferedTo,
  limits: EvidenceLimits,
): Promise<EvidenceOutcome> {
  const { bytes, fileName, caption } = file
  const detected = await detectType(bytes, fileName)
  if (detected.kind === 'refused') return detected
  const { type } = detected

  if (type === 'pdf') {
    const reason = checkPdf(bytes)
    if (reason) return refused(reason)
    const signs = identityCardSigns({ fileName, caption })
    if (signs.length > 0 && !to.isNoIdentityCard) return { kind: 'maybe-id-card', signs }
    return prepared({ type, bytes: Buffer.from(bytes), metadata: 'kept' })
  }

  const size = await readImageSize(bytes, type, limits)
  if (size.kind === 'refused') return size
  const signs = identityCardSigns({ fileName, caption, size })
  if (signs.length > 0 && !to.isNoIdentityCard) return { kind: 'maybe-id-card', signs }
  const image = await cleanImage(bytes, type, limits)
  if (image.kind === 'refused') return image
  const { widthPx, heightPx } = image
  return prepared({ type: image.type, bytes: image.bytes, metadata: 'removed', widthPx, heightPx })
}

function prepared(evidence: Omit<PreparedEvidence, 'sha256'>): EvidenceOutcome {
  return { kind: 'prepared', evidence: { ...evidence, sha256: sha256(evidence.bytes) } }
}

function refused(reason: EvidenceRefusal): EvidenceOutcome {
  return { kind: 'refused', reason }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
