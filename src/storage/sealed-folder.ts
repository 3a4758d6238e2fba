import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import { looksSealed, type SealedBytes } from '../lib/key-ring.ts'

/**
 * A folder of sealed files with ids for names, readable by the service's user only. A file appears whole or not at all.
 * What the disk refuses rejects with STORAGE_UNAVAILABLE; an id is 32 hexadecimal digits, any other names nothing.
 */
export interface SealedFolder {
  /** Resolves when the file would survive a power cut. */
  write(id: string, sealed: SealedBytes): Promise<void>
  read(id: string): Promise<Buffer | undefined>
  /** Harmless to repeat. */
  remove(id: string): Promise<void>
  /** Ids of the files that are at least so old and of the state. */
  listOlderThan(ageMs: number, state: 'whole' | 'half'): Promise<string[]>
  /** Removes the files that are at least so old and of the state; gives how many. `half`: a crash left them unfinished. */
  removeOlderThan(ageMs: number, state: 'whole' | 'half'): Promise<number>
  /** What all its files take. */
  totalBytes(): Promise<number>
}

export interface SealedFolderOptions {
  /** Made when it is not there, for nobody but the service's user. */
  directory: string
  clock: Clock
  /** What lies in it, for errors. */
  content: string
  /** A file says the hour in which it was written and not the minute, which could be laid beside that of a chat. */
  cutsTimesToHour?: true
}

const idPattern = /^[0-9a-f]{32}$/
const hourMs = 3_600_000
const endings = { whole: '.sealed', half: '.part' } as const

export function createSealedFolder({
  directory,
  clock,
  content,
  cutsTimesToHour,
}: SealedFolderOptions): SealedFolder {
  const pathOf = (id: string, state: keyof typeof endings) => join(directory, `${id}${endings[state]}`)

  function unavailable(problem: string, cause: unknown): AppError {
    return new AppError('STORAGE_UNAVAILABLE', `${content} ${problem}`, { retryable: true, cause })
  }

  async function listOlderThan(ageMs: number, state: keyof typeof endings): Promise<string[]> {
    const ending = endings[state]
    const names = await readdir(directory).catch((cause: unknown) => {
      if (isMissing(cause)) return []
      throw unavailable('folder not read', cause)
    })
    const ids: string[] = []
    for (const name of names) {
      const id = name.slice(0, -ending.length)
      if (!name.endsWith(ending) || !idPattern.test(id)) continue
      const age = await stat(pathOf(id, state)).then(
        ({ mtimeMs }) => clock.now().getTime() - mtimeMs,
        () => 0,
      )
      if (age >= ageMs) ids.push(id)
    }
    return ids
  }

  async function namesOf(state: keyof typeof endings): Promise<string[]> {
    const ending = endings[state]
    const names = await readdir(directory).catch((cause: unknown) => {
      if (isMissing(cause)) return []
      throw unavailable('folder not read', cause)
    })
    return names.filter((name) => name.endsWith(ending) && idPattern.test(name.slice(0, -ending.length)))
  }

  return {
    async write(id, sealed) {
      if (!looksSealed(sealed)) throw new TypeError(`${content} must be sealed before it is stored`)
      if (!idPattern.test(id)) throw new TypeError('not an id of a sealed file')
      const half = pathOf(id, 'half')
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        await writeDurably(half, sealed)
        if (cutsTimesToHour) {
          const hour = new Date(Math.floor(clock.now().getTime() / hourMs) * hourMs)
          await utimes(half, hour, hour)
        }
        await rename(half, pathOf(id, 'whole'))
        await syncDirectory(directory)
      } catch (cause) {
        await rm(half, { force: true }).catch(() => {})
        throw unavailable('not written', cause)
      }
    },

    async read(id) {
      if (!idPattern.test(id)) return undefined
      try {
        return await readFile(pathOf(id, 'whole'))
      } catch (cause) {
        if (isMissing(cause)) return undefined
        throw unavailable('not read', cause)
      }
    },

    async remove(id) {
      if (!idPattern.test(id)) return
      try {
        await rm(pathOf(id, 'whole'), { force: true })
        await syncDirectory(directory)
      } catch (cause) {
        if (isMissing(cause)) return
        throw unavailable('not removed', cause)
      }
    },

    listOlderThan,

    async removeOlderThan(ageMs, state) {
      let removed = 0
      for (const name of await namesOf(state)) {
        const path = join(directory, name)
        const age = await stat(path).then(
          ({ mtimeMs }) => clock.now().getTime() - mtimeMs,
          () => 0,
        )
        if (age < ageMs) continue
        await rm(path, { force: true })
        removed++
      }
      return removed
    },

    async totalBytes() {
      let bytes = 0
      for (const name of [...(await namesOf('whole')), ...(await namesOf('half'))]) {
        bytes += await stat(join(directory, name)).then(
          ({ size }) => size,
          () => 0,
        )
      }
      return bytes
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
