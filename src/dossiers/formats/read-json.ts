import { z } from 'zod'
import type { DossierTexts } from '../dossier-texts.ts'
import { type Cell, type DossierFile, rowsPerChunk, type Table, type TableRow } from './table.ts'

/** One object a dossier, keyed by column names as a file would have them: `[{"Mã hồ sơ": "…", "Trạng thái": "…"}]`. */
const recordsSchema = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])))

/** What an interface hands over, as a table: the names are its header, and record n is "line" n. */
export function readJson(file: DossierFile, texts: DossierTexts): Table {
  return {
    format: 'csv',
    daySystem: () => '1900',
    async *chunks() {
      const records = parseRecords(file.bytes)
      if (!records) {
        yield { kind: 'problem', problem: { file: file.name, message: texts.say('dossier.file.not-json') } }
        return
      }
      const names = [...new Set(records.flatMap((record) => Object.keys(record)))]
      let rows: TableRow[] = [{ line: 0, cells: names.map((name) => textCell(name)) }]
      for (const [index, record] of records.entries()) {
        rows.push({ line: index + 1, cells: names.map((name) => toCell(record[name])) })
        if (rows.length < rowsPerChunk) continue
        yield { kind: 'rows', rows, share: (index + 1) / records.length }
        rows = []
      }
      yield { kind: 'rows', rows, share: 1 }
    },
  }
}

function parseRecords(bytes: Uint8Array): z.infer<typeof recordsSchema> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return recordsSchema.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

function toCell(value: string | number | boolean | null | undefined): Cell | undefined {
  if (value === null || value === undefined) return undefined
  return typeof value === 'number' ? { kind: 'number', number: value } : textCell(String(value))
}

function textCell(text: string): Cell | undefined {
  const trimmed = text
    .normalize('NFC')
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()
  return trimmed === '' ? undefined : { kind: 'text', text: trimmed }
}
