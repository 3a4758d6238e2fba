import type { AuditRow } from './audit-log.ts'
import { type Anchor, chainStart, hashOf, isGenuine } from './chain.ts'

/** A row as it stands in the store: may lack fields or have foreign ones. */
export type StoredRow = Partial<AuditRow> & { sequence: number }

/** What `audit:verify` reads: everything, as it is. */
export interface AuditArchive {
  /** By sequence, ascending. */
  rows(): AsyncIterable<StoredRow>
  /** Renewed with every row. */
  head(): Promise<Anchor | undefined>
  /** Kept for good, by sequence. */
  anchors(): Promise<Anchor[]>
}

export type ChainFault =
  /** The row is not what it was when it was written. */
  | { kind: 'edited'; sequence: number }
  /** Rows are missing; `last` included. */
  | { kind: 'dropped'; sequence: number; last: number }
  /** The row does not follow on the one before: one of the two was replaced as a whole. */
  | { kind: 'replaced'; sequence: number }
  /** An anchor knows another row at this place: rows up to here were written anew. */
  | { kind: 'rewritten'; sequence: number }
  /** Rows at the end are missing; `last` included. */
  | { kind: 'truncated'; sequence: number; last: number }
  /** An anchor was changed, or made without the key. */
  | { kind: 'forged-anchor'; sequence: number }
  /** There are rows, but nothing says how many there should be. */
  | { kind: 'no-head'; sequence: number }

export interface ChainReport {
  rows: number
  headHash: string
  faults: ChainFault[]
  /** Rows after the newest anchor: a crash between two writes leaves one; more should be asked about. */
  rowsAfterHead: number
  /** False without a key: whoever can write to the database could have made the anchors too. */
  isSigned: boolean
}

const maxFaults = 1_000

/** Reads the whole chain and names every row that was edited, dropped, swapped or cut off. */
export async function verifyChain(
  archive: AuditArchive,
  options: { key?: Buffer; expected?: Pick<Anchor, 'sequence' | 'hash'> } = {},
): Promise<ChainReport> {
  const { key } = options
  const faults: ChainFault[] = []
  // The head first: rows that are appended while we read are then only more than it says.
  const head = await archive.head()
  const kept = await archive.anchors()
  const trusted: Pick<Anchor, 'sequence' | 'hash'>[] = options.expected ? [options.expected] : []
  for (const anchor of head ? [...kept, head] : kept) {
    if (key && !isGenuine(anchor, key)) faults.push({ kind: 'forged-anchor', sequence: anchor.sequence })
    else trusted.push(anchor)
  }
  const hashAt = new Map<number, string[]>()
  for (const { sequence, hash } of trusted) hashAt.set(sequence, [...(hashAt.get(sequence) ?? []), hash])

  let previous: { sequence: number; hash: string } = chainStart
  let rows = 0
  for await (const row of archive.rows()) {
    rows++
    const { sequence } = row
    const isNext = sequence === previous.sequence + 1
    if (!isNext) faults.push({ kind: 'dropped', sequence: previous.sequence + 1, last: sequence - 1 })
    if (row.hash !== hashOf(row)) faults.push({ kind: 'edited', sequence })
    else if (isNext && row.previousHash !== previous.hash) faults.push({ kind: 'replaced', sequence })
    const hash = String(row.hash)
    if (hashAt.get(sequence)?.some((known) => known !== hash)) faults.push({ kind: 'rewritten', sequence })
    previous = { sequence, hash }
    if (faults.length >= maxFaults) break
  }

  const furthest = Math.max(0, ...trusted.map(({ sequence }) => sequence))
  if (furthest > previous.sequence) {
    faults.push({ kind: 'truncated', sequence: previous.sequence + 1, last: furthest })
  }
  if (!head && rows > 0) faults.push({ kind: 'no-head', sequence: previous.sequence })
  return {
    rows,
    headHash: previous.hash,
    faults,
    rowsAfterHead: Math.max(0, previous.sequence - furthest),
    isSigned: key !== undefined,
  }
}
