import { randomUUID } from 'node:crypto'
import type { Database } from 'lmdb'
import { decodeExact, encode } from '../bson/codec.ts'
import { binaryParts, type Document, toNumber } from '../bson/value-types.ts'
import { compileFilter, topLevel } from '../match/compile-filter.ts'
import { type Collection, type Index, type IndexOptions, namespaceOf } from './index-definition.ts'

/** Ids of dropped collections and indexes whose keys are still being removed. */
export interface Leftover {
  kind: 'docs' | 'entries'
  id: number
}

/**
 * Which collections and indexes exist. Held in memory and written to `meta` in the transaction that changes it; only
 * one process has the files open, so the two never differ.
 */
export class Catalog {
  readonly #meta: Database<Buffer, string>
  readonly #collections = new Map<string, Collection>()
  #nextId = 1

  constructor(meta: Database<Buffer, string>) {
    this.#meta = meta
    this.#load()
  }

  find(database: string, name: string): Collection | undefined {
    return this.#collections.get(`${database}.${name}`)
  }

  /** Whether a collection that somebody still holds has not been dropped meanwhile. */
  isCurrent(collection: Collection): boolean {
    return this.find(collection.database, collection.name)?.id === collection.id
  }

  collectionsOf(database: string): Collection[] {
    return this.all().filter((collection) => collection.database === database)
  }

  all(): Collection[] {
    return [...this.#collections.values()]
  }

  /** Only inside a transaction, like all that follow. */
  create(database: string, name: string): Collection {
    const uuid = Buffer.from(randomUUID().replaceAll('-', ''), 'hex')
    const primary = buildIndex(0, {
      name: '_id_',
      key: { _id: 1 },
      unique: true,
      sparse: false,
      hidden: false,
    })
    const id = this.takeId()
    const collection: Collection = {
      id,
      database,
      name,
      uuid,
      indexes: [primary],
      count: 0,
      indexedFields: new Set(),
    }
    this.save(collection)
    return collection
  }

  takeId(): number {
    const id = this.#nextId++
    this.#meta.put('next-id', encode({ value: this.#nextId }))
    return id
  }

  save(collection: Collection): void {
    collection.indexedFields = fieldsOfIndexes(collection.indexes)
    this.#collections.set(namespaceOf(collection), collection)
    const { id, database, name, uuid } = collection
    const indexes = collection.indexes.map(storedIndex)
    this.#meta.put(`collection/${id}`, encode({ id, database, name, uuid, indexes }))
    this.saveCount(collection)
  }

  saveCount(collection: Collection): void {
    this.#meta.put(`count/${collection.id}`, encode({ value: collection.count }))
  }

  /** Forgets the collection and notes what is left to remove from the files. */
  drop(collection: Collection): Leftover[] {
    this.#collections.delete(namespaceOf(collection))
    this.#meta.remove(`collection/${collection.id}`)
    this.#meta.remove(`count/${collection.id}`)
    const leftovers: Leftover[] = [{ kind: 'docs', id: collection.id }]
    for (const index of collection.indexes)
      if (index.id !== 0) leftovers.push({ kind: 'entries', id: index.id })
    for (const leftover of leftovers) this.noteLeftover(leftover)
    return leftovers
  }

  rename(collection: Collection, name: string): void {
    this.#collections.delete(namespaceOf(collection))
    collection.name = name
    this.save(collection)
  }

  dropIndex(collection: Collection, index: Index): Leftover {
    collection.indexes = collection.indexes.filter((one) => one !== index)
    this.save(collection)
    const leftover: Leftover = { kind: 'entries', id: index.id }
    this.noteLeftover(leftover)
    return leftover
  }

  noteLeftover(leftover: Leftover): void {
    this.#meta.put(`leftover/${leftover.kind}/${leftover.id}`, encode({ ...leftover }))
  }

  forgetLeftover(leftover: Leftover): void {
    this.#meta.remove(`leftover/${leftover.kind}/${leftover.id}`)
  }

  leftovers(): Leftover[] {
    return this.#read('leftover/').map((stored) => ({
      kind: stored.kind === 'docs' ? 'docs' : 'entries',
      id: toNumber(stored.id),
    }))
  }

  #read(prefix: string): Document[] {
    return [...this.#meta.getRange({ start: prefix, end: `${prefix}\uffff` })].map(({ value }) =>
      decodeExact(value),
    )
  }

  #load(): void {
    const next = this.#meta.get('next-id')
    if (next) this.#nextId = toNumber(decodeExact(next).value)
    for (const stored of this.#read('collection/')) {
      const id = toNumber(stored.id)
      const count = this.#meta.get(`count/${id}`)
      const indexes = (stored.indexes as Document[]).map(loadIndex)
      const collection: Collection = {
        id,
        database: String(stored.database),
        name: String(stored.name),
        uuid: Buffer.from(binaryParts(stored.uuid).bytes),
        indexes,
        count: count ? toNumber(decodeExact(count).value) : 0,
        indexedFields: fieldsOfIndexes(indexes),
      }
      this.#collections.set(namespaceOf(collection), collection)
    }
  }
}

export function buildIndex(id: number, options: IndexOptions): Index {
  return {
    ...options,
    id,
    fields: Object.entries(options.key).map(([path, direction]) => ({
      path,
      parts: path.split('.'),
      descending: direction < 0,
    })),
    ...(options.partialFilterExpression
      ? { partialFilter: compileFilter(options.partialFilterExpression) }
      : {}),
    isMultikey: false,
    hasCutKeys: false,
    isReady: true,
  }
}

function fieldsOfIndexes(indexes: Index[]): Set<string> {
  const fields = new Set<string>()
  for (const index of indexes) {
    for (const field of index.fields) fields.add(topLevel(field.path))
    for (const name of index.partialFilter?.fields ?? []) fields.add(name)
  }
  return fields
}

function storedIndex(index: Index): Document {
  const { fields: _fields, partialFilter: _filter, key, ...plain } = index
  // Pairs, because a document would move keys such as "1" to its front.
  return { ...plain, key: Object.entries(key) }
}

function loadIndex(stored: Document): Index {
  const pairs = stored.key as [string, unknown][]
  const options: IndexOptions = {
    name: String(stored.name),
    key: Object.fromEntries(pairs.map(([path, direction]) => [path, toNumber(direction) < 0 ? -1 : 1])),
    unique: stored.unique === true,
    sparse: stored.sparse === true,
    hidden: stored.hidden === true,
    ...(stored.expireAfterSeconds === undefined
      ? {}
      : { expireAfterSeconds: toNumber(stored.expireAfterSeconds) }),
    ...(stored.partialFilterExpression
      ? { partialFilterExpression: stored.partialFilterExpression as Document }
      : {}),
  }
  return {
    ...buildIndex(toNumber(stored.id), options),
    isMultikey: stored.isMultikey === true,
    hasCutKeys: stored.hasCutKeys === true,
    isReady: stored.isReady === true,
  }
}
