import type mongoose from 'mongoose'
import type { Log } from '../lib/log.ts'
import { connectDatabase } from './connect.ts'
import { startEmbeddedServer } from './embedded/start-embedded-server.ts'

export interface OpenDatabase {
  kind: 'mongodb' | 'embedded'
  connection: mongoose.Connection
  close(): Promise<void>
}

/** The name inside an embedded server or a `MONGODB_URI` that names no database. */
export const databaseName = 'motcua'

/** The server of `mongodbUri`, or without one the embedded server with its data in `dataDir/db`. */
export async function openDatabase(
  options: { mongodbUri?: string; dataDir: string },
  log: Log,
): Promise<OpenDatabase> {
  if (options.mongodbUri) {
    const named = new URL(options.mongodbUri).pathname.length > 1
    const connection = await connectDatabase(options.mongodbUri, named ? {} : { name: databaseName })
    return { kind: 'mongodb', connection, close: () => connection.close() }
  }
  const server = await startEmbeddedServer({ dataDir: `${options.dataDir}/db`, log })
  try {
    const connection = await connectDatabase(server.uri, { name: databaseName })
    return {
      kind: 'embedded',
      connection,
      async close() {
        await connection.close()
        await server.stop()
      },
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}
