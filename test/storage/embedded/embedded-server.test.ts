import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import {
  type Db,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MongoClient,
  MongoServerError,
} from 'mongodb'
import mongoose from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/lib/clock.ts'
import { AppError } from '../../../src/lib/errors.ts'
import { createLog } from '../../../src/lib/log.ts'
import {
  type EmbeddedServer,
  startEmbeddedServer,
} from '../../../src/storage/embedded/start-embedded-server.ts'

const log = createLog({ level: 'silent' })
const folders: string[] = []
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-'))
  folders.push(folder)
  return folder
}

let server: EmbeddedServer
let client: MongoClient
let db: Db

beforeAll(async () => {
  server = await startEmbeddedServer({ dataDir: newFolder(), log, expireEveryMs: 200 })
  client = await new MongoClient(server.uri).connect()
  db = client.db('test')
})

afterAll(async () => {
  await client.close()
  await server.stop()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function refusal(work: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(MongoServerError)
  return { code: Number((error as MongoServerError).code), message: (error as MongoServerError).message }
}

function stages(plan: unknown): string[] {
  const node = plan as { stage: string; inputStage?: unknown }
  return node.inputStage ? [node.stage, ...stages(node.inputStage)] : [node.stage]
}

describe('indexes', () => {
  it('serve queries and sorts, as explain tells', async () => {
    const jobs = db.collection('jobs')
    await jobs.insertMany(
      Array.from({ length: 50 }, (_, i) => ({
        status: i % 2 ? 'new' : 'done',
        dueAt: new Date(i * 1000),
        note: i,
      })),
    )
    await jobs.createIndex({ status: 1, dueAt: 1 })
    const explained = async (filter: Document, sort: Document) =>
      stages(
        (
          await jobs
            .find(filter)
            .sort(sort as Record<string, 1 | -1>)
            .explain()
        ).queryPlanner.winningPlan,
      )
    expect(await explained({ status: 'new', dueAt: { $lte: new Date() } }, { dueAt: 1, _id: 1 })).toEqual([
      'FETCH',
      'IXSCAN',
    ])
    expect(await explained({ status: { $in: ['new', 'done'] } }, { dueAt: -1, _id: -1 })).toEqual([
      'FETCH',
      'IXSCAN',
    ])
    expect(await explained({ status: 'new' }, { note: 1 })).toEqual(['SORT', 'FETCH', 'IXSCAN'])
    expect(await explained({ note: 3 }, {})).toEqual(['COLLSCAN'])
    const due = await jobs
      .find({ status: { $in: ['new', 'done'] }, dueAt: { $gte: new Date(40_000) } })
      .sort({ dueAt: -1 })
      .limit(3)
      .toArray()
    expect(due.map((job) => job.note)).toEqual([49, 48, 47])
    const report = await jobs
      .find({ status: 'new', dueAt: { $lt: new Date(10_000) } })
      .explain('executionStats')
    expect(report.executionStats).toMatchObject({ nReturned: 5, totalDocsExamined: 5 })
  })

  it('refuse duplicates: single, compound, sparse, partial, of arrays and of long values', async () => {
    const people = db.collection<Document>('people')
    await people.createIndex({ email: 1 }, { unique: true, sparse: true })
    await people.createIndex(
      { org: 1, number: 1 },
      { unique: true, partialFilterExpression: { number: { $exists: true } } },
    )
    await people.createIndex({ phones: 1 }, { unique: true, sparse: true })
    const long = 'x'.repeat(3000)
    await people.insertMany([
      { email: long },
      {},
      {},
      { org: 1, number: 5 },
      { org: 1 },
      { org: 1 },
      { phones: ['1', '2'] },
    ])
    await people.insertOne({ email: `${long}y` })
    for (const twin of [{ email: long }, { org: 1, number: new Double(5) }, { phones: ['3', '2'] }])
      expect((await refusal(people.insertOne(twin))).code).toBe(11000)
    expect(
      (await refusal(people.updateOne({ org: 1, number: { $exists: false } }, { $set: { number: 5 } }))).code,
    ).toBe(11000)
    expect(await people.countDocuments({ email: long })).toBe(1)
    const wrong = await refusal(people.createIndex({ org: 1 }, { unique: true }))
    expect(wrong.code).toBe(11000)
    expect((await people.indexes()).map((index) => index.name)).not.toContain('org_1')
  })

  it('remember arrays and long values over a restart, also when the first was refused', async () => {
    const dataDir = newFolder()
    const first = await startEmbeddedServer({ dataDir, log })
    const writer = await new MongoClient(first.uri).connect()
    const items = writer.db('x').collection<Document>('items')
    await items.createIndex({ tags: 1 })
    await items.createIndex({ code: 1 }, { unique: true })
    await items.insertOne({ code: 'a', tags: 'x' })
    await refusal(items.updateOne({ code: 'b' }, { $set: { code: 'a', tags: [1, 9] } }, { upsert: true }))
    await items.insertOne({ code: 'c', tags: [1, 9] })
    await writer.close()
    await first.stop()
    const second = await startEmbeddedServer({ dataDir, log })
    const reader = await new MongoClient(second.uri).connect()
    // Met by two elements together: an index not known to hold arrays would look between the bounds.
    expect(
      await reader
        .db('x')
        .collection('items')
        .countDocuments({ tags: { $gt: 3, $lt: 5 } }),
    ).toBe(1)
    await reader.close()
    await second.stop()
  })

  it('built while others write hold every document', async () => {
    const items = db.collection<{ n: number }>('built')
    await items.insertMany(Array.from({ length: 4000 }, (_, n) => ({ n })))
    const building = items.createIndex({ n: 1 })
    const writing = Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        i % 2 ? items.insertOne({ n: 10_000 + i }) : items.deleteOne({ n: i }),
      ),
    )
    await Promise.all([building, writing])
    const all = await items.find().toArray()
    const indexed = await items.find({}, { hint: 'n_1' }).toArray()
    expect(indexed.map((item) => item.n)).toEqual(all.map((item) => item.n).toSorted((a, b) => a - b))
  })

  it('with expireAfterSeconds delete what is over', async () => {
    const sessions = db.collection('sessions')
    await sessions.createIndex({ endsAt: 1 }, { expireAfterSeconds: 60 })
    const at = (secondsAgo: number) => new Date(systemClock.now().getTime() - secondsAgo * 1000)
    await sessions.insertMany([
      ...Array.from({ length: 450 }, () => ({ endsAt: at(100), kind: 'old' })),
      { endsAt: at(10), kind: 'fresh' },
      { endsAt: 'text', kind: 'no date' },
      { endsAt: [at(-100), at(100)], kind: 'one of two is over' },
      { kind: 'none' },
    ])
    for (let i = 0; i < 50 && (await sessions.countDocuments()) > 3; i++) await setTimeout(100)
    expect((await sessions.find().toArray()).map((session) => session.kind).toSorted()).toEqual([
      'fresh',
      'no date',
      'none',
    ])
  })
})

