import { parentPort, workerData } from 'node:worker_threads'
import writeXlsxFile, { type Row } from 'write-excel-file/node'
import { answerRows } from '../../surveys/index/write-answers-csv.ts'
import { withFixedTimes } from '../yearly/fixed-zip-times.ts'
import type { HandedOver, Workbook } from './make-workbook.ts'

const cellTypes: Readonly<Record<string, unknown>> = { String, Number, Date }

const { sheets, at } = workerData as HandedOver<Workbook>
const made = writeXlsxFile(
  sheets.map(({ name, widths, rows, headerRows, sayings, mostRows, last }) => ({
    sheet: name,
    columns: widths.map((width) => ({ width })),
    stickyRowsCount: headerRows,
    data: [...revived(rows), ...(sayings ? plainRows(sayings, mostRows ?? 0) : []), ...revived(last ?? [])],
  })),
  { fontFamily: 'Times New Roman', fontSize: 12 },
)
parentPort?.postMessage(withFixedTimes(await made.toBuffer(), at))

function revived(rows: HandedOver<Row[]>): Row[] {
  return rows.map((row) =>
    row.map((cell) =>
      cell !== null && typeof cell === 'object' && 'type' in cell && typeof cell.type === 'string'
        ? { ...cell, type: cellTypes[cell.type] }
        : cell,
    ),
  ) as Row[]
}

/** Plain values are far smaller than styled cells, of which there may be a million. */
function* plainRows(sayings: Parameters<typeof answerRows>[0], most: number): Generator<Row> {
  let count = 0
  for (const [form, item, group, level, chance, assisted] of answerRows(sayings)) {
    if (count++ === most) return
    yield [
      Number(form),
      item!,
      group!,
      level === '' ? null : Number(level),
      chance!,
      assisted === '1' ? 1 : null,
    ]
  }
}
