import { decode, encode } from '../bson/codec.ts'
import { type Document, isDocument, isNumeric, toNumber } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { checkCollation, compileFilter } from '../match/compile-filter.ts'
import { isIndex } from '../match/walk-path.ts'
import { createIndex } from '../store/build-index.ts'
import type { Collection, Index, IndexOptions } from '../store/index-definition.ts'
import { all } from './collections.ts'
import type { Command } from './command.ts'
import { cursorReply } from './replies.ts'
import { collectionFor } from './write.ts'

const knownOptions = new Set([
  'key',
  'name',
  'unique',
  'sparse',
  'hidden',
  'expireAfterSeconds',
  'partialFilterExpression',
  'background',
  'v',
  'ns',
  'collation',
  'dropDups',
])
const maxIndexes = 64

/** @throws ServerError for an index that MongoDB would reject or this server leaves out. */
function parseIndex(specification: Document): IndexOptions {
  const unknown = Object.keys(specification).find((name) => !knownOptions.has(name))
  if (unknown) throw refuse(`the index option ${unknown}`)
  checkCollation(specification.collation)
  if (!isDocument(specification.key) || Object.keys(specification.key).length === 0)
    throw new ServerError(67, 'Index keys cannot be an empty object')
  const key = Object.fromEntries(
    Object.entries(specification.key).map(([path, value]) => [path, parseDirection(path, value)]),
  )
  const { expireAfterSeconds: expiry, partialFilterExpression: partial } = specification
  if (expiry !== undefined && (!isNumeric(expiry) || toNumber(expiry) < 0 || Object.keys(key).length !== 1))
    throw new ServerError(67, 'TTL indexes are single-field indexes with a non-negative expireAfterSeconds')
  const isSparse = specification.sparse === true
  if (partial !== undefined && isSparse)
    throw new ServerError(67, 'cannot mix "partialFilterExpression" and "sparse" options')
  return {
    name: typeof specification.name === 'string' ? specification.name : Object.entries(key).flat().join('_'),
    key,
    unique: specification.unique === true || toNumber(specification.unique) === 1,
    sparse: isSparse,
    hidden: specification.hidden === true,
    ...(expiry === undefined ? {} : { expireAfterSeconds: toNumber(expiry) }),
    ...(partial === undefined ? {} : { partialFilterExpression: parsePartial(partial) }),
  }
}

function parseDirection(path: string, value: unknown): 1 | -1 {
  if (typeof value === 'string') throw refuse(`an index of type ${value}`)
  const direction = isNumeric(value) ? toNumber(value) : 0
  if (direction === 0 || Number.isNaN(direction))
    throw new ServerError(67, `Values in v:2 index key pattern cannot be 0 or non-numeric: ${path}`)
  const parts = path.split('.')
  if (parts.includes('') || (parts.some((part) => part.startsWith('$')) && !path.endsWith('$**')))
    throw new ServerError(67, `Index key contains an illegal field name: ${path}`)
  if (path.endsWith('$**')) throw refuse('a wildcard index')
  if (parts.some(isIndex)) throw refuse('an index on an array position')
  return direction < 0 ? -1 : 1
}

const partialOperators = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$exists', '$type', '$in'])

function parsePartial(partial: unknown): Document {
  if (!isDocument(partial)) throw new ServerError(67, '"partialFilterExpression" must be an object')
  const { conditions, alternatives } = compileFilter(partial)
  const wrong = conditions.find(({ operator }) => !partialOperators.has(operator))
  if (wrong) throw new ServerError(67, `Expression not supported in partial index: ${wrong.operator}`)
  const names = Object.keys(partial).filter((name) => name.startsWith('$') && name !== '$and')
  if (names.length > 0 || alternatives.length > 0) throw refuse(`${names[0] ?? '$or'} in a partial index`)
  return partial
}

function sameOptions(index: Index, options: IndexOptions): boolean {
  const essence = ({ unique, sparse, expireAfterSeconds, partialFilterExpression }: IndexOptions) =>
    encode({ unique, sparse, expireAfterSeconds, partialFilterExpression })
  return essence(index).equals(essence(options))
}