describe('concurrent commands', () => {
  it('claim each job once', async () => {
    const jobs = db.collection<Document>('claims')
    await jobs.createIndex({ status: 1, n: 1 })
    await jobs.insertMany(Array.from({ length: 50 }, (_, n) => ({ status: 'new', n })))
    const claims = await Promise.all(
      Array.from({ length: 60 }, (_, worker) =>
        jobs.findOneAndUpdate({ status: 'new' }, { $set: { status: 'taken', worker } }, { sort: { n: 1 } }),
      ),
    )
    const won = claims.filter((claim) => claim !== null)
    expect(new Set(won.map((job) => job.n)).size).toBe(50)
  })

  it('upsert one document under a unique key, and count every increment', async () => {
    const counters = db.collection<Document>('counters')
    await counters.createIndex({ name: 1 }, { unique: true })
    await Promise.all(
      Array.from({ length: 30 }, () =>
        counters.updateOne({ name: 'x' }, { $inc: { n: 1 } }, { upsert: true }),
      ),
    )
    expect(await counters.find({}, { projection: { _id: 0 } }).toArray()).toEqual([{ name: 'x', n: 30 }])
  })

  it('claim without an index too, however long the search', async () => {
    const many = db.collection<Document>('unindexed')
    for (let i = 0; i < 12; i++)
      await many.insertMany(
        Array.from({ length: 2000 }, (_, n) => ({ n: i * 2000 + n, pad: 'x'.repeat(200) })),
      )
    const claims = await Promise.all(
      Array.from({ length: 8 }, () =>
        many.findOneAndUpdate(
          { n: { $gte: 23_990 }, taken: null },
          { $set: { taken: true } },
          { sort: { n: -1 } },
        ),
      ),
    )
    expect(new Set(claims.map((claim) => claim?.n)).size).toBe(8)
  })

  it('answer others while one command scans', async () => {
    const slow = db
      .collection('unindexed')
      .aggregate([{ $group: { _id: '$pad', n: { $sum: { $strLenCP: '$pad' } } } }])
      .toArray()
    let answered = 0
    let isOver = false
    const pings = (async () => {
      while (!isOver) {
        await db.command({ ping: 1 })
        answered++
      }
    })()
    expect(await slow).toHaveLength(1)
    isOver = true
    await pings
    // A scan that never pauses would let one or two through.
    expect(answered).toBeGreaterThan(10)
  })

  it('end with code 50 when their time is over', async () => {
    const stopped = await refusal(db.collection('unindexed').find({ pad: /yyy$/ }).maxTimeMS(5).toArray())
    expect(stopped.code).toBe(50)
  })
})

