import { ObjectId } from 'bson'
import { evaluateLet, type Variables } from '../aggregate/expressions.ts'
import { decodeExact, encode } from '../bson/codec.ts'
import { type Document, toNumber } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import { checkCollation, compileFilter, type Filter } from '../match/compile-filter.ts'
import { decoderFor, findDocuments, type Query } from '../query/find-documents.ts'
import { changeFirst } from '../query/find-now.ts'
import type { Pace } from '../query/pace.ts'
import { checkId, DocumentWriter, withIdFirst } from '../store/documents.ts'
import type { Collection } from '../store/index-definition.ts'
import type { Store } from '../store/store.ts'
import { compileUpdate, isReplacement, type Update, upsertSeed } from '../update/compile-update.ts'
import type { Command, CommandCall } from './command.ts'
import { documentField, hintOf } from './read.ts'
import { writeError } from './replies.ts'

/** So many documents are changed in one transaction; others get their turn in between, as on MongoDB. */
const chunkDocuments = 500

const insert: Command = {
  fields: ['documents', 'ordered', 'bypassDocumentValidation'],
  run: async (call, { store }) => {
    const documents = call.documents('documents')
    const isOrdered = call.body.ordered !== false
    const writeErrors: Document[] = []
    let n = 0
    for (let start = 0; start < documents.length; start += chunkDocuments) {
      const chunk = documents.slice(start, start + chunkDocuments)
      await store.write(() => {
        const writer = new DocumentWriter(store, collectionFor(store, call))
        for (const [i, raw] of chunk.entries()) {
          try {
            writer.insert(withIdFirst(raw))
            n++
          } catch (error) {
            writeErrors.push(writeError(start + i, error))
            if (isOrdered) break
          }
        }
        writer.finish()
      })
      if (isOrdered && writeErrors.length > 0) break
      if (call.pace.isDue()) await call.pace.pause()
    }
    await call.acknowledgeable(store)
    return { n, ...(writeErrors.length > 0 ? { writeErrors } : {}), ok: 1 }
  },
}

/** The collection that a write goes to, made when it does not exist. Only inside a transaction. */
export function collectionFor(store: Store, call: CommandCall): Collection {
  const name = call.collectionName()
  return store.catalog.find(call.database, name) ?? store.catalog.create(call.database, name)
}

interface UpdateStatement {
  filter: Filter
  update: Update
  isMulti: boolean
  isUpsert: boolean
  hint: { hint?: unknown }
}

