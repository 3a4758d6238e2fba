import { type Database, open, type RootDatabase } from 'lmdb'
import { Catalog } from './catalog.ts'

export type ByteMap = Database<Buffer, Buffer>

/**
 * The files of the database. `docs`: collection id and encoded `_id` → the document's BSON. `entries`: index id, encoded
 * fields and encoded `_id` → key of the document. `meta`: the catalog and how many documents each collection holds.
 */
export class Store {
  readonly docs: ByteMap
  readonly entries: ByteMap
  readonly meta: Database<Buffer, string>
  readonly catalog: Catalog
  readonly #root: RootDatabase
  readonly #onBroken: (error: unknown) => void
  #changes = 0

  /**
   * @param onBroken a commit failed (a full disk): what is in memory may differ from the files now, and only a new
   * process can be trusted.
   */
  constructor(folder: string, onBroken: (error: unknown) => void) {
    this.#onBroken = onBroken
    this.#root = open({ path: folder, maxDbs: 4, noSubdir: false })
    const bytes = { encoding: 'binary', keyEncoding: 'binary', cache: false } as const
    this.docs = this.#root.openDB<Buffer, Buffer>('docs', bytes)
    this.entries = this.#root.openDB<Buffer, Buffer>('entries', bytes)
    this.meta = this.#root.openDB<Buffer, string>('meta', { encoding: 'binary', cache: false })
    this.catalog = new Catalog(this.meta)
  }

  /**
   * Runs `change` with the one write lock held; it sees all earlier writes. Writes made before an exception stay, so
   * whoever calls checks everything before the first write of a document. Resolves when the change is visible.
   */
  async write<T>(change: () => T): Promise<T> {
    const outcome = await this.#root
      .transaction(() => {
        this.#changes++
        try {
          return { value: change() }
        } catch (error) {
          return { error }
        }
      })
      .catch((error: unknown) => {
        this.#onBroken(error)
        throw error
      })
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  /** Grows with every transaction: whoever read ahead can tell that it may be stale. */
  get changes(): number {
    return this.#changes
  }

  /** Resolves when everything written so far is on disk. */
  async flushed(): Promise<void> {
    await this.#root.flushed
  }

  async close(): Promise<void> {
    await this.#root.close()
  }

  /** Removes all keys that begin with an id, some at a time so that others get their turn. */
  async removeRange(map: ByteMap, prefix: Buffer): Promise<void> {
    const end = afterPrefix(prefix)
    for (;;) {
      const removed = await this.write(() => {
        const keys = [...map.getKeys({ start: prefix, end, limit: 1000 })]
        for (const key of keys) map.remove(key)
        return keys.length
      })
      if (removed < 1000) return
    }
  }
}

/** A bound above every key that begins with `prefix`: no encoded value begins with FF. */
export function afterPrefix(prefix: Buffer): Buffer {
  return Buffer.concat([prefix, Buffer.from([0xff])])
}
