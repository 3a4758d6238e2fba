import type { Problem } from '../../lib/problem.ts'
import { type Procedure, procedureSchema } from '../procedure.ts'
import { detailRecordSchema, toProcedure } from './detail-record.ts'
import type { FormatTexts } from './format-texts.ts'
import { dateInName, type ListRules } from './parse-csv.ts'
import { allOrNothing, type ParsedCatalogue, type SourceFile } from './parsed-catalogue.ts'

/** Detail files: a JSON list with one record a procedure, as crawled from the national portal. */
export function parseCatalogueJson(file: SourceFile, { texts, sourceDate }: ListRules): ParsedCatalogue {
  const read = readJson(file.text)
  if (!read.isJson) return wholeFile(file, texts.say('check.not-json'), read.line)
  if (!Array.isArray(read.value)) return wholeFile(file, texts.say('check.not-list'), 1)
  const records: unknown[] = read.value

  const date = sourceDate ?? dateInName(file.name) ?? ''
  const procedures: Procedure[] = []
  const faults: { index: number; message: string }[] = []
  const indexOfCode = new Map<string, number>()
  for (const [index, raw] of records.entries()) {
    const record = detailRecordSchema.safeParse(raw)
    if (!record.success) {
      faults.push(...faultsOf(record.error.issues, index, texts))
      continue
    }
    if (record.data.locality) {
      const { code, locality } = record.data
      faults.push({ index, message: texts.say('check.other-province', { code, locality }) })
      continue
    }
    const procedure = procedureSchema.safeParse(toProcedure(record.data, date))
    if (!procedure.success) {
      faults.push(...faultsOf(procedure.error.issues, index, texts))
      continue
    }
    const earlier = indexOfCode.get(procedure.data.code)
    if (earlier === undefined) indexOfCode.set(procedure.data.code, index)
    else {
      const place = `${file.name}:${lineOfRecords(file.text)[earlier] ?? 1}`
      const message = texts.say('check.duplicate-code', { code: procedure.data.code, place })
      faults.push({ index, message })
    }
    procedures.push(procedure.data)
  }
  if (faults.length === 0) return allOrNothing(procedures, [])
  const lines = lineOfRecords(file.text)
  const problems: Problem[] = faults.map(({ index, message }) => {
    return { file: file.name, line: lines[index] ?? 1, message }
  })
  return allOrNothing(procedures, problems)
}

function faultsOf(
  issues: readonly { path: PropertyKey[] }[],
  index: number,
  texts: FormatTexts,
): { index: number; message: string }[] {
  const keys = new Set(issues.map((issue) => String(issue.path[0] ?? '')))
  return [...keys].map((key) => {
    switch (key) {
      case 'code':
        return { index, message: texts.say('check.wrong-code', { key }) }
      case 'url':
        return { index, message: texts.say('check.wrong-url', { key }) }
      case 'sourceDate':
        return { index, message: texts.say('check.source-date') }
      case 'name':
        return { index, message: texts.say('check.missing', { key }) }
      default:
        return { index, message: texts.say('check.wrong', { key }) }
    }
  })
}

function readJson(text: string): { isJson: true; value: unknown } | { isJson: false; line: number } {
  const body = text.replace(/^\ufeff/, '')
  try {
    return { isJson: true, value: JSON.parse(body) }
  } catch {
    return { isJson: false, line: lineOfFirstFault(body) }
  }
}

/** The longest prefix that is still the beginning of a JSON text ends in the faulty line; found by line. */
function lineOfFirstFault(text: string): number {
  let line = 1
  let depth = 0
  let isString = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '\n') {
      // A string never runs over a line end, so an open one is the fault.
      if (isString) return line
      line++
    } else if (isString) {
      if (char === '\\') at++
      else if (char === '"') isString = false
    } else if (char === '"') isString = true
    else if (char === '[' || char === '{') depth++
    else if (char === ']' || char === '}') {
      depth--
      if (depth < 0 || /[,:]\s*$/.test(text.slice(Math.max(0, at - 200), at))) return line
    }
  }
  return line
}

/** Line of each element of the outermost list. */
function lineOfRecords(text: string): number[] {
  const lines: number[] = []
  let line = 1
  let depth = 0
  let isString = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '\n') line++
    if (isString) {
      if (char === '\\') at++
      else if (char === '"') isString = false
      continue
    }
    if (char === '"') isString = true
    else if (char === '[' || char === '{') {
      if (depth === 1) lines.push(line)
      depth++
    } else if (char === ']' || char === '}') depth--
  }
  return lines
}

function wholeFile(file: SourceFile, message: string, line?: number): ParsedCatalogue {
  return { kind: 'problems', problems: [{ file: file.name, ...(line ? { line } : {}), message }] }
}
