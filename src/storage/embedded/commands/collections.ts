import { Binary } from 'bson'
import { encode } from '../bson/codec.ts'
import type { Document } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { checkCollation, compileFilter } from '../match/compile-filter.ts'
import type { Collection } from '../store/index-definition.ts'
import type { Command } from './command.ts'
import { documentField } from './read.ts'
import { cursorReply } from './replies.ts'

const refusedOptions = [
  'capped',
  'size',
  'max',
  'timeseries',
  'clusteredIndex',
  'validator',
  'viewOn',
  'pipeline',
  'expireAfterSeconds',
  'changeStreamPreAndPostImages',
  'encryptedFields',
  'storageEngine',
  'indexOptionDefaults',
]

const create: Command = {
  fields: [...refusedOptions, 'collation', 'validationLevel', 'validationAction', 'autoIndexId', 'idIndex'],
  run: async (call, { store }) => {
    const option = refusedOptions.find((name) => call.body[name] !== undefined && call.body[name] !== false)
    if (option) throw refuse(`creating a collection with ${option}`)
    checkCollation(call.body.collation)
    // Creating the same again is no error since MongoDB 7.0.
    await store.write(() => {
      const name = call.collectionName()
      if (!store.catalog.find(call.database, name)) store.catalog.create(call.database, name)
    })
    await store.flushed()
    return { ok: 1 }
  },
}

const drop: Command = {
  fields: [],
  run: async (call, engine) => {
    const { store } = engine
    const dropped = await store.write(() => {
      const collection = store.catalog.find(call.database, call.collectionName())
      if (collection) store.catalog.drop(collection)
      return collection
    })
    await store.flushed()
    engine.clean()
    return dropped ? { nIndexesWas: dropped.indexes.length, ns: call.namespace(), ok: 1 } : { ok: 1 }
  },
}

const dropDatabase: Command = {
  fields: [],
  run: async (call, engine) => {
    const { store } = engine
    const dropped = await store.write(() => {
      const collections = store.catalog.collectionsOf(call.database)
      for (const collection of collections) store.catalog.drop(collection)
      return collections.length
    })
    await store.flushed()
    engine.clean()
    return dropped > 0 ? { dropped: call.database, ok: 1 } : { ok: 1 }
  },
}

function describe(collection: Collection, nameOnly: boolean): Document {
  const { name, database, uuid } = collection
  const brief = { name, type: 'collection' }
  if (nameOnly) return brief
  return {
    ...brief,
    options: {},
    info: { readOnly: false, uuid: new Binary(uuid, Binary.SUBTYPE_UUID) },
    idIndex: { v: 2, key: { _id: 1 }, name: '_id_', ns: `${database}.${name}` },
  }
}

const listCollections: Command = {
  fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
  run: async (call, { store, cursors }) => {
    const filter = compileFilter(documentField(call.body, 'filter'))
    const found = store.catalog
      .collectionsOf(call.database)
      .map((collection) => describe(collection, call.body.nameOnly === true))
      .filter((document) => filter.matches(document))
    const namespace = `${call.database}.$cmd.listCollections`
    const { batch, id } = await cursors.start(
      namespace,
      all(found),
      call.pace,
      Number.POSITIVE_INFINITY,
      false,
    )
    return cursorReply(namespace, 'firstBatch', batch, id)
  },
}

export async function* all(documents: Document[]): AsyncGenerator<Buffer> {
  for (const document of documents) yield encode(document)
}

const listDatabases: Command = {
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  run: (call, { store }) => {
    if (call.database !== 'admin')
      throw new ServerError(13, 'listDatabases may only be run against the admin database.')
    const filter = compileFilter(documentField(call.body, 'filter'))
    const names = [...new Set(store.catalog.all().map(({ database }) => database))].sort()
    const databases = names
      .map((name) => ({ name, sizeOnDisk: 0, empty: false }))
      .filter((document) => filter.matches(document))
    if (call.body.nameOnly === true) return { databases: databases.map(({ name }) => ({ name })), ok: 1 }
    return { databases, totalSize: 0, totalSizeMb: 0, ok: 1 }
  },
}

const dbStats: Command = {
  fields: ['scale', 'freeStorage'],
  run: (call, { store }) => {
    const collections = store.catalog.collectionsOf(call.database)
    return {
      db: call.database,
      collections: collections.length,
      views: 0,
      objects: collections.reduce((sum, { count }) => sum + count, 0),
      indexes: collections.reduce((sum, { indexes }) => sum + indexes.length, 0),
      ok: 1,
    }
  },
}

const collStats: Command = {
  fields: ['scale'],
  run: (call, { store }) => {
    const collection = store.catalog.find(call.database, call.collectionName())
    const indexes = collection?.indexes ?? []
    return {
      ns: call.namespace(),
      count: collection?.count ?? 0,
      capped: false,
      nindexes: indexes.length,
      ok: 1,
    }
  },
}

export const collectionCommands: Record<string, Command> = {
  create,
  drop,
  dropDatabase,
  listCollections,
  listDatabases,
  dbStats,
  collStats,
}
