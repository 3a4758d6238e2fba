import { ObjectId } from 'bson'
import { decode, decodeExact, encode } from '../bson/codec.ts'
import { encodeKey } from '../bson/encode-key.ts'
import { joinElements, pickFields, rawElements } from '../bson/raw-document.ts'
import { asDocument, type Document, rank, typeRank } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import { type Collection, type Index, namespaceOf } from './index-definition.ts'
import { cutKey, type IndexEntries, idPrefix, indexEntries } from './index-keys.ts'
import { afterPrefix, type Store } from './store.ts'

const maxDocumentBytes = 16 * 1024 * 1024
const idField: ReadonlySet<string> = new Set(['_id'])

/** One change of a document with its index entries. All of it runs inside `Store.write`, and nothing is written before all is checked. */
export class DocumentWriter {
  readonly #store: Store
  readonly #collection: Collection

  constructor(store: Store, collection: Collection) {
    this.#store = store
    this.#collection = collection
  }

  /** @throws ServerError, for one 11000 when a unique index refuses the document. */
  insert(raw: Buffer): void {
    if (raw.length > maxDocumentBytes)
      throw new ServerError(
        10334,
        `BSONObj size: ${raw.length} is invalid. Size must be between 0 and 16793600(16MB)`,
      )
    const idRaw = pickFields(raw, idField)
    const id = decodeExact(idRaw)._id
    checkId(id)
    const key = this.documentKey(id)
    const primary = this.#collection.indexes[0]!
    if (key.isCut && !primary.hasCutKeys) this.#mark(primary, 'hasCutKeys')
    if (this.#store.docs.doesExist(key.bytes)) throw this.#duplicate(primary, { _id: id })
    const document = this.#decodeIndexed(raw)
    const added = this.#secondary().map((index) => this.#checkedEntries(index, document, key.bytes))
    this.#store.docs.put(key.bytes, raw)
    for (const { entries } of added)
      for (const entry of entries) this.#store.entries.put(entry.key, key.bytes)
    this.#collection.count++
  }

  replace(key: Buffer, oldRaw: Buffer, newRaw: Buffer): void {
    if (newRaw.length > maxDocumentBytes)
      throw new ServerError(
        10334,
        `BSONObj size: ${newRaw.length} is invalid. Size must be between 0 and 16793600(16MB)`,
      )
    const oldDocument = this.#decodeIndexed(oldRaw)
    const newDocument = this.#decodeIndexed(newRaw)
    const changes = this.#secondary().map((index) => ({
      before: indexEntries(index, oldDocument, key.subarray(4)).entries,
      after: this.#checkedEntries(index, newDocument, key).entries,
    }))
    this.#store.docs.put(key, newRaw)
    for (const { before, after } of changes) {
      const kept = new Set(after.map((entry) => entry.key.toString('latin1')))
      for (const entry of before)
        if (!kept.delete(entry.key.toString('latin1'))) this.#store.entries.remove(entry.key)
      for (const entry of after)
        if (kept.has(entry.key.toString('latin1'))) this.#store.entries.put(entry.key, key)
    }
  }

  remove(key: Buffer, raw: Buffer): void {
    const document = this.#decodeIndexed(raw)
    for (const index of this.#secondary())
      for (const entry of indexEntries(index, document, key.subarray(4)).entries)
        this.#store.entries.remove(entry.key)
    this.#store.docs.remove(key)
    this.#collection.count--
  }

  /** Adds the entries of a stored document to an index that is being built. */
  addEntries(index: Index, key: Buffer, raw: Buffer): void {
    for (const entry of this.#checkedEntries(index, this.#decodeIndexed(raw), key).entries)
      this.#store.entries.put(entry.key, key)
  }

  /** Must be called after the last change of a transaction. */
  finish(): void {
    this.#store.catalog.saveCount(this.#collection)
  }

  documentKey(id: unknown): { bytes: Buffer; isCut: boolean } {
    const { bytes, isCut } = cutKey(encodeKey(id))
    return { bytes: Buffer.concat([idPrefix(this.#collection.id), bytes]), isCut }
  }

  #secondary(): Index[] {
    return this.#collection.indexes.slice(1)
  }

  #decodeIndexed(raw: Buffer): Document {
    const picked = pickFields(raw, this.#collection.indexedFields)
    const needsTypes = this.#collection.indexes.some((index) => index.partialFilter?.needsExactTypes)
    return needsTypes ? decodeExact(picked) : decode(picked)
  }

  #checkedEntries(index: Index, document: Document, key: Buffer): IndexEntries {
    const found = indexEntries(index, document, key.subarray(4))
    if (index.unique) {
      for (const { fieldsKey } of found.entries) {
        const range = { start: fieldsKey, end: afterPrefix(fieldsKey) }
        for (const { value } of this.#store.entries.getRange(range)) {
          if (!value.equals(key)) throw this.#duplicate(index, document)
        }
      }
    }
    if (found.hasArrays && !index.isMultikey) this.#mark(index, 'isMultikey')
    if (found.isCut && !index.hasCutKeys) this.#mark(index, 'hasCutKeys')
    return found
  }

  #mark(index: Index, flag: 'isMultikey' | 'hasCutKeys'): void {
    index[flag] = true
    // At once: the flag stays set in memory even when the document is refused after all.
    this.#store.catalog.save(this.#collection)
  }

  #duplicate(index: Index, document: Document): ServerError {
    const keyValue = Object.fromEntries(
      index.fields.map(({ path, parts }) => [path, valueAt(document, parts) ?? null]),
    )
    const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${shownValue(value)}`)
    return new ServerError(
      11000,
      `E11000 duplicate key error collection: ${namespaceOf(this.#collection)} index: ${index.name} dup key: { ${shown.join(', ')} }`,
      { keyPattern: index.key, keyValue },
    )
  }
}

function valueAt(document: Document, parts: readonly string[]): unknown {
  let node: unknown = document
  for (const part of parts) node = asDocument(node)?.[part]
  return node
}

function shownValue(value: unknown): string {
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`
  if (typeRank(value) === rank.string) return JSON.stringify(String(value))
  return value instanceof Date ? `new Date(${value.getTime()})` : (JSON.stringify(value) ?? 'null')
}

export function checkId(id: unknown): void {
  const type = typeRank(id)
  if (type === rank.array || type === rank.regex || id === undefined)
    throw new ServerError(2, `The '_id' value cannot be of type ${type === rank.array ? 'array' : 'regex'}`)
  const document = asDocument(id)
  const dollar = document && Object.keys(document).find((name) => name.startsWith('$'))
  if (dollar !== undefined && !['$ref', '$id', '$db'].includes(dollar))
    throw new ServerError(
      52,
      `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`,
    )
}

/** The document as it is stored: `_id` first, made when there is none. Other bytes stay as they came. */
export function withIdFirst(raw: Buffer): Buffer {
  const elements = [...rawElements(raw)]
  const position = elements.findIndex((element) => element.name === '_id')
  if (position === 0) return raw
  const slices = elements.map((element) => raw.subarray(element.start, element.end))
  if (position > 0) return joinElements([slices[position]!, ...slices.filter((_, i) => i !== position)])
  const id = encode({ _id: new ObjectId() })
  return joinElements([id.subarray(4, id.length - 1), ...slices])
}
