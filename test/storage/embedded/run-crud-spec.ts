import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { EJSON } from 'bson'
import {
  type AnyBulkWriteOperation,
  type Collection,
  type Db,
  type Document,
  MongoClient,
  MongoServerError,
} from 'mongodb'

/**
 * A runner for the CRUD tests of the MongoDB drivers (unified test format), against any server. It checks results, errors
 * and the outcome in the database; not the commands that the driver sent, which are the driver's business.
 */

type Tree = Record<string, unknown>

export interface SpecResult {
  name: string
  kind: 'passed' | 'failed' | 'skipped'
  reason: string
}

interface Target {
  /** Version that the server presents, such as `7.0.0`. */
  version: string
  topology: 'single' | 'replicaset' | 'sharded'
}

const unsupportedOperations = ['clientBulkWrite', 'failPoint', 'modifyCollection']

export async function runCrudSpec(folder: string, uri: string, target: Target): Promise<SpecResult[]> {
  const results: SpecResult[] = []
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const spec = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Tree
    for (const test of spec.tests as Tree[]) {
      const name = `${file.replace(/\.json$/, '')}: ${String(test.description)}`
      const skip = reasonToSkip(
        [...list(spec.runOnRequirements), ...[]],
        list(test.runOnRequirements),
        test,
        target,
      )
      if (skip) results.push({ name, kind: 'skipped', reason: skip })
      else results.push(await runTest(name, spec, test, uri))
    }
  }
  return results
}

function list(value: unknown): Tree[] {
  return Array.isArray(value) ? value : []
}

function reasonToSkip(ofFile: Tree[], ofTest: Tree[], test: Tree, target: Target): string | undefined {
  if (test.skipReason !== undefined) return String(test.skipReason)
  for (const requirements of [ofFile, ofTest]) {
    if (requirements.length > 0 && !requirements.some((one) => meets(one, target)))
      return 'server version or topology'
  }
  const operation = list(test.operations).find(({ name }) => unsupportedOperations.includes(String(name)))
  return operation && `needs ${String(operation.name)}`
}

function meets(requirement: Tree, { version, topology }: Target): boolean {
  if (
    requirement.minServerVersion !== undefined &&
    compare(version, String(requirement.minServerVersion)) < 0
  )
    return false
  if (
    requirement.maxServerVersion !== undefined &&
    compare(version, String(requirement.maxServerVersion)) > 0
  )
    return false
  return requirement.topologies === undefined || (requirement.topologies as string[]).includes(topology)
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (let i = 0; i < 3; i++) if ((left[i] ?? 0) !== (right[i] ?? 0)) return (left[i] ?? 0) - (right[i] ?? 0)
  return 0
}

async function runTest(name: string, spec: Tree, test: Tree, uri: string): Promise<SpecResult> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 10_000 })
  const clients: MongoClient[] = [client]
  try {
    const entities = new Map<string, Db | Collection>()
    for (const entity of list(spec.createEntities)) {
      const { database, collection } = entity as { database?: Tree; collection?: Tree }
      if (database)
        entities.set(
          String(database.id),
          client.db(String(database.databaseName), (database.databaseOptions ?? {}) as Document),
        )
      if (collection) {
        const owner = entities.get(String(collection.database)) as Db
        entities.set(
          String(collection.id),
          owner.collection(
            String(collection.collectionName),
            (collection.collectionOptions ?? {}) as Document,
          ),
        )
      }
    }
    await seed(client, list(spec.initialData))
    for (const operation of list(test.operations)) await runOperation(entities, operation)
    await checkOutcome(client, list(test.outcome))
    return { name, kind: 'passed', reason: '' }
  } catch (error) {
    return { name, kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    for (const one of clients) await one.close()
  }
}

async function seed(client: MongoClient, data: Tree[]): Promise<void> {
  for (const { databaseName, collectionName, documents } of data) {
    const database = client.db(String(databaseName))
    await database.dropCollection(String(collectionName))
    const contents = EJSON.deserialize(documents as Document) as Document[]
    if (contents.length === 0) await database.createCollection(String(collectionName))
    else await database.collection(String(collectionName)).insertMany(contents)
  }
}

async function checkOutcome(client: MongoClient, outcome: Tree[]): Promise<void> {
  for (const { databaseName, collectionName, documents } of outcome) {
    const found = await client
      .db(String(databaseName))
      .collection(String(collectionName))
      .find()
      .sort({ _id: 1 })
      .toArray()
    assertMatches(documents, plain(found), 'outcome', false)
  }
}

async function runOperation(entities: Map<string, Db | Collection>, operation: Tree): Promise<void> {
  const entity = entities.get(String(operation.object))
  if (!entity) throw new Error(`no entity ${String(operation.object)}`)
  const { expectError, expectResult } = operation as { expectError?: Tree; expectResult?: unknown }
  let result: unknown
  try {
    const options = EJSON.deserialize((operation.arguments ?? {}) as Document) as Document
    result = await call(entity, String(operation.name), options)
  } catch (error) {
    if (!expectError) throw error
    checkError(error, expectError)
    return
  }
  if (expectError) throw new Error('the operation should have failed')
  if (expectResult !== undefined) assertMatches(expectResult, plain(result), 'result', true)
}

