import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Log } from '../src/lib/log.ts'
import { connectDatabase } from '../src/storage/connect.ts'
import { databaseName, type OpenDatabase, openDatabase } from '../src/storage/open-database.ts'

const lockSchema = z.object({ socketPath: z.string().min(1) })
const joinTimeoutMs = 2_000

/**
 * The database of the installation, for a command that may run beside the service: when the service has the embedded
 * server open, its socket is joined; otherwise the database is opened as the service would.
 */
export async function joinDatabase(
  options: { mongodbUri?: string; dataDir: string },
  log: Log,
): Promise<OpenDatabase> {
  const socketPath = options.mongodbUri ? undefined : socketOfRunningServer(`${options.dataDir}/db/lock`)
  if (socketPath) {
    const uri = `mongodb://${encodeURIComponent(socketPath)}/`
    try {
      const connection = await connectDatabase(uri, { name: databaseName, timeoutMs: joinTimeoutMs })
      return { kind: 'embedded', connection, close: () => connection.close() }
    } catch {
      // The lock was left by a crash; opening takes it over.
    }
  }
  return openDatabase(options, log)
}

function socketOfRunningServer(lockFile: string): string | undefined {
  try {
    return lockSchema.parse(JSON.parse(readFileSync(lockFile, 'utf8'))).socketPath
  } catch {
    return undefined
  }
}
