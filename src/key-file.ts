import { randomUUID } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type EncryptionKey, encryptionKeysSchema, makeEncryptionKey } from './lib/key-ring.ts'

/** The key of an installation that was set up without one, in its data folder, for the service's user only. */
export const keyFileIn = (dataDir: string): string => join(dataDir, 'encryption.key')

export type ReadKeyFile =
  | { kind: 'absent' }
  | { kind: 'key'; key: EncryptionKey }
  | { kind: 'unreadable'; cause: unknown }
  /** Holds something else than exactly one key. */
  | { kind: 'garbled' }

export async function readKeyFile(file: string): Promise<ReadKeyFile> {
  let content: string
  try {
    content = await readFile(file, 'utf8')
  } catch (cause) {
    return codeOf(cause) === 'ENOENT' ? { kind: 'absent' } : { kind: 'unreadable', cause }
  }
  const parsed = encryptionKeysSchema.safeParse(content)
  const key = parsed.success ? parsed.data[0] : undefined
  return key && parsed.data?.length === 1 ? { kind: 'key', key } : { kind: 'garbled' }
}

/**
 * Makes the file with a new key. It appears whole and survives a power cut before anything is sealed with it; a file
 * that is there already, or that another process makes in the same moment, stays.
 */
export async function makeKeyFile(file: string): Promise<void> {
  const unfinished = `${file}.${randomUUID()}`
  try {
    const handle = await open(unfinished, 'wx', 0o600)
    try {
      await handle.writeFile(`${makeEncryptionKey('k1')}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    // Unlike renaming, linking refuses to replace a file.
    await link(unfinished, file).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
    await syncFolder(dirname(file))
  } finally {
    await rm(unfinished, { force: true })
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
