import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { Problem } from '../../lib/problem.ts'
import type { FormatTexts } from './format-texts.ts'
import { listedProcedures } from './parse-list.ts'
import type { ParsedCatalogue, SourceFile } from './parsed-catalogue.ts'

/** Columns of the national index; `source` is read over, the others may stand in any order. */
const columns = ['code', 'name', 'issuer', 'executing_agency', 'field', 'url'] as const

const rowsSchema = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) }),
)

export interface ListRules {
  texts: FormatTexts
  /** Month or day of the data; when absent it is read from the file name (`…-2026-07.csv`). */
  sourceDate?: string
}

/** The national list as csv: code, name, issuer, executing agency, field, url. It gives names, not answers. */
export function parseCatalogueCsv(file: SourceFile, { texts, sourceDate }: ListRules): ParsedCatalogue {
  const date = sourceDate ?? dateInName(file.name)
  if (!date) return wholeFile(file, texts.say('check.source-date'))

  const rows = readRows(file, texts)
  if (!Array.isArray(rows)) return { kind: 'problems', problems: [rows] }
  const header = rows[0]?.record ?? {}
  if (columns.some((column) => !(column in header))) {
    return wholeFile(file, texts.say('check.csv-header', { columns: columns.join(', ') }), 1)
  }
  const listed = rows.map(({ record, info }) => ({
    line: info.lines,
    code: record.code ?? '',
    name: record.name,
    issuer: record.issuer,
    executingAgency: record.executing_agency,
    field: record.field,
    url: record.url,
  }))
  return listedProcedures(file.name, listed, date, texts)
}

/** Month or day in a file name such as `dvcqg-index-2026-07.csv`. */
export function dateInName(name: string): string | undefined {
  return /(?<!\d)20\d{2}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?!\d)/.exec(name)?.[0]
}

function readRows(file: SourceFile, texts: FormatTexts): z.infer<typeof rowsSchema> | Problem {
  try {
    return rowsSchema.parse(
      parse(file.text, { columns: true, bom: true, info: true, skip_empty_lines: true }),
    )
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? error.lines : 1
    return { file: file.name, line, message: texts.say('check.csv-row') }
  }
}

function wholeFile(file: SourceFile, message: string, line?: number): ParsedCatalogue {
  return { kind: 'problems', problems: [{ file: file.name, ...(line ? { line } : {}), message }] }
}
