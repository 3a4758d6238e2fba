import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import type { DossierTexts } from '../dossier-texts.ts'
import { decodeText } from './decode-text.ts'
import {
  type Cell,
  type DossierFile,
  rowsPerChunk,
  type Table,
  type TableChunk,
  type TableRow,
} from './table.ts'

const recordSchema = z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) })

/** A quote that is never closed would otherwise take the rest of the file for one cell. */
const maxRowChars = 20_000

/** Comma, semicolon or tab, whichever the file uses; UTF-8, UTF-16 or windows-1258. */
export function readCsv(file: DossierFile, texts: DossierTexts): Table {
  return { format: 'csv', chunks: () => csvChunks(file, texts), daySystem: () => '1900' }
}

async function* csvChunks(file: DossierFile, texts: DossierTexts): AsyncGenerator<TableChunk> {
  const problem = (message: string, line?: number): TableChunk => {
    return { kind: 'problem', problem: { file: file.name, ...(line ? { line } : {}), message } }
  }
  let share = 0
  let rows: TableRow[] = []
  try {
    const { delimiter, isDeclared } = separatorOf(file.bytes)
    const pieces = function* () {
      for (const piece of decodeText(file.bytes)) {
        share = piece.share
        yield piece.text
      }
    }
    const parser = parse({
      delimiter,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: maxRowChars,
      from_line: isDeclared ? 2 : 1,
    })
    const source = Readable.from(pieces()).on('error', (error) => parser.destroy(error))
    for await (const parsed of source.pipe(parser)) {
      const { record, info } = asRecord(parsed)
      rows.push({ line: info.lines, cells: record.map(toCell) })
      if (rows.length < rowsPerChunk) continue
      yield { kind: 'rows', rows, share }
      rows = []
    }
    yield { kind: 'rows', rows, share: 1 }
  } catch (error) {
    if (error instanceof CsvError) {
      const line = typeof error.lines === 'number' ? error.lines : undefined
      yield problem(texts.say('dossier.file.csv-row'), line)
    } else if (
      error instanceof TypeError &&
      'code' in error &&
      error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    ) {
      yield problem(texts.say('dossier.file.encoding'))
    } else throw error
  }
}

/** Two hundred thousand times: the schema is asked only when a look does not do. */
function asRecord(parsed: unknown): z.infer<typeof recordSchema> {
  const found = recordSchema.safeParse(parsed)
  if (found.success) return found.data
  throw new AppError('CONTENT_INVALID', 'csv-parse gave no record')
}

function toCell(text: string): Cell | undefined {
  const trimmed = text.replace(/[\s\u00a0]+/g, ' ').trim()
  return trimmed === '' ? undefined : { kind: 'text', text: trimmed }
}

const separators = [',', ';', '\t'] as const
const sampleBytes = 16_384
const sampleLines = 20

/** The one that cuts most of the first lines into equally many cells; Excel's own `sep=;` says it outright. */
function separatorOf(bytes: Uint8Array): { delimiter: string; isDeclared: boolean } {
  const sample = decodeText(bytes).next().value
  const lines = (sample?.text ?? '').slice(0, sampleBytes).split(/\r\n|\n|\r/)
  const declared = /^sep=(.)$/.exec(lines[0] ?? '')
  if (declared) return { delimiter: declared[1]!, isDeclared: true }
  const looked = lines.filter((line) => line.trim() !== '').slice(0, sampleLines)
  const scores = separators.map((separator) => {
    const counts = looked.map((line) => line.replace(/"[^"]*"/g, '').split(separator).length - 1)
    return Math.max(0, ...counts.map((count) => count * counts.filter((other) => other === count).length))
  })
  return { delimiter: separators[scores.indexOf(Math.max(...scores))]!, isDeclared: false }
}
