import type { Problem } from '../../lib/problem.ts'
import type { DaySystem, TableRow } from '../../lib/spreadsheet/cells.ts'

export { type Cell, type DaySystem, rowsPerChunk, type TableRow } from '../../lib/spreadsheet/cells.ts'

/** A file as it came, with the name that problems print. Reading it from disk is the caller's business. */
export interface DossierFile {
  name: string
  bytes: Uint8Array
}

export type TableChunk =
  /** `share` of the file that has been read, 0 to 1. */
  | { kind: 'rows'; rows: readonly TableRow[]; share: number }
  /** The file cannot be read any further. */
  | { kind: 'problem'; problem: Problem }

/** Rows come as they are read, so that no more than a chunk is held at a time. It can be read again from the start. */
export interface Table {
  format: 'csv' | 'xlsx'
  chunks(): AsyncIterable<TableChunk>
  daySystem(): DaySystem
}
