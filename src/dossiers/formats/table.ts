import type { Problem } from '../../lib/problem.ts'

/** A file as it came, with the name that problems print. Reading it from disk is the caller's business. */
export interface DossierFile {
  name: string
  bytes: Uint8Array
}

/** Empty cells are undefined. A csv has texts only. */
export type Cell =
  | { kind: 'text'; text: string }
  | { kind: 'number'; number: number }
  /** `#REF!` and its like: the formula did not work out. */
  | { kind: 'error'; text: string }

export interface TableRow {
  /** As the person sees it in an editor or a spreadsheet, from 1. */
  line: number
  /** By column, from 0. */
  cells: readonly (Cell | undefined)[]
}

/** Which day a spreadsheet counts from; see `excel-day.ts`. */
export type DaySystem = '1900' | '1904'

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

export const rowsPerChunk = 500
