import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../../src/lib/log.ts'
import {
  type EmbeddedServer,
  startEmbeddedServer,
} from '../../../src/storage/embedded/start-embedded-server.ts'
import { runCrudSpec, type SpecResult } from './run-crud-spec.ts'

/**
 * The CRUD tests of the MongoDB drivers (mongodb/specifications, source/crud/tests/unified), which lie beside the project
 * because their licence is not ours. `MONGODB_TEST_URI` runs them against another server instead.
 */
const folder = fileURLToPath(new URL('../../../../shared/reference/mongodb-crud-tests', import.meta.url))
const isThere = existsSync(folder)
if (!isThere) console.log(`CRUD tests of the drivers: skipped, there is no ${folder}`)

/** Everything that may fail, each with its reason. All are refusals by name, except what the driver itself does. */
const accepted: { tests: RegExp; message: RegExp; reason: string }[] = [
  {
    tests: /-collation: /,
    message: /^embedded server: a collation other than "simple" is not supported$/,
    reason: 'collations are refused',
  },
  {
    tests: /^(db-aggregate|db-aggregate-rawdata|aggregate-merge-errorResponse): /,
    message: /^embedded server: |^code 238 is not/,
    reason: 'aggregation of a database ($listLocalSessions, $documents) is refused',
  },
  {
    tests: /^estimatedDocumentCount: .*views$/,
    message: /^embedded server: creating a collection with viewOn is not supported$/,
    reason: 'views are refused',
  },
  {
    tests: /^create-null-ids: /,
    message: /^result: expected 1, got 0$/,
    reason: 'the driver replaces a null _id by an ObjectId before it sends it',
  },
]

describe.skipIf(!isThere)('CRUD tests of the MongoDB drivers', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'crud-spec-'))
  let server: EmbeddedServer | undefined
  let results: SpecResult[] = []

  beforeAll(async () => {
    let uri = process.env.MONGODB_TEST_URI
    if (!uri) {
      server = await startEmbeddedServer({ dataDir, log: createLog({ level: 'warn' }) })
      uri = server.uri
    }
    results = await runCrudSpec(folder, uri, await describeServer(uri))
  }, 120_000)

  afterAll(async () => {
    await server?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const ofKind = (kind: SpecResult['kind']) => results.filter((result) => result.kind === kind)

  it('passes at least 290 of 487', () => {
    const [passed, failed, skipped] = [ofKind('passed'), ofKind('failed'), ofKind('skipped')]
    console.log(
      `CRUD tests: ${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped, of ${results.length}`,
    )
    expect(results).toHaveLength(487)
    expect(passed.length).toBeGreaterThanOrEqual(290)
  })

  it.skipIf(process.env.MONGODB_TEST_URI !== undefined)(
    'answers nothing wrongly that it does not refuse by name',
    () => {
      const unexplained = ofKind('failed').filter(
        ({ name, reason }) =>
          !accepted.some(({ tests, message }) => tests.test(name) && message.test(reason)),
      )
      expect(unexplained).toEqual([])
    },
  )
})

async function describeServer(uri: string) {
  const client = new MongoClient(uri)
  try {
    const { version } = await client.db('admin').command({ buildInfo: 1 })
    const hello = await client.db('admin').command({ hello: 1 })
    const topology = hello.setName ? 'replicaset' : hello.msg === 'isdbgrid' ? 'sharded' : 'single'
    return { version: String(version).replace(/[^\d.].*$/, ''), topology } as const
  } finally {
    await client.close()
  }
}
