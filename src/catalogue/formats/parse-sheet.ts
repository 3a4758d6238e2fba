import type { Problem } from '../../lib/problem.ts'
import type { Cell, TableRow } from '../../lib/spreadsheet/cells.ts'
import { BrokenWorkbook, openSheet } from '../../lib/spreadsheet/read-xlsx.ts'
import { looseKey } from '../loose-key.ts'
import type { FormatTexts } from './format-texts.ts'
import { dateInName, type ListRules } from './parse-csv.ts'
import { type ListRow, listedProcedures } from './parse-list.ts'
import type { ParsedCatalogue, SheetFile } from './parsed-catalogue.ts'

/** Headings of the portal's export `danh-sach-tthc-*.xlsx`, which stand below a merged title. */
const headings = {
  code: 'Mã số',
  name: 'Tên',
  issuer: 'Cơ quan ban hành',
  executingAgency: 'Cơ quan thực hiện',
  field: 'Lĩnh vực',
} as const
type Column = keyof typeof headings

/** The title may grow by a few lines; further down a row of headings would be data. */
const lastHeadingLine = 20

/** Unpacks the first sheet of a workbook. Lines inside a cell stay: an export lists one agency a line. */
export async function openListSheet(
  file: { name: string; bytes: Uint8Array },
  texts: FormatTexts,
): Promise<{ kind: 'sheet'; sheet: SheetFile } | { kind: 'problem'; problem: Problem }> {
  const problem = (message: string) => ({
    kind: 'problem' as const,
    problem: { file: file.name, message },
  })
  const opened = await openSheet(file.bytes, { keepLines: true })
  if (opened.kind === 'broken') return problem(texts.say('check.broken-xlsx'))
  if (opened.kind === 'too-large') return problem(texts.say('check.large-xlsx'))
  const { sheet } = opened
  const rows: TableRow[] = []
  try {
    for await (const chunk of sheet.chunks()) rows.push(...chunk.rows)
  } catch (error) {
    if (!(error instanceof BrokenWorkbook)) throw error
    return problem(texts.say('check.broken-xlsx'))
  } finally {
    sheet.close()
  }
  const { createdOn } = sheet
  return { kind: 'sheet', sheet: { name: file.name, rows, ...(createdOn ? { createdOn } : {}) } }
}

/** The portal's own list export; dated by the caller, by its name or by the day on which it was made. */
export function parseCatalogueSheet(file: SheetFile, { texts, sourceDate }: ListRules): ParsedCatalogue {
  const { name, rows } = file
  const date = sourceDate ?? dateInName(name) ?? file.createdOn
  if (!date) return { kind: 'problems', problems: [{ file: name, message: texts.say('check.source-date') }] }
  const header = findHeader(rows)
  if (!header) {
    const message = texts.say('check.xlsx-header', { columns: Object.values(headings).join(', ') })
    return { kind: 'problems', problems: [{ file: name, line: rows[0]?.line ?? 1, message }] }
  }
  const problems: Problem[] = []
  const listed = rows
    .filter(({ line }) => line > header.line)
    .map(({ line, cells }): ListRow => {
      const text = (column: Column) => {
        const cell = cells[header.columns[column]]
        if (cell?.kind === 'error') {
          const message = texts.say('check.cell-error', { column: headings[column], text: cell.text })
          problems.push({ file: name, line, message })
        }
        return textOf(cell, column)
      }
      return {
        line,
        code: text('code') ?? '',
        name: text('name'),
        issuer: text('issuer'),
        executingAgency: text('executingAgency'),
        field: text('field'),
      }
    })
  const parsed = listedProcedures(name, listed, date, texts)
  if (problems.length === 0) return parsed
  return { kind: 'problems', problems: [...problems, ...(parsed.kind === 'problems' ? parsed.problems : [])] }
}

function findHeader(
  rows: readonly TableRow[],
): { line: number; columns: Record<Column, number> } | undefined {
  for (const { line, cells } of rows) {
    if (line > lastHeadingLine) return undefined
    const names = cells.map((cell) => (cell?.kind === 'text' ? looseKey(cell.text) : ''))
    const columns = Object.entries(headings).map(([key, title]) => [key, names.indexOf(looseKey(title))])
    if (columns.every(([, at]) => at !== -1)) {
      return { line, columns: Object.fromEntries(columns) as Record<Column, number> }
    }
  }
  return undefined
}

/** Excel makes a number of a code typed into it and drops the zeros behind: 2.00072 is 2.000720. */
function textOf(cell: Cell | undefined, column: Column): string | undefined {
  if (cell === undefined || cell.kind === 'error') return undefined
  if (cell.kind === 'text') return cell.text
  return column === 'code' ? cell.number.toFixed(6) : String(cell.number)
}
