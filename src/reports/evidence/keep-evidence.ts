import type { KeyRing, OpenRefusal } from '../../lib/key-ring.ts'
import type { EvidenceStore, EvidenceType, PreparedEvidence } from './evidence.ts'

/** What a report keeps of a file. */
export interface KeptEvidence extends Omit<PreparedEvidence, 'bytes'> {
  /** In the evidence store. */
  name: string
  type: EvidenceType
  sizeBytes: number
}

export interface EvidenceRoom {
  keyRing: KeyRing
  store: EvidenceStore
}

export type ReadEvidence =
  | { kind: 'read'; bytes: Buffer }
  | { kind: 'missing' }
  | { kind: 'refused'; reason: OpenRefusal }

/**
 * Seals a file for one report and stores it. The report's reference and the file's hash are sealed in, so that a file
 * put under another report, or exchanged for another of the same report, does not open.
 */
export async function keepEvidence(
  reportRef: string,
  { bytes, ...rest }: PreparedEvidence,
  { keyRing, store }: EvidenceRoom,
): Promise<KeptEvidence> {
  const sealed = keyRing.seal(bytes, contextOf(reportRef, rest.sha256))
  return { ...rest, sizeBytes: bytes.length, name: await store.put(sealed) }
}

export async function readEvidence(
  reportRef: string,
  kept: Pick<KeptEvidence, 'name' | 'sha256'>,
  { keyRing, store }: EvidenceRoom,
): Promise<ReadEvidence> {
  const sealed = await store.get(kept.name)
  if (!sealed) return { kind: 'missing' }
  const opened = keyRing.open(sealed, contextOf(reportRef, kept.sha256))
  return opened.kind === 'refused' ? opened : { kind: 'read', bytes: opened.plaintext }
}

function contextOf(reportRef: string, hash: string): string {
  return `report:${reportRef}:evidence:${hash}`
}