describe('values', () => {
  it('keep their exact types through inserts, updates and upserts', async () => {
    const exact = client.db('test', {}).collection<Document>('exact', { promoteValues: false })
    const document = {
      _id: 1 as unknown as never,
      l: Long.fromNumber(5),
      d: new Double(5),
      i: new Int32(5),
      m: Decimal128.fromString('5.10'),
    }
    await exact.insertOne(document)
    await exact.updateOne({}, { $set: { other: new Double(1) }, $inc: { l: 1, d: 1, i: 1 } })
    await exact.updateOne({}, [{ $set: { sum: { $add: ['$i', '$d'] } } }])
    const found = await exact.findOne()
    expect(found?.l).toBeInstanceOf(Long)
    expect(found?.d).toBeInstanceOf(Double)
    expect(found?.i).toBeInstanceOf(Int32)
    expect(String(found?.m)).toBe('5.10')
    expect(found?.other).toBeInstanceOf(Double)
    expect(Number(found?.sum)).toBe(12)
    expect(Number(await exact.countDocuments({ l: { $type: 'long' }, d: { $type: 'double' } }))).toBe(1)
    await exact.updateOne(
      { big: Long.fromString('9007199254740993') },
      { $inc: { big: 2 } },
      { upsert: true },
    )
    expect(String((await exact.findOne({ big: { $gt: 1 } }))?.big)).toBe('9007199254740995')
    expect((await refusal(exact.updateOne({ _id: 1 as never }, { $inc: { m: 1 } }))).code).toBe(238)
  })
})

describe('what the server leaves out', () => {
  it('is refused by name with code 238', async () => {
    const items = db.collection('items')
    await items.insertOne({ text: 'a' })
    const refused: Promise<unknown>[] = [
      items.find({}, { collation: { locale: 'vi' } }).toArray(),
      items.find({ $where: 'true' }).toArray(),
      items.find({ $text: { $search: 'a' } }).toArray(),
      items.find({ $jsonSchema: {} }).toArray(),
      items.createIndex({ text: 'text' }),
      items.createIndex({ text: '2dsphere' }),
      items.createIndex({ text: 'hashed' }),
      items.createIndex({ '$**': 1 }),
      items.createIndex({ text: 1 }, { collation: { locale: 'vi' } }),
      db.createCollection('capped', { capped: true, size: 1000 }),
      db.createCollection('view', { viewOn: 'items', pipeline: [] }),
      db.createCollection('series', { timeseries: { timeField: 't' } }),
      db.createCollection('checked', { validator: { a: 1 } }),
      items.aggregate([{ $geoNear: { near: [0, 0], distanceField: 'd' } }] as Document[]).toArray(),
      items.aggregate([{ $graphLookup: {} }]).toArray(),
      items.aggregate([{ $project: { x: { $function: {} } } }]).toArray(),
      items
        .aggregate([{ $project: { x: { $dateAdd: { startDate: '$d', unit: 'month', amount: 1 } } } }])
        .toArray(),
      items.aggregate([{ $group: { _id: null, x: { $stdDevPop: '$a' } } }]).toArray(),
      items.watch().next(),
    ]
    for (const work of refused) {
      const { code, message } = await refusal(work)
      expect(message).toMatch(/^embedded server: /)
      expect(code).toBe(238)
    }
  })

  it('includes transactions, with code 263', async () => {
    const session = client.startSession()
    session.startTransaction()
    const { code, message } = await refusal(db.collection('items').insertOne({ a: 1 }, { session }))
    expect([code, message.slice(0, 16)]).toEqual([263, 'embedded server:'])
    await session.abortTransaction().catch(() => undefined)
    await session.endSession()
    expect((await refusal(db.command({ find: 'items', readConcern: { level: 'snapshot' } }))).code).toBe(123)
  })

  it('is told from mistakes', async () => {
    expect((await refusal(db.command({ nonsense: 1 }))).code).toBe(59)
    expect((await refusal(db.command({ find: 'items', surprise: 1 }))).code).toBe(40415)
    expect((await refusal(db.collection('items').find({ $nonsense: 1 }).toArray())).code).toBe(2)
    expect(
      (
        await refusal(
          db
            .collection('items')
            .aggregate([{ $nonsense: 1 }])
            .toArray(),
        )
      ).code,
    ).toBe(40324)
  })
})

