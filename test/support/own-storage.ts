import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTestDatabase } from './database.ts'

/** Where one service of a test keeps its data: a folder of its own, or a database of its own on `MONGODB_TEST_URI`. */
export interface OwnStorage {
  settings: Record<string, string>
  remove(): Promise<void>
}

export async function ownStorage(): Promise<OwnStorage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'motcua-e2e-'))
  const external = process.env.MONGODB_TEST_URI ? await openTestDatabase() : undefined
  return {
    settings: { DATA_DIR: dataDir, ...(external ? { MONGODB_URI: external.uri } : {}) },
    async remove() {
      await external?.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
