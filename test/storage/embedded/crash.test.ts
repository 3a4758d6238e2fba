import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Collection, MongoClient, MongoServerError } from 'mongodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLog } from '../../../src/lib/log.ts'
import type { EmbeddedServer } from '../../../src/storage/embedded/start-embedded-server.ts'
import { compileEmbeddedServer } from './compiled-server.ts'

const kills = 20
const writers = 12
const dataDir = mkdtempSync(join(tmpdir(), 'crash-'))

interface Item {
  _id: string
  key: string
  status: string
  version: number
  tags: string[]
}

let server: EmbeddedServer
let compiled: Awaited<ReturnType<typeof compileEmbeddedServer>>
let restarts = 0

beforeAll(async () => {
  compiled = await compileEmbeddedServer('crash')
  server = await compiled.start({ dataDir, log: createLog({ level: 'silent' }), onRestart: () => restarts++ })
}, 60_000)

afterAll(async () => {
  await server.stop()
  compiled.remove()
  rmSync(dataDir, { recursive: true, force: true })
})

/** What the server acknowledged: for each document the last version that is certain, and any that may have been stored. */
class Ledger {
  readonly certain = new Map<string, number>()
  readonly possible = new Map<string, number>()
  acknowledged = 0

  attempt(id: string, version: number): void {
    this.possible.set(id, version)
  }

  acknowledge(id: string, version: number): void {
    this.certain.set(id, version)
    this.acknowledged++
  }
}

async function write(
  items: Collection<Item>,
  ledger: Ledger,
  writer: number,
  isOver: () => boolean,
): Promise<void> {
  const own: string[] = []
  for (let i = 0; !isOver(); i++) {
    const id = `${writer}-${performance.now()}-${i}`
    try {
      if (own.length === 0 || i % 3 === 0) {
        ledger.attempt(id, 0)
        await items.insertOne({
          _id: id,
          key: `key-${id}`,
          status: 'new',
          version: 0,
          tags: [`w${writer}`, `i${i % 7}`],
        })
        ledger.acknowledge(id, 0)
        own.push(id)
      } else {
        const target = own[(i * 7) % own.length]!
        const version = (ledger.possible.get(target) ?? 0) + 1
        ledger.attempt(target, version)
        const update = { $set: { version, status: `s${version % 3}`, key: `key-${target}-${version}` } }
        await items.updateOne({ _id: target }, update)
        ledger.acknowledge(target, version)
      }
    } catch (error) {
      // The connection went with the server; whether the write was stored is unknown. A refusal would be a fault.
      if (error instanceof MongoServerError) throw error
      await setTimeout(20)
    }
  }
}

async function verify(items: Collection<Item>, ledger: Ledger): Promise<void> {
  const stored = await items.find().toArray()
  const byId = new Map(stored.map((item) => [item._id, item]))
  for (const [id, version] of ledger.certain) {
    const item = byId.get(id)
    expect(item, `acknowledged ${id}`).toBeDefined()
    expect(item!.version).toBeGreaterThanOrEqual(version)
    expect(item!.version).toBeLessThanOrEqual(ledger.possible.get(id)!)
  }
  expect(await items.estimatedDocumentCount()).toBe(stored.length)
  // Index and documents must tell the same, both ways.
  for (const status of ['new', 's0', 's1', 's2']) {
    const indexed = await items.countDocuments({ status }, { hint: 'status_1_version_1' })
    expect(indexed).toBe(stored.filter((item) => item.status === status).length)
  }
  for (const tag of ['w3', 'i5']) {
    const indexed = await items.countDocuments({ tags: tag }, { hint: 'tags_1' })
    expect(indexed).toBe(stored.filter((item) => item.tags.includes(tag)).length)
  }
  const byKey = await items.find({}, { hint: 'key_1', sort: { key: 1 } }).toArray()
  expect(byKey.map((item) => item.key)).toEqual(stored.map((item) => item.key).toSorted())
}

it(`loses nothing it acknowledged in ${kills} kills`, { timeout: 120_000 }, async () => {
  const client = await new MongoClient(server.uri, {
    retryWrites: false,
    serverSelectionTimeoutMS: 20_000,
  }).connect()
  const items = client.db('crash').collection<Item>('items')
  await items.createIndex({ key: 1 }, { unique: true })
  await items.createIndex({ status: 1, version: 1 })
  await items.createIndex({ tags: 1 })
  const ledger = new Ledger()
  for (let kill = 0; kill < kills; kill++) {
    let isOver = false
    const work = Promise.all(
      Array.from({ length: writers }, (_, writer) => write(items, ledger, writer, () => isOver)),
    )
    await setTimeout(100 + Math.random() * 400)
    const before = restarts
    process.kill(server.pid()!, 'SIGKILL')
    isOver = true
    await work
    while (restarts === before) await setTimeout(10)
    // Connections that died with the server are found out by using them.
    await client
      .db('admin')
      .command({ ping: 1 })
      .catch(() => undefined)
    if (kill % 4 === 3) await verify(items, ledger)
  }
  await verify(items, ledger)
  expect(restarts).toBe(kills)
  expect(ledger.acknowledged).toBeGreaterThan(kills * 20)
  console.log(`crash test: ${kills} kills, ${ledger.acknowledged} acknowledged writes, none lost`)
  await client.close()
})
