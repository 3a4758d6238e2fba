import { Worker } from 'node:worker_threads'
import type { Row } from 'write-excel-file/node'
import { oneAtATime } from '../../lib/one-at-a-time.ts'
import type { Saying } from '../../surveys/index/write-answers-csv.ts'
import type { XlsxSheet } from './xlsx-cells.ts'

/** Rows of a sheet that are as many as there are answers. */
export interface AnswerRows {
  sayings: Saying[]
  /** Further ones are left out. */
  mostRows: number
  /** After them. */
  last: Row[]
}

export interface Workbook {
  sheets: readonly (XlsxSheet & Partial<AnswerRows>)[]
  /** Of every entry of the archive, so that the same content gives the same bytes. */
  at: Date
}

/** Cells whose type is a name instead of a function, which cannot be handed to another thread. */
export type HandedOver<T> = T extends (...all: never) => unknown
  ? string
  : T extends Date
    ? T
    : T extends object
      ? { [K in keyof T]: HandedOver<T[K]> }
      : T

const isSource = import.meta.url.endsWith('.ts')
const oneWorkbook = oneAtATime()

/**
 * A workbook of a hundred thousand forms takes seconds, in one stretch: a thread of its own makes it, and chats are
 * answered meanwhile. One after the other, for each needs much memory.
 */
export function makeWorkbook(workbook: Workbook): Promise<Buffer> {
  return oneWorkbook(
    () =>
      new Promise((resolve, reject) => {
        const worker = startThread(handOver(workbook))
        worker.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes)))
        worker.once('error', reject)
        worker.once('exit', () => reject(new Error('the thread ended without a workbook')))
      }),
  )
}

function startThread(workerData: HandedOver<Workbook>): Worker {
  const file = new URL(isSource ? './workbook-thread.ts' : './workbook-thread.js', import.meta.url)
  if (!isSource) return new Worker(file, { workerData })
  // A thread does not take over the loader of TypeScript that the program was started with.
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import('${file.href}') })`
  return new Worker(start, { workerData, eval: true })
}

function handOver({ sheets, at }: Workbook): HandedOver<Workbook> {
  const rows = (some: readonly Row[]) =>
    some.map((row) =>
      row.map((cell) =>
        cell !== null && typeof cell === 'object' && 'type' in cell && typeof cell.type === 'function'
          ? { ...cell, type: cell.type.name }
          : cell,
      ),
    )
  const handed = sheets.map((sheet) => ({
    ...sheet,
    rows: rows(sheet.rows),
    ...(sheet.last ? { last: rows(sheet.last) } : {}),
  }))
  return { sheets: handed, at } as HandedOver<Workbook>
}
