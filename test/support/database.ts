import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type mongoose from 'mongoose'
import { it } from 'vitest'
import { createLog } from '../../src/lib/log.ts'
import { connectDatabase } from '../../src/storage/connect.ts'
import { startEmbeddedServer } from '../../src/storage/embedded/start-embedded-server.ts'

export interface TestDatabase {
  connection: mongoose.Connection
  uri: string
  /** Drops the database and stops the server, if it was ours. */
  close(): Promise<void>
}

/** A database of one's own: on the server of `MONGODB_TEST_URI` when that is set, else on an embedded one. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const external = process.env.MONGODB_TEST_URI
  if (external) {
    const connection = await connectDatabase(external, { name })
    return {
      connection,
      uri: withDatabase(external, name),
      async close() {
        await connection.dropDatabase()
        await connection.close()
      },
    }
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'motcua-'))
  const server = await startEmbeddedServer({ dataDir, log: createLog({ level: 'silent' }) })
  const connection = await connectDatabase(server.uri, { name })
  return {
    connection,
    uri: withDatabase(server.uri, name),
    async close() {
      await connection.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The same server, with `name` as the default database. */
function withDatabase(uri: string, name: string): string {
  const [address, query] = uri.split('?') as [string, string?]
  const hosts = address.replace(/^(mongodb(?:\+srv)?:\/\/[^/]+).*$/, '$1')
  return `${hosts}/${name}${query ? `?${query}` : ''}`
}

/** Query plans are each server's own: those of a foreign server are not ours to judge. */
export function itWithPlans(name: string, test: () => Promise<void>): void {
  onOwnServer(name, test)
}

/** So are its times: a foreign server's speed is not ours to judge either. */
export function itWithTimes(name: string, test: () => Promise<void>, timeoutMs?: number): void {
  onOwnServer(name, test, timeoutMs)
}

function onOwnServer(name: string, test: () => Promise<void>, timeoutMs?: number): void {
  if (process.env.MONGODB_TEST_URI)
    it.skip(`${name} (skipped: MONGODB_TEST_URI names a foreign server)`, test)
  else it(name, test, timeoutMs)
}
