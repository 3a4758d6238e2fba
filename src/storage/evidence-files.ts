import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import { looksSealed } from '../lib/key-ring.ts'
import type { EvidenceStore } from '../reports/evidence/evidence.ts'

export interface EvidenceFiles extends EvidenceStore {
  /** Removes what a crash left half written, once it is an hour old; gives how many. */
  removeUnfinished(): Promise<number>
}

export interface EvidenceFilesOptions {
  /** `DATA_DIR/evidence`; made when it is not there, for nobody but the service's user. */
  directory: string
  clock: Clock
}

const finishedName = /^[0-9a-f]{32}\.sealed$/
const unfinishedName = /^[0-9a-f]{32}\.part$/
const unfinishedAfterMs = 3_600_000

/**
 * Evidence as sealed files with random names, readable by the service's user only. A file appears whole or not at
 * all, and `put` resolves when it would survive a power cut.
 */
export function createEvidenceFiles({ directory, clock }: EvidenceFilesOptions): EvidenceFiles {
  return {
    async put(sealed) {
      if (!looksSealed(sealed)) throw new TypeError('evidence must be sealed before it is stored')
      const id = randomBytes(16).toString('hex')
      const unfinished = join(directory, `${id}.part`)
      const name = `${id}.sealed`
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        await writeDurably(unfinished, sealed)
        await rename(unfinished, join(directory, name))
        await syncDirectory(directory)
      } catch (cause) {
        await rm(unfinished, { force: true }).catch(() => {})
        throw unavailable('evidence file not written', cause)
      }
      return name
    },

    async get(name) {
      if (!finishedName.test(name)) return undefined
      try {
        return await readFile(join(directory, name))
      } catch (cause) {
        if (isMissing(cause)) return undefined
        throw unavailable('evidence file not read', cause)
      }
    },

    async remove(name) {
      if (!finishedName.test(name)) return
      try {
        await rm(join(directory, name), { force: true })
        await syncDirectory(directory)
      } catch (cause) {
        if (isMissing(cause)) return
        throw unavailable('evidence file not removed', cause)
      }
    },

    async removeUnfinished() {
      const names = await readdir(directory).catch((cause: unknown) => {
        if (isMissing(cause)) return []
        throw unavailable('evidence folder not read', cause)
      })
      let removed = 0
      for (const name of names.filter((name) => unfinishedName.test(name))) {
        const path = join(directory, name)
        const ageMs = await stat(path).then(
          ({ mtimeMs }) => clock.now().getTime() - mtimeMs,
          () => 0,
        )
        if (ageMs < unfinishedAfterMs) continue
        await rm(path, { force: true })
        removed++
      }
      return removed
    },
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await withHandle(await open(path, 'wx', 0o600), async (file) => {
    await file.writeFile(bytes)
    await file.sync()
  })
}

/** The name of a file is part of its directory and is not on the disk before that is. */
async function syncDirectory(directory: string): Promise<void> {
  await withHandle(await open(directory, 'r'), (handle) => handle.sync())
}

async function withHandle(handle: FileHandle, work: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(handle)
  } finally {
    await handle.close()
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function unavailable(message: string, cause: unknown): AppError {
  return new AppError('STORAGE_UNAVAILABLE', message, { retryable: true, cause })
}
