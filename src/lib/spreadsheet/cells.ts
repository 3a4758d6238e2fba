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

/** Which day a spreadsheet counts from: 1 January 1900 = 1 (Windows) or 1 January 1904 = 0 (old Macs). */
export type DaySystem = '1900' | '1904'

export const rowsPerChunk = 500
