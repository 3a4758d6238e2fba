import { randomUUID } from 'node:crypto'
import type { UploadStore } from '../../../src/channels/web/upload-store.ts'
import { AppError } from '../../../src/lib/errors.ts'

/** The store of uploads in memory, for tests of the channel alone. */
export class MemoryUploads implements UploadStore {
  isDown = false
  readonly #kept = new Map<string, { owner: string; bytes: Buffer }>()

  get size(): number {
    return this.#kept.size
  }

  async put(owner: string, bytes: Uint8Array): Promise<string> {
    if (this.isDown) throw new AppError('STORAGE_UNAVAILABLE', 'the disk is full', { retryable: true })
    const id = randomUUID()
    this.#kept.set(id, { owner, bytes: Buffer.from(bytes) })
    return id
  }

  async get(owner: string, id: string): Promise<Buffer | undefined> {
    if (this.isDown) throw new AppError('STORAGE_UNAVAILABLE', 'the disk is gone', { retryable: true })
    const found = this.#kept.get(id)
    return found?.owner === owner ? found.bytes : undefined
  }

  async remove(id: string): Promise<void> {
    this.#kept.delete(id)
  }
}
