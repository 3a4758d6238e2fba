import type { Db, Document, IndexDescription, MongoClient } from 'mongodb'

export interface CopiedCollection {
  database: string
  collection: string
  documents: number
  indexes: number
}

/** What became of a copy. Only `copied` and `differs` have written anything. */
export type CopyReport = { collections: CopiedCollection[] } & (
  | { kind: 'planned' }
  | { kind: 'copied' }
  | { kind: 'not-empty'; occupied: string[] }
  | { kind: 'differs'; differences: string[] }
)

export interface CopyOptions {
  isDryRun: boolean
  /** Only this database; all but MongoDB's own unless told. */
  database?: string
  onCollection?: (line: string) => void
}

const ownDatabases = ['admin', 'config', 'local']
const batchDocuments = 500

/**
 * Copies collections and indexes to databases that do not exist at the target. Both clients must be made with
 * `promoteValues: false`, so that every value keeps its type.
 */
export async function copyData(
  from: MongoClient,
  to: MongoClient,
  options: CopyOptions,
): Promise<CopyReport> {
  const names = await databaseNames(from, options.database)
  const occupied: string[] = []
  for (const name of names) {
    const present = await to.db(name).listCollections({}, { nameOnly: true }).toArray()
    if (present.length > 0) occupied.push(name)
  }
  const collections: CopiedCollection[] = []
  for (const name of names) {
    for (const collection of await collectionNames(from.db(name))) {
      const documents = Number(await from.db(name).collection(collection).countDocuments())
      const indexes = (await secondaryIndexes(from.db(name), collection)).length
      collections.push({ database: name, collection, documents, indexes })
    }
  }
  if (occupied.length > 0) return { kind: 'not-empty', occupied, collections }
  if (options.isDryRun) return { kind: 'planned', collections }

  for (const { database, collection, documents, indexes } of collections) {
    await copyCollection(from.db(database), to.db(database), collection)
    options.onCollection?.(
      `${database}.${collection}: ${documents} documents, ${indexes} indexes besides _id`,
    )
  }
  const differences: string[] = []
  for (const { database, collection, documents, indexes } of collections) {
    const arrived = Number(await to.db(database).collection(collection).countDocuments())
    const left = Number(await from.db(database).collection(collection).countDocuments())
    if (arrived !== documents || left !== documents)
      differences.push(
        `${database}.${collection}: ${documents} read, ${arrived} arrived, ${left} at the source now`,
      )
    const built = (await secondaryIndexes(to.db(database), collection)).length
    if (built !== indexes) differences.push(`${database}.${collection}: ${indexes} indexes, ${built} arrived`)
  }
  return differences.length > 0
    ? { kind: 'differs', differences, collections }
    : { kind: 'copied', collections }
}

async function databaseNames(client: MongoClient, only: string | undefined): Promise<string[]> {
  if (only !== undefined) return [only]
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true })
  return databases.map(({ name }) => name).filter((name) => !ownDatabases.includes(name))
}

async function collectionNames(database: Db): Promise<string[]> {
  const found = await database.listCollections({ type: 'collection' }, { nameOnly: true }).toArray()
  return found
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.'))
    .sort()
}

async function secondaryIndexes(database: Db, collection: string): Promise<IndexDescription[]> {
  const indexes: Document[] = await database.collection(collection).listIndexes().toArray()
  return indexes
    .filter(({ name }) => name !== '_id_')
    .map(({ v: _version, ns: _namespace, ...description }) => description as unknown as IndexDescription)
}

async function copyCollection(from: Db, to: Db, name: string): Promise<void> {
  await to.createCollection(name)
  // Unique indexes first: what would break them shows at once, and TTL starts counting only when all is there.
  const indexes = await secondaryIndexes(from, name)
  const isTtl = (index: IndexDescription) => index.expireAfterSeconds !== undefined
  const early = indexes.filter((index) => !isTtl(index))
  const target = to.collection(name)
  if (early.length > 0) await target.createIndexes(early)
  let batch: Document[] = []
  const flush = async () => {
    if (batch.length > 0) await target.insertMany(batch, { writeConcern: { w: 'majority' } })
    batch = []
  }
  for await (const document of from.collection(name).find().sort({ _id: 1 })) {
    batch.push(document)
    if (batch.length === batchDocuments) await flush()
  }
  await flush()
  const late = indexes.filter(isTtl)
  if (late.length > 0) await target.createIndexes(late)
}
