import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Decimal128, type Document, Long, MongoClient, ObjectId } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../src/lib/log.ts'
import { type EmbeddedServer, startEmbeddedServer } from '../../src/storage/embedded/start-embedded-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'data-copy-'))
const log = createLog({ level: 'silent' })
const sourceDir = join(folder, 'source')
let target: EmbeddedServer

beforeAll(async () => {
  const source = await startEmbeddedServer({ dataDir: join(sourceDir, 'db'), log })
  const client = await new MongoClient(source.uri).connect()
  const reports = client.db('motcua').collection('reports')
  await reports.createIndex({ code: 1 }, { unique: true })
  await reports.createIndex({ status: 1, dueAt: -1 })
  await reports.createIndex({ endsAt: 1 }, { expireAfterSeconds: 3600 })
  await reports.createIndex({ phone: 1 }, { partialFilterExpression: { phone: { $exists: true } } })
  await reports.insertMany(
    Array.from({ length: 1200 }, (_, i) => ({
      code: `PA-${i}`,
      status: i % 3,
      dueAt: new Date(i),
      text: 'Phản ánh',
    })),
  )
  await client
    .db('motcua')
    .collection<Document>('types')
    .insertOne({ _id: new ObjectId(), l: Long.fromNumber(7), m: Decimal128.fromString('1.50') })
  await client.db('motcua').createCollection('empty')
  await client.close()
  await source.stop()
  target = await startEmbeddedServer({ dataDir: join(folder, 'target'), log })
}, 60_000)

afterAll(async () => {
  await target.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--import', 'tsx', join(root, 'scripts/data-copy.ts'), ...args]
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, command, { cwd: root })) }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

describe('data:copy', () => {
  it('explains itself, and what is missing', async () => {
    expect((await run('--help')).stdout).toContain('--to URI')
    expect((await run('--to', target.uri, '--data-dir', join(folder, 'nowhere'))).stderr).toContain(
      'no embedded database',
    )
    expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining('--to URI is missing') })
  })

  it('writes nothing in a dry run', async () => {
    const { code, stdout } = await run('--to', target.uri, '--data-dir', sourceDir, '--dry-run', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'planned',
      collections: [{ collection: 'empty' }, { collection: 'reports', documents: 1200, indexes: 4 }, {}],
    })
    const client = await new MongoClient(target.uri).connect()
    expect(await client.db('motcua').listCollections().toArray()).toEqual([])
    await client.close()
  })

  it('copies documents, types and indexes, and refuses to do it twice', async () => {
    const first = await run('--to', target.uri, '--data-dir', sourceDir)
    expect(first.stdout).toContain(
      'Copied 1201 documents in 3 collections; counted again at the target, all agree.',
    )
    const client = await new MongoClient(target.uri, { promoteValues: false }).connect()
    const database = client.db('motcua')
    expect(await database.collection('types').findOne()).toMatchObject({
      l: Long.fromNumber(7),
      m: Decimal128.fromString('1.50'),
    })
    const indexes = await new MongoClient(target.uri).db('motcua').collection('reports').indexes()
    expect(indexes).toMatchObject([
      { name: '_id_' },
      { key: { code: 1 }, unique: true },
      { key: { status: 1, dueAt: -1 } },
      { key: { phone: 1 }, partialFilterExpression: { phone: { $exists: true } } },
      { key: { endsAt: 1 }, expireAfterSeconds: 3600 },
    ])
    await client.close()
    const second = await run('--to', target.uri, '--data-dir', sourceDir)
    expect(second.code).toBe(1)
    expect(second.stderr).toContain('Nothing was copied: the target already has motcua')
  })
})
