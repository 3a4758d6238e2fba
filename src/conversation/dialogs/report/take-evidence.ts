import { defaultEvidenceLimits } from '../../../reports/evidence/evidence.ts'
import { type KeptEvidence, keepEvidence } from '../../../reports/evidence/keep-evidence.ts'
import type { InboundAttachment, InboundMessage } from '../../message.ts'
import type { ReportContext } from './report-talk-parts.ts'

interface TakenFiles {
  kept: KeptEvidence[]
  /** What looks like an identity card and is not kept; to be fetched again when the person says that it is none. */
  doubtful: InboundAttachment[]
  /** What became of each file, a sentence each. */
  lines: string[]
}

/** Of all files of a message together; the turn itself is given up two seconds later. */
const patienceMs = 6_000
const shownHashChars = 16
const mebibyte = 1024 * 1024

/** What is shown of a hash: enough to compare by eye. */
export const shortHash = (sha256: string): string => `${sha256.slice(0, shownHashChars)}…`

/**
 * Fetches, cleans and seals the files of a message for a report. Whatever a file is, the others are still taken, and
 * each gets a sentence. A file that the report holds already is not added again, so a turn may run twice.
 */
export async function takeFiles(
  message: Pick<InboundMessage, 'channel' | 'text'> & { attachments: readonly InboundAttachment[] },
  to: { ref: string; held: readonly KeptEvidence[]; isNoIdentityCard?: boolean },
  { reports }: Pick<ReportContext, 'reports'>,
): Promise<TakenFiles> {
  const { texts, clock } = reports
  const taken: TakenFiles = { kept: [], doubtful: [], lines: [] }
  const done = new AbortController()
  const late = clock.sleep(patienceMs, done.signal).then(() => 'late' as const)
  for (const attachment of message.attachments) {
    const outcome = await Promise.race([takeFile(attachment), late])
    if (outcome === 'late') taken.lines.push(texts.say('report.evidence.slow'))
    else outcome()
  }
  done.abort()
  return taken

  /** Resolves with what is to be noted, so that a file that comes too late notes nothing. */
  async function takeFile(attachment: InboundAttachment): Promise<() => void> {
    const note = (line: string) => () => void taken.lines.push(line)
    if (attachment.kind !== 'image' && attachment.kind !== 'file' && attachment.kind !== 'video') {
      return note(texts.say('report.evidence.not-a-file'))
    }
    const fetched = await reports.fetchAttachment(message.channel, attachment)
    if (fetched.kind === 'failed') return note(texts.say('report.evidence.failed'))
    if (fetched.kind === 'refused') {
      return note(
        fetched.reason === 'too-large'
          ? refusal('too-large')
          : texts.say(`report.evidence.${fetched.reason}`),
      )
    }
    const fileName = fetched.fileName ?? attachment.fileName
    const outcome = await reports.evidence.prepare(
      {
        bytes: fetched.bytes,
        ...(fileName === undefined ? {} : { fileName }),
        ...(message.text === undefined ? {} : { caption: message.text }),
      },
      {
        filesKept: to.held.length + taken.kept.length,
        ...(to.isNoIdentityCard ? { isNoIdentityCard: true } : {}),
      },
    )
    switch (outcome.kind) {
      case 'refused':
        return note(refusal(outcome.reason))
      case 'maybe-id-card':
        return () => {
          taken.doubtful.push(attachment)
          taken.lines.push(texts.say('report.evidence.id-card'))
        }
      case 'prepared': {
        const { sha256, metadata } = outcome.evidence
        if ([...to.held, ...taken.kept].some((held) => held.sha256 === sha256)) {
          return note(texts.say('report.evidence.already'))
        }
        const kept = await keepEvidence(to.ref, outcome.evidence, reports.evidenceRoom)
        return () => {
          taken.kept.push(kept)
          const number = to.held.length + taken.kept.length
          const hash = shortHash(sha256)
          const { maxFiles: max } = defaultEvidenceLimits
          taken.lines.push(texts.say('report.evidence.kept', { number, max, hash }))
          if (metadata === 'removed') taken.lines.push(texts.say('report.evidence.removed'))
        }
      }
    }
  }

  function refusal(reason: keyof typeof refusalValues): string {
    const values = refusalValues[reason]
    return values === 'plain'
      ? texts.say(`report.evidence.refused.${reason as PlainRefusal}`)
      : texts.say(`report.evidence.refused.${reason as CountedRefusal}`, values)
  }
}

const refusalValues = {
  empty: 'plain',
  'too-large': { max: defaultEvidenceLimits.maxBytes / mebibyte },
  'too-many-files': { max: defaultEvidenceLimits.maxFiles },
  executable: 'plain',
  archive: 'plain',
  'office-document': 'plain',
  'video-or-audio': 'plain',
  'type-not-allowed': 'plain',
  'type-unknown': 'plain',
  'name-does-not-match': 'plain',
  'heic-not-readable': 'plain',
  'picture-not-readable': 'plain',
  'picture-too-many-pixels': 'plain',
  'pdf-not-readable': 'plain',
  'pdf-locked': 'plain',
  'pdf-active': 'plain',
} as const
type CountedRefusal = 'too-large' | 'too-many-files'
type PlainRefusal = Exclude<keyof typeof refusalValues, CountedRefusal>
