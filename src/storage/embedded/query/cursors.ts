import { ServerError } from '../errors.ts'
import type { Pace } from './pace.ts'

const maxBatchBytes = 15 * 1024 * 1024
const idleMs = 10 * 60_000

export interface Cursor {
  namespace: string
  documents: AsyncIterator<Buffer>
  /** Read, but not sent yet: tells whether there is more. */
  ahead: Buffer | undefined
  usedAt: number
  pace: Pace
}

/** Open cursors by id. Those that nobody asks for are closed after ten minutes. */
export class Cursors {
  readonly #open = new Map<bigint, Cursor>()
  #nextId = BigInt(Math.floor(Math.random() * 2 ** 40)) + 1n
  readonly #sweep: NodeJS.Timeout

  constructor(sweepMs = 30_000) {
    this.#sweep = setInterval(() => this.#closeIdle(), sweepMs)
    this.#sweep.unref()
  }

  /** The first batch, and the id under which the rest waits (0 when there is none). */
  async start(
    namespace: string,
    documents: AsyncIterator<Buffer>,
    pace: Pace,
    batchSize: number,
    keepOpen: boolean,
  ) {
    const cursor: Cursor = { namespace, documents, ahead: undefined, usedAt: performance.now(), pace }
    const batch = await readBatch(cursor, batchSize)
    if (!keepOpen || (batchSize > 0 && cursor.ahead === undefined)) {
      await documents.return?.()
      return { batch, id: 0n }
    }
    const id = this.#nextId++
    this.#open.set(id, cursor)
    return { batch, id }
  }

  async next(id: bigint, namespace: string, batchSize: number | undefined) {
    const cursor = this.#open.get(id)
    if (!cursor || cursor.namespace !== namespace) throw new ServerError(43, `cursor id ${id} not found`)
    // Out of the table while it is read: a cursor serves one command at a time.
    this.#open.delete(id)
    cursor.pace.restart()
    const batch = await readBatch(cursor, batchSize ?? Number.POSITIVE_INFINITY)
    if (cursor.ahead === undefined) return { batch, id: 0n }
    cursor.usedAt = performance.now()
    this.#open.set(id, cursor)
    return { batch, id }
  }

  async kill(id: bigint): Promise<boolean> {
    const cursor = this.#open.get(id)
    this.#open.delete(id)
    await cursor?.documents.return?.()
    return cursor !== undefined
  }

  get size(): number {
    return this.#open.size
  }

  close(): void {
    clearInterval(this.#sweep)
    this.#open.clear()
  }

  #closeIdle(): void {
    for (const [id, cursor] of this.#open) if (performance.now() - cursor.usedAt > idleMs) void this.kill(id)
  }
}

async function readBatch(cursor: Cursor, size: number): Promise<Buffer[]> {
  const batch: Buffer[] = []
  let bytes = 0
  while (batch.length < size) {
    const next = cursor.ahead ?? (await pull(cursor))
    if (next === undefined) return batch
    cursor.ahead = undefined
    if (batch.length > 0 && bytes + next.length > maxBatchBytes) {
      cursor.ahead = next
      return batch
    }
    batch.push(next)
    bytes += next.length
  }
  if (size > 0) cursor.ahead ??= await pull(cursor)
  return batch
}

async function pull(cursor: Cursor): Promise<Buffer | undefined> {
  const { done, value } = await cursor.documents.next()
  return done ? undefined : value
}
