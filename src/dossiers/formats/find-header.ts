import type { Problem } from '../../lib/problem.ts'
import { type ColumnMapping, type DossierColumn, neededColumns } from '../column-mapping.ts'
import type { DossierTexts } from '../dossier-texts.ts'
import type { TableRow } from './table.ts'

export interface Header {
  line: number
  /** Where each column stands, from 0. */
  positions: ReadonlyMap<DossierColumn, number>
  width: number
  /** Headers that nobody has named yet; their cells are not read. */
  unknown: string[]
}

export type FoundHeader = { kind: 'header'; header: Header } | { kind: 'problems'; problems: Problem[] }

/** The title, the name of the office and the period often stand above the table. */
export const headerWithin = 20

/** The row among the first ones that has most of our columns; it must have the needed ones, and each only once. */
export function findHeader(
  rows: readonly TableRow[],
  { file, mapping, texts }: { file: string; mapping: ColumnMapping; texts: DossierTexts },
): FoundHeader {
  const known = (row: TableRow) => textsOf(row).filter(({ text }) => mapping.columnOf(text)).length
  const best = rows
    .slice(0, headerWithin)
    .reduce<TableRow | undefined>((best, row) => (!best || known(row) > known(best) ? row : best), undefined)
  if (!best || known(best) === 0) {
    const columns = neededColumns.map((column) => mapping.columnName(column)).join(', ')
    const message = texts.say('dossier.file.no-header', { columns })
    return { kind: 'problems', problems: [{ file, line: best?.line ?? 1, message }] }
  }

  const problems: Problem[] = []
  const positions = new Map<DossierColumn, number>()
  const unknown: string[] = []
  for (const { text, position } of textsOf(best)) {
    const column = mapping.columnOf(text)
    if (!column) {
      if (!mapping.isLeftOut(text)) unknown.push(text.slice(0, maxHeaderChars))
    } else if (positions.has(column)) {
      const message = texts.say('dossier.file.same-column', {
        name: text,
        column: mapping.columnName(column),
      })
      problems.push({ file, line: best.line, message })
    } else positions.set(column, position)
  }
  const missing = neededColumns.filter((column) => !positions.has(column))
  if (missing.length > 0) {
    const columns = missing.map((column) => `«${mapping.columnName(column)}»`).join(', ')
    problems.push({ file, line: best.line, message: texts.say('dossier.file.missing-columns', { columns }) })
  }
  if (problems.length > 0) return { kind: 'problems', problems }
  return { kind: 'header', header: { line: best.line, positions, width: best.cells.length, unknown } }
}

/** Of a table without a header the first row is data, maybe of persons: no more of it is shown than a name needs. */
const maxHeaderChars = 40

function textsOf(row: TableRow): { text: string; position: number }[] {
  return row.cells.flatMap((cell, position) => (cell?.kind === 'text' ? [{ text: cell.text, position }] : []))
}