describe('cursors', () => {
  it('go on while documents change, and can be closed', async () => {
    const many = db.collection<{ _id: number; n: number }>('cursors')
    await many.insertMany(Array.from({ length: 1000 }, (_, n) => ({ _id: n, n })))
    const seen: number[] = []
    for await (const document of many.find().sort({ _id: 1 }).batchSize(50)) {
      seen.push(document.n)
      if (document.n % 100 === 0) await many.deleteOne({ _id: document.n + 99 })
    }
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, n) => n).filter((n) => n % 100 !== 99))
    const cursor = many.find().batchSize(10)
    await cursor.next()
    await cursor.close()
    expect(await many.find().skip(10).limit(7).toArray()).toHaveLength(7)
    expect((await refusal(db.command({ getMore: Long.fromNumber(4711), collection: 'cursors' }))).code).toBe(
      43,
    )
  })
})

describe('mongoose', () => {
  it('works unchanged', async () => {
    const connection = await mongoose.createConnection(server.uri, { dbName: 'goose' }).asPromise()
    const author = connection.model('Author', new mongoose.Schema({ name: { type: String, unique: true } }))
    const bookSchema = new mongoose.Schema(
      {
        title: String,
        pages: Number,
        tags: [{ label: String }],
        author: { type: mongoose.Schema.Types.ObjectId, ref: 'Author' },
      },
      { timestamps: true, optimisticConcurrency: true },
    )
    bookSchema.index({ author: 1, title: 1 }, { unique: true })
    const book = connection.model('Book', bookSchema)
    await Promise.all([author.init(), book.init()])
    const writer = await author.create({ name: 'Nguyễn Du' })
    await book.create({ title: 'Truyện Kiều', pages: 100, author: writer._id, tags: [{ label: 'thơ' }] })
    await expect(book.create({ title: 'Truyện Kiều', author: writer._id })).rejects.toMatchObject({
      code: 11000,
    })
    const first = await book.findOne({ title: /^Truyện/ }).orFail()
    const second = await book.findById(first._id).orFail()
    first.pages = 101
    await first.save()
    second.pages = 102
    await expect(second.save()).rejects.toThrow(mongoose.Error.VersionError)
    await book.updateOne({ 'tags.label': 'thơ' }, { $set: { 'tags.$.label': 'truyện thơ' } })
    const populated = await book.findOne().populate<{ author: { name: string } }>('author').lean().orFail()
    expect([populated.author.name, populated.tags[0]?.label, populated.pages]).toEqual([
      'Nguyễn Du',
      'truyện thơ',
      101,
    ])
    const pages = await book.aggregate([
      { $lookup: { from: 'authors', localField: 'author', foreignField: '_id', as: 'by' } },
      { $unwind: '$by' },
      { $group: { _id: '$by.name', pages: { $sum: '$pages' } } },
    ])
    expect(pages).toEqual([{ _id: 'Nguyễn Du', pages: 101 }])
    expect(await book.syncIndexes()).toEqual([])
    expect((await book.find().explain('queryPlanner')) as unknown).toHaveProperty('queryPlanner')
    await connection.dropDatabase()
    await connection.close()
  })
})

describe('process', () => {
  it('keeps its socket private and its folder to itself', async () => {
    const dataDir = newFolder()
    const first = await startEmbeddedServer({ dataDir, log })
    expect(statSync(join(dataDir, 'run')).mode & 0o777).toBe(0o700)
    const second = startEmbeddedServer({ dataDir, log })
    await expect(second).rejects.toThrow(AppError)
    await expect(second).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('uses the data folder'),
    })
    const other = await new MongoClient(first.uri).connect()
    await other.db('x').collection('y').insertOne({ a: 1 })
    await other.close()
    await first.stop()
    expect(existsSync(join(dataDir, 'lock'))).toBe(false)
    const again = await startEmbeddedServer({ dataDir, log })
    const reader = await new MongoClient(again.uri).connect()
    expect(await reader.db('x').collection('y').countDocuments()).toBe(1)
    await reader.close()
    await again.stop()
  })

  it('finds another place for its socket when the folder is too deep', async () => {
    const dataDir = join(newFolder(), 'a-rather-long-name-of-a-folder'.repeat(4))
    const deep = await startEmbeddedServer({ dataDir, log })
    const reader = await new MongoClient(deep.uri).connect()
    expect(await reader.db('x').command({ ping: 1 })).toMatchObject({ ok: 1 })
    await reader.close()
    await deep.stop()
  })

  it('is started again when it dies, on the same address', async () => {
    let restarted: () => void = () => undefined
    const again = new Promise<void>((resolve) => {
      restarted = resolve
    })
    const dying = await startEmbeddedServer({ dataDir: newFolder(), log, onRestart: () => restarted() })
    const user = await new MongoClient(dying.uri).connect()
    await user.db('x').collection('y').insertOne({ a: 1 })
    process.kill(dying.pid()!, 'SIGKILL')
    await again
    await user
      .db('x')
      .command({ ping: 1 })
      .catch(() => undefined)
    expect(await user.db('x').collection('y').countDocuments()).toBe(1)
    await user.close()
    await dying.stop()
  })
})
