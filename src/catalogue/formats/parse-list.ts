import type { Problem } from '../../lib/problem.ts'
import { type Procedure, procedureSchema } from '../procedure.ts'
import { presentLines, presentText } from './clean-text.ts'
import type { FormatTexts } from './format-texts.ts'
import {
  allOrNothing,
  isSpoiltCode,
  localCode,
  nationalCode,
  type ParsedCatalogue,
} from './parsed-catalogue.ts'

/** One row of a published list, whatever the file: it gives names, not answers. */
export interface ListRow {
  line: number
  code: string
  name: string | undefined
  issuer: string | undefined
  /** One agency a line, or several behind semicolons. */
  executingAgency: string | undefined
  field: string | undefined
  url?: string | undefined
}

/** Rows of one list as procedures; a code that the portal spoilt is left out, everything else wrong is a problem. */
export function listedProcedures(
  file: string,
  rows: readonly ListRow[],
  sourceDate: string,
  texts: FormatTexts,
): ParsedCatalogue {
  const procedures: Procedure[] = []
  const problems: Problem[] = []
  const leftOut: Problem[] = []
  const lineOfCode = new Map<string, number>()
  for (const row of rows) {
    const { line, code } = row
    if (isSpoiltCode(code)) {
      leftOut.push({ file, line, message: texts.say('check.spoilt-code', { code }) })
      continue
    }
    const found = procedureSchema.safeParse(listedProcedure(row, sourceDate))
    if (!found.success) {
      const keys = new Set(found.error.issues.map((issue) => String(issue.path[0])))
      for (const key of keys) problems.push({ file, line, message: wordOf(key, texts) })
      continue
    }
    const earlier = lineOfCode.get(found.data.code)
    if (earlier !== undefined) {
      const words = { code: found.data.code, place: `${file}:${earlier}` }
      problems.push({ file, line, message: texts.say('check.duplicate-code', words) })
    }
    lineOfCode.set(found.data.code, line)
    procedures.push(found.data)
  }
  return allOrNothing(procedures, problems, leftOut)
}

function listedProcedure(row: ListRow, sourceDate: string): Record<string, unknown> {
  const entries = {
    code: nationalCode(row.code) ?? row.code,
    localCode: localCode(row.code),
    name: presentText(row.name),
    field: presentText(row.field),
    issuer: presentText(row.issuer),
    executingAgency: presentLines(row.executingAgency)?.replaceAll('\n', '; '),
    url: presentText(row.url),
    sourceDate,
  }
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
}

function wordOf(key: string, texts: FormatTexts): string {
  if (key === 'code') return texts.say('check.wrong-code', { key })
  if (key === 'url') return texts.say('check.wrong-url', { key })
  return texts.say('check.missing', { key })
}
