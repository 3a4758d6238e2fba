import mongoose from 'mongoose'
import { AppError } from '../lib/errors.ts'

/**
 * Opens the one connection pool of the process. Fails within `timeoutMs` when no server answers, so that a wrong
 * `MONGODB_URI` is told at the start. Afterwards a lost server makes operations fail after the same time; the driver
 * reconnects by itself.
 */
export async function connectDatabase(
  uri: string,
  options: { name?: string; timeoutMs?: number } = {},
): Promise<mongoose.Connection> {
  mongoose.set('strictQuery', true)
  const connection = mongoose.createConnection(uri, {
    dbName: options.name,
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    maxPoolSize: 40,
    serverSelectionTimeoutMS: options.timeoutMs ?? 5_000,
    // The driver's own limits for these are none: an operation caught by a dying server could wait for ever.
    connectTimeoutMS: 5_000,
    waitQueueTimeoutMS: 5_000,
    socketTimeoutMS: 15_000,
  })
  try {
    return await connection.asPromise()
  } catch (cause) {
    await connection.close().catch(() => {})
    throw new AppError('STORAGE_UNAVAILABLE', 'the database does not answer', { retryable: true, cause })
  }
}

/** Builds the indexes of every schema registered on the connection; a changed definition is a loud error. */
export async function ensureIndexes(connection: mongoose.Connection): Promise<void> {
  for (const name of connection.modelNames()) await connection.model(name).createIndexes()
}

const pingTimeoutMs = 2_000

/** Rejects when the server does not answer within two seconds. */
export async function pingDatabase(connection: mongoose.Connection): Promise<void> {
  if (!connection.db) throw new AppError('STORAGE_UNAVAILABLE', 'not connected', { retryable: true })
  await connection.db.command({ ping: 1 }, { timeoutMS: pingTimeoutMs })
}
