import type { CellObject, Row } from 'write-excel-file/node'

/** A sheet: rows of cells, of which the first `headerRows` stay in sight. */
export interface XlsxSheet {
  name: string
  /** In characters. */
  widths: number[]
  headerRows: number
  rows: Row[]
}

/** Always text, also "=1+1". */
export const textCell = (value: string): CellObject => ({
  type: String,
  value,
  wrap: true,
  alignVertical: 'top',
})

export const headingCell = (value: string): CellObject => ({
  type: String,
  value,
  fontWeight: 'bold',
  wrap: true,
  alignVertical: 'center',
  borderStyle: 'thin',
})

export const countCell = (value: number): CellObject => ({ type: Number, value, format: '0' })

/** @param hundredths of a percent; empty where there is none */
export const percentCell = (hundredths: number | undefined): CellObject | null =>
  hundredths === undefined ? null : { type: Number, value: hundredths / 100, format: '0.00' }

/** @param day "2026-11-23" */
export const dayCell = (day: string): CellObject => ({
  type: Date,
  value: new Date(`${day}T00:00:00Z`),
  format: 'dd/mm/yyyy',
})

export const headings = (...words: string[]): Row => words.map(headingCell)
