import { evaluateLet } from '../aggregate/expressions.ts'
import { decode, encode } from '../bson/codec.ts'
import { keyText } from '../bson/encode-key.ts'
import { pickFields } from '../bson/raw-document.ts'
import { type Document, isDocument, isNumeric, toNumber } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { checkCollation, compileFilter, nonNegativeInteger, topLevel } from '../match/compile-filter.ts'
import { someValueAt } from '../match/walk-path.ts'
import { countDocuments, findDocuments, type Query } from '../query/find-documents.ts'
import { compileProjection, projectRaw } from '../query/project.ts'
import { parseSort } from '../query/sort-documents.ts'
import type { Command, CommandCall, Engine } from './command.ts'
import { cursorReply } from './replies.ts'

const defaultBatch = 101

export function documentField(body: Document, name: string): Document {
  const value = body[name]
  if (value === undefined || value === null) return {}
  if (!isDocument(value))
    throw new ServerError(14, `BSON field '${name}' is the wrong type, expected type 'object'`)
  return value
}

export function parseQuery(call: CommandCall, filterName: string): Query {
  const { body } = call
  checkCollation(body.collation)
  return {
    filter: compileFilter(documentField(body, filterName), evaluateLet(body.let)),
    sort: parseSort(body.sort),
    skip: nonNegativeInteger('skip', body.skip),
    limit: isNumeric(body.limit) ? Math.abs(toNumber(body.limit)) : 0,
    ...hintOf(body),
  }
}

export function hintOf(body: Document): { hint?: unknown } {
  const { hint, sort } = body
  if (isDocument(sort) && '$natural' in sort) return { hint: { $natural: sort.$natural } }
  if (hint === undefined || (isDocument(hint) && Object.keys(hint).length === 0)) return {}
  return { hint }
}

async function* projected(call: CommandCall, engine: Engine, query: Query): AsyncGenerator<Buffer> {
  const collection = engine.store.catalog.find(call.database, call.collectionName())
  const specification = documentField(call.body, 'projection')
  const projection =
    Object.keys(specification).length === 0
      ? undefined
      : compileProjection(specification, {
          kind: 'find',
          filter: query.filter,
          variables: evaluateLet(call.body.let),
        })
  if (!collection) return
  for await (const { raw } of findDocuments(engine.store, collection, query, call.pace))
    yield projection ? projectRaw(projection, raw) : raw
}

const find: Command = {
  fields: [
    'filter',
    'sort',
    'projection',
    'hint',
    'skip',
    'limit',
    'batchSize',
    'singleBatch',
    'collation',
    'let',
    'allowDiskUse',
    'noCursorTimeout',
    'allowPartialResults',
    'tailable',
    'awaitData',
    'oplogReplay',
    'min',
    'max',
    'returnKey',
    'showRecordId',
  ],
  run: async (call, engine) => {
    for (const option of ['tailable', 'awaitData', 'min', 'max', 'returnKey', 'showRecordId'])
      if (call.body[option]) throw refuse(`find with ${option}`)
    const query = parseQuery(call, 'filter')
    const batchSize =
      call.body.batchSize === undefined ? defaultBatch : nonNegativeInteger('batchSize', call.body.batchSize)
    const documents = projected(call, engine, query)
    const isSingle = call.body.singleBatch === true || toNumber(call.body.limit) < 0
    const { batch, id } = await engine.cursors.start(
      call.namespace(),
      documents,
      call.pace,
      batchSize,
      !isSingle,
    )
    return cursorReply(call.namespace(), 'firstBatch', batch, id)
  },
}

const getMore: Command = {
  fields: ['collection', 'batchSize'],
  run: async (call, engine) => {
    const namespace = `${call.database}.${String(call.body.collection)}`
    const requested =
      call.body.batchSize === undefined ? undefined : nonNegativeInteger('batchSize', call.body.batchSize)
    const { batch, id } = await engine.cursors.next(
      cursorId(call.body.getMore),
      namespace,
      requested || undefined,
    )
    return cursorReply(namespace, 'nextBatch', batch, id)
  },
}

const killCursors: Command = {
  fields: ['cursors'],
  run: async (call, engine) => {
    const ids = Array.isArray(call.body.cursors) ? call.body.cursors : []
    const killed = await Promise.all(ids.map((id) => engine.cursors.kill(cursorId(id))))
    return {
      cursorsKilled: ids.filter((_, i) => killed[i]),
      cursorsNotFound: ids.filter((_, i) => !killed[i]),
      cursorsAlive: [],
      cursorsUnknown: [],
      ok: 1,
    }
  },
}

function cursorId(value: unknown): bigint {
  return BigInt(toNumber(value))
}

const count: Command = {
  fields: ['query', 'limit', 'skip', 'hint', 'collation'],
  run: async (call, engine) => {
    const query = parseQuery(call, 'query')
    const collection = engine.store.catalog.find(call.database, call.collectionName())
    if (!collection) return { n: 0, ok: 1 }
    if (Object.keys(documentField(call.body, 'query')).length === 0 && query.hint === undefined) {
      const left = Math.max(0, collection.count - query.skip)
      return { n: query.limit > 0 ? Math.min(left, query.limit) : left, ok: 1 }
    }
    return { n: await countDocuments(engine.store, collection, query, call.pace), ok: 1 }
  },
}

const distinct: Command = {
  fields: ['key', 'query', 'collation', 'hint'],
  run: async (call, engine) => {
    const query = parseQuery(call, 'query')
    const { key } = call.body
    if (typeof key !== 'string')
      throw new ServerError(14, "BSON field 'distinct.key' is the wrong type, expected type 'string'")
    const collection = engine.store.catalog.find(call.database, call.collectionName())
    const values = new Map<string, unknown>()
    const field = new Set([topLevel(key)])
    if (collection) {
      for await (const { raw } of findDocuments(engine.store, collection, query, call.pace)) {
        someValueAt(decode(pickFields(raw, field)), key.split('.'), (value) => {
          for (const one of Array.isArray(value) ? value : [value])
            if (one !== undefined) values.set(keyText(one), one)
          return false
        })
      }
    }
    return encode({ values: [...values.values()], ok: 1 })
  },
}

export const readCommands: Record<string, Command> = { find, getMore, killCursors, count, distinct }
