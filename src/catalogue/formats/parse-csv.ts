import { CsvError, parse } from 'csv-parse/sync'
import { z } from 'zod'
import type { Problem } from '../../lib/problem.ts'
import { type Procedure, procedureSchema } from '../procedure.ts'
import { presentText } from './clean-text.ts'
import type { FormatTexts } from './format-texts.ts'
import {
  allOrNothing,
  isSpoiltCode,
  nationalCode,
  type ParsedCatalogue,
  type SourceFile,
} from './parsed-catalogue.ts'

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

  const procedures: Procedure[] = []
  const problems: Problem[] = []
  const leftOut: Problem[] = []
  const lineOfCode = new Map<string, number>()
  for (const { record, info } of rows) {
    const line = info.lines
    if (isSpoiltCode(record.code ?? '')) {
      const message = texts.say('check.spoilt-code', { code: record.code ?? '' })
      leftOut.push({ file: file.name, line, message })
      continue
    }
    const found = procedureSchema.safeParse(listedProcedure(record, date))
    if (!found.success) {
      const keys = new Set(found.error.issues.map((issue) => String(issue.path[0])))
      for (const key of keys) problems.push({ file: file.name, line, message: wordOf(key, texts) })
      continue
    }
    const earlier = lineOfCode.get(found.data.code)
    if (earlier !== undefined) {
      const place = `${file.name}:${earlier}`
      const message = texts.say('check.duplicate-code', { code: found.data.code, place })
      problems.push({ file: file.name, line, message })
    }
    lineOfCode.set(found.data.code, line)
    procedures.push(found.data)
  }
  return allOrNothing(procedures, problems, leftOut)
}

/** Month or day in a file name such as `dvcqg-index-2026-07.csv`. */
export function dateInName(name: string): string | undefined {
  return /(?<!\d)20\d{2}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?(?!\d)/.exec(name)?.[0]
}

function listedProcedure(row: Record<string, string>, sourceDate: string): Record<string, unknown> {
  const entries = {
    code: nationalCode(row.code ?? '') ?? row.code,
    name: presentText(row.name),
    field: presentText(row.field),
    issuer: presentText(row.issuer),
    executingAgency: presentText(row.executing_agency),
    url: presentText(row.url),
    sourceDate,
  }
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
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

function wordOf(key: string, texts: FormatTexts): string {
  if (key === 'code') return texts.say('check.wrong-code', { key })
  if (key === 'url') return texts.say('check.wrong-url', { key })
  return texts.say('check.missing', { key })
}

function wholeFile(file: SourceFile, message: string, line?: number): ParsedCatalogue {
  return { kind: 'problems', problems: [{ file: file.name, ...(line ? { line } : {}), message }] }
}