const updateFields = new Set(['q', 'u', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation', 'c'])

function parseUpdate(exact: Document, plain: Document, variables: Variables): UpdateStatement {
  rejectUnknown('update.updates', plain, updateFields)
  checkCollation(plain.collation)
  if (plain.c !== undefined) throw new ServerError(9, 'constants of an update are not understood')
  const isPipeline = Array.isArray(plain.u)
  if (plain.multi === true && isReplacement(plain.u))
    throw new ServerError(9, 'multi update is not supported for replacement-style update')
  return {
    filter: compileFilter(documentField(exact, 'q'), variables),
    // Expressions work on plain numbers; everything else is stored with its exact type.
    update: compileUpdate({
      update: isPipeline ? plain.u : exact.u,
      arrayFilters: exact.arrayFilters,
      variables,
    }),
    isMulti: plain.multi === true,
    isUpsert: plain.upsert === true,
    hint: hintOf(plain),
  }
}

function rejectUnknown(where: string, statement: Document, known: ReadonlySet<string>): void {
  const unknown = Object.keys(statement).find((name) => !known.has(name))
  if (unknown) throw new ServerError(40415, `BSON field '${where}.${unknown}' is an unknown field.`)
}

interface UpdateOutcome {
  n: number
  nModified: number
  upsertedId?: unknown
}

const update: Command = {
  fields: ['updates', 'ordered', 'bypassDocumentValidation', 'let'],
  run: async (call, { store }) => {
    const variables = evaluateLet(call.body.let)
    const upserted: Document[] = []
    const writeErrors: Document[] = []
    let [n, nModified] = [0, 0]
    for (const [index, { exact, plain }] of call.statements('updates').entries()) {
      try {
        const outcome = await runUpdate(store, call, parseUpdate(exact, plain, variables))
        n += outcome.n
        nModified += outcome.nModified
        if ('upsertedId' in outcome) upserted.push({ index, _id: outcome.upsertedId })
      } catch (error) {
        writeErrors.push(writeError(index, error))
        if (call.body.ordered !== false) break
      }
    }
    await call.acknowledgeable(store)
    return {
      n,
      nModified,
      ...(upserted.length > 0 ? { upserted } : {}),
      ...(writeErrors.length > 0 ? { writeErrors } : {}),
      ok: 1,
    }
  },
}

async function runUpdate(
  store: Store,
  call: CommandCall,
  statement: UpdateStatement,
): Promise<UpdateOutcome> {
  const query: Query = { filter: statement.filter, sort: [], skip: 0, limit: 0, ...statement.hint }
  const collection = await existingCollection(store, call, statement.isUpsert)
  if (!collection) return { n: 0, nModified: 0 }
  if (statement.isMulti) {
    let nModified = 0
    const n = await changeAll(store, collection, query, call.pace, (writer, key, raw) => {
      const after = updatedDocument(raw, statement)
      if (after.equals(raw)) return
      writer.replace(key, raw, after)
      nModified++
    })
    if (n > 0 || !statement.isUpsert) return { n, nModified }
  }
  return changeFirst(store, collection, query, call.pace, (found) => {
    const writer = new DocumentWriter(store, collection)
    if (!found) {
      if (!statement.isUpsert) return { n: 0, nModified: 0 }
      const raw = upsertDocument(statement)
      writer.insert(raw)
      writer.finish()
      return { n: 1, nModified: 0, upsertedId: decodeExact(raw)._id }
    }
    const after = updatedDocument(found.raw, statement)
    if (after.equals(found.raw)) return { n: 1, nModified: 0 }
    writer.replace(found.key, found.raw, after)
    writer.finish()
    return { n: 1, nModified: 1 }
  })
}

export async function existingCollection(
  store: Store,
  call: CommandCall,
  create: boolean,
): Promise<Collection | undefined> {
  const collection = store.catalog.find(call.database, call.collectionName())
  if (collection || !create) return collection
  return store.write(() => collectionFor(store, call))
}

export function updatedDocument(
  raw: Buffer,
  { update, filter }: Pick<UpdateStatement, 'update' | 'filter'>,
): Buffer {
  return encode(update(decodeExact(raw), filter, false))
}

/** @throws ServerError when the new document has no valid `_id`. */
export function upsertDocument({ update, filter }: Pick<UpdateStatement, 'update' | 'filter'>): Buffer {
  const document = update(upsertSeed(filter), filter, true)
  const { _id = new ObjectId(), ...rest } = document
  checkId(_id)
  return encode({ _id, ...rest })
}

/**
 * Changes all matches: found first, then changed some at a time, each only if it still matches. So a document that its
 * own change moves within the index is not met twice.
 */
export async function changeAll(
  store: Store,
  collection: Collection,
  query: Query,
  pace: Pace,
  change: (writer: DocumentWriter, key: Buffer, raw: Buffer) => void,
): Promise<number> {
  const keys: Buffer[] = []
  for await (const { key } of findDocuments(store, collection, query, pace)) keys.push(key)
  const read = decoderFor(query.filter, new Set())
  let n = 0
  for (let start = 0; start < keys.length; start += chunkDocuments) {
    pace.check()
    await store.write(() => {
      if (!store.catalog.isCurrent(collection)) return
      const writer = new DocumentWriter(store, collection)
      try {
        for (const key of keys.slice(start, start + chunkDocuments)) {
          const raw = store.docs.get(key)
          if (!raw || !query.filter.matches(read(raw))) continue
          change(writer, key, raw)
          n++
        }
      } finally {
        writer.finish()
      }
    })
  }
  return n
}

const deleteFields = new Set(['q', 'limit', 'hint', 'collation'])

const delete_: Command = {
  fields: ['deletes', 'ordered', 'let'],
  run: async (call, { store }) => {
    const variables = evaluateLet(call.body.let)
    const writeErrors: Document[] = []
    let n = 0
    for (const [index, { plain }] of call.statements('deletes').entries()) {
      try {
        rejectUnknown('delete.deletes', plain, deleteFields)
        checkCollation(plain.collation)
        const filter = compileFilter(documentField(plain, 'q'), variables)
        const query: Query = { filter, sort: [], skip: 0, limit: 0, ...hintOf(plain) }
        const collection = await existingCollection(store, call, false)
        if (collection) n += await runDelete(store, collection, query, call.pace, toNumber(plain.limit) === 1)
      } catch (error) {
        writeErrors.push(writeError(index, error))
        if (call.body.ordered !== false) break
      }
    }
    await call.acknowledgeable(store)
    return { n, ...(writeErrors.length > 0 ? { writeErrors } : {}), ok: 1 }
  },
}

async function runDelete(
  store: Store,
  collection: Collection,
  query: Query,
  pace: Pace,
  onlyOne: boolean,
): Promise<number> {
  if (!onlyOne)
    return changeAll(store, collection, query, pace, (writer, key, raw) => writer.remove(key, raw))
  return changeFirst(store, collection, query, pace, (found) => {
    if (!found) return 0
    const writer = new DocumentWriter(store, collection)
    writer.remove(found.key, found.raw)
    writer.finish()
    return 1
  })
}

export const writeCommands: Record<string, Command> = { insert, update, delete: delete_ }
