import type { Problem } from '../../lib/problem.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { ColumnMapping } from '../column-mapping.ts'
import type { DossierFacts } from '../dossier-facts.ts'
import type { DossierTexts } from '../dossier-texts.ts'
import { findHeader, type Header, headerWithin } from './find-header.ts'
import { openTable } from './open-table.ts'
import { readRow } from './read-row.ts'
import type { DossierFile, TableRow } from './table.ts'

export interface FactsChunk {
  facts: DossierFacts[]
  /** The line of each of the facts. */
  lines: number[]
  problems: Problem[]
  /** Rows of data, good and bad. */
  rowsRead: number
  share: number
  unknownColumns: readonly string[]
}

/** The rows of a file below its header, checked one by one. After a fault of the file as a whole nothing more comes. */
export async function* readFacts(
  file: DossierFile,
  { mapping, texts }: { mapping: ColumnMapping; texts: DossierTexts },
  now: Date,
): AsyncGenerator<FactsChunk> {
  const table = openTable(file, texts)
  const today = vietnamDay(now)
  const whole = (problems: Problem[]): FactsChunk => {
    return { facts: [], lines: [], problems, rowsRead: 0, share: 1, unknownColumns: [] }
  }
  let header: Header | undefined
  let first: TableRow[] = []

  function look(rows: readonly TableRow[], share: number, header: Header): FactsChunk {
    const chunk: FactsChunk = { ...whole([]), share, unknownColumns: header.unknown }
    const rules = {
      file: file.name,
      format: table.format,
      daySystem: table.daySystem(),
      mapping,
      texts,
      now,
      today,
    }
    for (const row of rows) {
      if (row.line <= header.line || row.cells.every((cell) => cell === undefined)) continue
      chunk.rowsRead++
      const read = readRow(row, header, rules)
      if (read.kind === 'problems') chunk.problems.push(...read.problems)
      else {
        chunk.facts.push(read.facts)
        chunk.lines.push(row.line)
      }
    }
    return chunk
  }

  for await (const chunk of table.chunks()) {
    if (chunk.kind === 'problem') {
      yield whole([chunk.problem])
      return
    }
    if (header) {
      yield look(chunk.rows, chunk.share, header)
      continue
    }
    first.push(...chunk.rows)
    if (first.length < headerWithin && chunk.share < 1) continue
    const found = findHeader(first, { file: file.name, mapping, texts })
    if (found.kind === 'problems') {
      yield whole(found.problems)
      return
    }
    header = found.header
    yield look(first, chunk.share, header)
    first = []
  }
}