/** Undefined when the same index exists already. */
function isNew(collection: Collection | undefined, options: IndexOptions): boolean {
  for (const index of collection?.indexes ?? []) {
    const sameKey = JSON.stringify(Object.entries(index.key)) === JSON.stringify(Object.entries(options.key))
    if (sameKey && index.id === 0) return false
    if (sameKey && index.name === options.name) {
      if (sameOptions(index, options)) return false
      throw new ServerError(
        86,
        `An existing index has the same name as the requested index, but other options: ${options.name}`,
      )
    }
    if (sameKey) throw new ServerError(85, `Index already exists with a different name: ${index.name}`)
    if (index.name === options.name)
      throw new ServerError(86, `An existing index has the same name as the requested index: ${options.name}`)
  }
  return true
}

const createIndexes: Command = {
  fields: ['indexes', 'commitQuorum'],
  run: async (call, { store }) => {
    const before = store.catalog.find(call.database, call.collectionName())
    const numIndexesBefore = before?.indexes.length ?? 1
    const requested = call.documents('indexes').map((raw) => parseIndex(decode(raw)))
    if (requested.length === 0) throw new ServerError(2, 'Must specify at least one index to create')
    const wanted = requested.filter((options) => isNew(before, options))
    if (numIndexesBefore + wanted.length > maxIndexes)
      throw new ServerError(67, 'add index fails, too many indexes')
    const collection = await store.write(() => collectionFor(store, call))
    for (const options of wanted) {
      // Another command may have made it meanwhile.
      if (isNew(collection, options)) await createIndex(store, collection, options)
    }
    await store.flushed()
    return {
      numIndexesBefore,
      numIndexesAfter: collection.indexes.length,
      createdCollectionAutomatically: before === undefined,
      ...(wanted.length === 0 ? { note: 'all indexes already exist' } : {}),
      ok: 1,
    }
  },
}

function describe(index: Index): Document {
  const { key, name, unique, sparse, hidden, expireAfterSeconds, partialFilterExpression } = index
  return {
    v: 2,
    key,
    name,
    ...(unique && index.id !== 0 ? { unique } : {}),
    ...(sparse ? { sparse } : {}),
    ...(hidden ? { hidden } : {}),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
    ...(partialFilterExpression ? { partialFilterExpression } : {}),
  }
}

const listIndexes: Command = {
  fields: ['cursor'],
  run: async (call, { store, cursors }) => {
    const collection = store.catalog.find(call.database, call.collectionName())
    if (!collection) throw new ServerError(26, `ns does not exist: ${call.namespace()}`)
    const documents = all(collection.indexes.filter((index) => index.isReady).map(describe))
    const { batch, id } = await cursors.start(
      call.namespace(),
      documents,
      call.pace,
      Number.POSITIVE_INFINITY,
      false,
    )
    return cursorReply(call.namespace(), 'firstBatch', batch, id)
  },
}

function indexesToDrop(collection: Collection, wanted: unknown): Index[] {
  const droppable = collection.indexes.filter((index) => index.id !== 0)
  if (wanted === '*') return droppable
  if (Array.isArray(wanted)) return wanted.flatMap((one) => indexesToDrop(collection, one))
  const key = isDocument(wanted)
    ? JSON.stringify(Object.entries(wanted).map(([path, value]) => [path, toNumber(value)]))
    : undefined
  const matches = (index: Index) => index.name === wanted || JSON.stringify(Object.entries(index.key)) === key
  if (collection.indexes.some((index) => index.id === 0 && matches(index)))
    throw new ServerError(72, 'cannot drop _id index')
  const found = droppable.filter(matches)
  if (found.length === 0) throw new ServerError(27, `index not found with name [${JSON.stringify(wanted)}]`)
  return found
}

const dropIndexes: Command = {
  fields: ['index'],
  run: async (call, engine) => {
    const { store } = engine
    const collection = store.catalog.find(call.database, call.collectionName())
    if (!collection) throw new ServerError(26, `ns not found ${call.namespace()}`)
    const nIndexesWas = collection.indexes.length
    await store.write(() => {
      for (const index of indexesToDrop(collection, call.body.index))
        store.catalog.dropIndex(collection, index)
    })
    await store.flushed()
    engine.clean()
    return { nIndexesWas, ok: 1 }
  },
}

export const indexCommands: Record<string, Command> = {
  createIndexes,
  listIndexes,
  dropIndexes,
  deleteIndexes: dropIndexes,
}