function checkError(error: unknown, expected: Tree): void {
  if (!(error instanceof Error)) throw new Error('not an error')
  const isServerError = error instanceof MongoServerError
  if (expected.isClientError === true && isServerError)
    throw new Error(`expected a client error, not: ${error.message}`)
  if (expected.isClientError === false && !isServerError)
    throw new Error(`expected a server error, not: ${error.message}`)
  const { errorContains, errorCode, errorResponse, expectResult } = expected
  if (
    errorContains !== undefined &&
    !error.message.toLowerCase().includes(String(errorContains).toLowerCase())
  )
    throw new Error(`message "${error.message}" lacks "${String(errorContains)}"`)
  const fields = error as unknown as Tree
  if (errorCode !== undefined && fields.code !== errorCode)
    throw new Error(`code ${String(fields.code)} is not ${String(errorCode)}`)
  if (errorResponse !== undefined)
    assertMatches(errorResponse, plain(fields.errorResponse), 'error response', true)
  if (expectResult !== undefined)
    assertMatches(expectResult, plain(fields.result ?? {}), 'partial result', true)
}

/** Results of the driver as plain JSON, as the tests write them. */
function plain(value: unknown): unknown {
  if (value === undefined) return undefined
  const read = value as Tree
  const bulkFields = [
    'insertedCount',
    'insertedIds',
    'matchedCount',
    'modifiedCount',
    'deletedCount',
    'upsertedCount',
    'upsertedIds',
  ]
  // A bulk result has getters, which serialisation would not see.
  const isBulk =
    typeof value === 'object' && value !== null && 'upsertedIds' in value && 'insertedIds' in value
  const copied = isBulk ? Object.fromEntries(bulkFields.map((name) => [name, read[name]])) : value
  return EJSON.serialize({ value: copied }, { relaxed: true }).value
}

function assertMatches(expected: unknown, actual: unknown, where: string, isRoot: boolean): void {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length)
      throw new Error(`${where}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`)
    for (const [i, item] of expected.entries()) assertMatches(item, actual[i], `${where}[${i}]`, isRoot)
    return
  }
  if (typeof expected !== 'object' || expected === null) {
    if (!isDeepStrictEqual(expected, actual))
      throw new Error(`${where}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`)
    return
  }
  const wanted = expected as Tree
  if ('$$unsetOrMatches' in wanted) {
    if (actual !== undefined && actual !== null) assertMatches(wanted.$$unsetOrMatches, actual, where, isRoot)
    return
  }
  if ('$$exists' in wanted) {
    if ((actual !== undefined) !== wanted.$$exists)
      throw new Error(`${where}: exists is not ${String(wanted.$$exists)}`)
    return
  }
  if ('$$type' in wanted) {
    if (actual === undefined) throw new Error(`${where}: missing`)
    return
  }
  if (typeof actual !== 'object' || actual === null)
    throw new Error(`${where}: expected an object, got ${JSON.stringify(actual)}`)
  const found = actual as Tree
  for (const [name, value] of Object.entries(wanted))
    assertMatches(value, found[name], `${where}.${name}`, false)
  // Only at the root of a result may there be more than expected.
  const extra = isRoot ? [] : Object.keys(found).filter((name) => !(name in wanted))
  if (extra.length > 0) throw new Error(`${where}: unexpected ${extra.join(', ')}`)
}

async function call(entity: Db | Collection, name: string, args: Document): Promise<unknown> {
  const { session: _session, ...rest } = args
  if ('collectionName' in entity) return callCollection(entity, name, rest)
  const { pipeline, collection, command: _command, ...options } = rest
  switch (name) {
    case 'aggregate':
      return entity.aggregate(pipeline, options).toArray()
    case 'dropCollection':
      return entity.dropCollection(collection, options)
    case 'createCollection':
      return entity.createCollection(collection, options).then(() => ({}))
    default:
      throw new Error(`the runner does not know ${name}`)
  }
}

async function callCollection(collection: Collection, name: string, args: Document): Promise<unknown> {
  const {
    filter,
    update,
    replacement,
    document,
    documents,
    pipeline,
    requests,
    fieldName,
    keys,
    returnDocument,
    ...others
  } = args
  const options =
    returnDocument === undefined
      ? others
      : { ...others, returnDocument: String(returnDocument).toLowerCase() }
  switch (name) {
    case 'find':
      return collection.find(filter, options).toArray()
    case 'findOne':
      return collection.findOne(filter, options)
    case 'aggregate':
      return collection.aggregate(pipeline, options).toArray()
    case 'countDocuments':
      return collection.countDocuments(filter, options)
    case 'estimatedDocumentCount':
      return collection.estimatedDocumentCount(options)
    case 'count':
      return collection.count(filter, options)
    case 'distinct':
      return collection.distinct(fieldName, filter ?? {}, options)
    case 'insertOne':
      return collection.insertOne(document, options)
    case 'insertMany':
      return collection.insertMany(documents, options)
    case 'updateOne':
      return collection.updateOne(filter, update, options)
    case 'updateMany':
      return collection.updateMany(filter, update, options)
    case 'replaceOne':
      return collection.replaceOne(filter, replacement, options)
    case 'deleteOne':
      return collection.deleteOne(filter, options)
    case 'deleteMany':
      return collection.deleteMany(filter, options)
    case 'findOneAndUpdate':
      return collection.findOneAndUpdate(filter, update, options as { includeResultMetadata: false })
    case 'findOneAndReplace':
      return collection.findOneAndReplace(filter, replacement, options as { includeResultMetadata: false })
    case 'findOneAndDelete':
      return collection.findOneAndDelete(filter, options as { includeResultMetadata: false })
    case 'createIndex':
      return collection.createIndex(keys, options)
    case 'bulkWrite':
      return collection.bulkWrite(requests as AnyBulkWriteOperation[], options)
    default:
      throw new Error(`the runner does not know ${name}`)
  }
}
