import { randomUUID } from 'node:crypto'
import { decodeExact, encode } from '../bson/codec.ts'
import { compareValues } from '../bson/compare-values.ts'
import { type Document, isDocument } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { compileFilter } from '../match/compile-filter.ts'
import { findFirstNow } from '../query/find-now.ts'
import { DocumentWriter, withIdFirst } from '../store/documents.ts'
import { getAt } from '../update/document-path.ts'
import type { Documents, PipelineContext } from './pipeline.ts'

const chunkDocuments = 500

export type Sink = (results: Documents) => Promise<void>

/** `$out` and `$merge` end a pipeline and write its results; other stages are none of these. */
export function compileSink(name: string, argument: unknown, context: PipelineContext): Sink | undefined {
  if (name === '$out')
    return (results) => replaceCollection(results, target(argument, 'coll', context), context)
  if (name === '$merge') return compileMerge(argument, context)
  return undefined
}

interface Target {
  database: string
  name: string
}

function target(argument: unknown, field: string, { database }: PipelineContext): Target {
  if (typeof argument === 'string') return { database, name: argument }
  const { db = database, [field]: name } = isDocument(argument) ? argument : {}
  if (typeof name !== 'string' || typeof db !== 'string')
    throw new ServerError(9, `the stage needs a collection in '${field}'`)
  return { database: db, name }
}

/** Writes beside the old collection and takes its place, indexes included, when all is there. */
async function replaceCollection(
  results: Documents,
  { database, name }: Target,
  { store }: PipelineContext,
): Promise<void> {
  const fresh = await store.write(() => {
    const collection = store.catalog.create(database, `tmp.agg_out.${randomUUID()}`)
    for (const index of store.catalog.find(database, name)?.indexes.slice(1) ?? [])
      collection.indexes.push({ ...index, id: store.catalog.takeId(), isMultikey: false, hasCutKeys: false })
    store.catalog.save(collection)
    return collection
  })
  try {
    await inChunks(results, (chunk) =>
      store.write(() => {
        const writer = new DocumentWriter(store, fresh)
        try {
          for (const document of chunk) writer.insert(withIdFirst(encode(document)))
        } finally {
          writer.finish()
        }
      }),
    )
    await store.write(() => {
      const old = store.catalog.find(database, name)
      if (old) store.catalog.drop(old)
      store.catalog.rename(fresh, name)
    })
  } catch (error) {
    await store.write(() => store.catalog.drop(fresh))
    throw error
  }
}

async function inChunks(results: Documents, write: (chunk: Document[]) => Promise<void>): Promise<void> {
  let chunk: Document[] = []
  for await (const document of results) {
    chunk.push(document)
    if (chunk.length < chunkDocuments) continue
    await write(chunk)
    chunk = []
  }
  if (chunk.length > 0) await write(chunk)
}

const matchedModes = ['merge', 'replace', 'keepExisting', 'fail']
const unmatchedModes = ['insert', 'discard', 'fail']

function compileMerge(argument: unknown, context: PipelineContext): Sink {
  const {
    on = '_id',
    whenMatched = 'merge',
    whenNotMatched = 'insert',
  } = isDocument(argument) ? argument : {}
  const into = isDocument(argument) ? argument.into : argument
  const { database, name } = target(into, 'coll', context)
  if (Array.isArray(whenMatched)) throw refuse('$merge with a pipeline')
  if (!matchedModes.includes(String(whenMatched)) || !unmatchedModes.includes(String(whenNotMatched)))
    throw new ServerError(2, 'unknown whenMatched or whenNotMatched of $merge')
  const fields = (Array.isArray(on) ? on : [on]).map(String)
  const { store } = context
  return async (results) => {
    const collection = await store.write(
      () => store.catalog.find(database, name) ?? store.catalog.create(database, name),
    )
    const isUnique = collection.indexes.some(
      (index) => index.unique && Object.keys(index.key).toSorted().join() === fields.toSorted().join(),
    )
    if (!isUnique) throw new ServerError(51183, 'Cannot find index to verify that join fields will be unique')
    await inChunks(results, (chunk) =>
      store.write(() => {
        const writer = new DocumentWriter(store, collection)
        try {
          for (const document of chunk) mergeOne(document, writer)
        } finally {
          writer.finish()
        }
      }),
    )

    function mergeOne(document: Document, writer: DocumentWriter): void {
      const filter = compileFilter(
        Object.fromEntries(fields.map((path) => [path, { $eq: getAt(document, path.split('.')) ?? null }])),
      )
      const found = findFirstNow(store, collection, { filter, sort: [], skip: 0, limit: 1 })
      if (found === 'too-long') throw new ServerError(50, 'operation exceeded time limit')
      if (!found) {
        if (whenNotMatched === 'fail')
          throw new ServerError(13113, '$merge could not find a matching document in the target collection')
        if (whenNotMatched === 'insert') writer.insert(withIdFirst(encode(document)))
        return
      }
      if (whenMatched === 'keepExisting') return
      if (whenMatched === 'fail')
        throw new ServerError(11000, '$merge with whenMatched: fail found an existing document')
      writer.replace(found.key, found.raw, mergedDocument(found.raw, document, whenMatched === 'merge'))
    }
  }
}

function mergedDocument(raw: Buffer, document: Document, keepsOld: boolean): Buffer {
  const old = decodeExact(raw)
  const { _id, ...rest } = document
  if (_id !== undefined && compareValues(_id, old._id) !== 0)
    throw new ServerError(
      66,
      '$merge failed to update the matching document, did you attempt to modify the _id field?',
    )
  return encode(keepsOld ? { ...old, ...rest } : { _id: old._id, ...rest })
}
