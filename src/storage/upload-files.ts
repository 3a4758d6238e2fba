import { randomBytes } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import { type KeyRing, paddedLength } from '../lib/key-ring.ts'
import { oneAtATime } from '../lib/one-at-a-time.ts'
import { createSealedFolder } from './sealed-folder.ts'

/** As the web channel's port of uploads has it; storage knows no channel, so the shape is told again. */
export interface UploadFiles {
  put(owner: string, bytes: Uint8Array): Promise<string>
  /** `undefined`: expired, removed, or of another owner. */
  get(owner: string, id: string): Promise<Buffer | undefined>
  remove(id: string): Promise<void>
  /** Removes what is older than a day, and what a crash left half written; gives how many. To be called by and by. */
  removeExpired(): Promise<number>
}

export interface UploadFilesOptions {
  /** `DATA_DIR/uploads`; made when it is not there, for nobody but the service's user. */
  directory: string
  keyRing: KeyRing
  clock: Clock
  /** When they take so much, no more are taken. Default 4 GiB: a disk that strangers can fill would stop everything. */
  maxTotalBytes?: number
}

/** A dialog that was left is taken up again within a day or not at all. */
const lifeMs = 24 * 3_600_000
const unfinishedAfterMs = 3_600_000

/**
 * Uploads as sealed files until a dialog fetches them. The owner is part of what the seal was made for and stands nowhere
 * in the folder: neither names nor contents tell who sent what.
 */
export function createUploadFiles({
  directory,
  keyRing,
  clock,
  maxTotalBytes = 4 * 1024 ** 3,
}: UploadFilesOptions): UploadFiles {
  const folder = createSealedFolder({ directory, clock, content: 'upload' })
  // Sealing ten megabytes takes three times sixteen for a moment.
  const queue = oneAtATime()
  /** Unknown at first and after every removal. */
  let usedBytes: number | undefined
  const contextOf = (owner: string, id: string) => `upload:${id}:${owner}`

  return {
    put(owner, bytes) {
      return queue(async () => {
        const used = usedBytes ?? (await folder.totalBytes())
        if (used + paddedLength(bytes.length) > maxTotalBytes) {
          throw new AppError('STORAGE_UNAVAILABLE', 'the folder of uploads is full', { retryable: true })
        }
        const id = randomBytes(16).toString('hex')
        const sealed = keyRing.seal(bytes, contextOf(owner, id))
        await folder.write(id, sealed)
        usedBytes = used + sealed.length
        return id
      })
    },

    get(owner, id) {
      return queue(async () => {
        const sealed = await folder.read(id)
        if (!sealed) return undefined
        const opened = keyRing.open(sealed, contextOf(owner, id))
        if (opened.kind === 'opened') return opened.plaintext
        // Of another owner, or a file that somebody has changed: neither is there for who asks.
        if (opened.reason === 'altered') return undefined
        throw new AppError('STORAGE_UNAVAILABLE', `upload does not open: ${opened.reason}`)
      })
    },

    async remove(id) {
      await folder.remove(id)
      usedBytes = undefined
    },

    async removeExpired() {
      const halves = await folder.removeOlderThan(unfinishedAfterMs, 'half')
      const wholes = await folder.removeOlderThan(lifeMs, 'whole')
      usedBytes = undefined
      return halves + wholes
    },
  }
}
