import { decode, decodeExact } from '../bson/codec.ts'
import { rawDocumentsOf } from '../bson/raw-document.ts'
import type { Document } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import type { Cursors } from '../query/cursors.ts'
import type { Pace } from '../query/pace.ts'
import type { Store } from '../store/store.ts'

/** What all commands work with. */
export interface Engine {
  store: Store
  cursors: Cursors
  /** Removes, in the background, what dropped collections and indexes left in the files. */
  clean(): void
}

/** One command as it arrived. */
export class CommandCall {
  readonly name: string
  readonly database: string
  /** With plain numbers; for options. */
  readonly body: Document
  readonly raw: Buffer
  readonly pace: Pace
  readonly #sequences: ReadonlyMap<string, Buffer[]>

  constructor(parts: {
    name: string
    database: string
    body: Document
    raw: Buffer
    pace: Pace
    sequences: ReadonlyMap<string, Buffer[]>
  }) {
    this.name = parts.name
    this.database = parts.database
    this.body = parts.body
    this.raw = parts.raw
    this.pace = parts.pace
    this.#sequences = parts.sequences
  }

  /** The same body with every value's exact type; for what will be stored. */
  exactBody(): Document {
    return decodeExact(this.raw)
  }

  /** The documents of a field, from the body or from a section beside it, as bytes. */
  documents(name: string): Buffer[] {
    const documents = this.#sequences.get(name) ?? rawDocumentsOf(this.raw, name)
    if (!documents)
      throw new ServerError(40414, `BSON field '${this.name}.${name}' is missing but a required field`)
    return documents
  }

  statements(name: string): { exact: Document; plain: Document }[] {
    return this.documents(name).map((raw) => ({ exact: decodeExact(raw), plain: decode(raw) }))
  }

  /**
   * Resolves when what was written may be acknowledged: on disk, or at once for a caller that says `j: false`, who can
   * do without the write after a power cut.
   */
  async acknowledgeable(store: Store): Promise<void> {
    const concern = this.body.writeConcern as { j?: unknown } | undefined
    if (concern?.j !== false) await store.flushed()
  }

  collectionName(): string {
    const name = this.body[this.name]
    if (typeof name !== 'string' || name === '' || name.includes('\0') || name.startsWith('.'))
      throw new ServerError(73, `Invalid namespace specified '${this.database}.${String(name)}'`)
    return name
  }

  namespace(): string {
    return `${this.database}.${this.collectionName()}`
  }
}

export interface Command {
  /** Fields that the command understands; any other is rejected, so that nothing is ignored silently. */
  fields: readonly string[]
  run(call: CommandCall, engine: Engine): Promise<Document | Buffer> | Document | Buffer
}
