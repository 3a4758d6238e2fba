import type { Mailbox, StoredLine } from '../../../src/channels/web/mailbox.ts'
import { AppError } from '../../../src/lib/errors.ts'

/** The mailbox port in memory, for tests of the channel alone; several channels can share one, like instances. */
export class MemoryMailbox implements Mailbox {
  isDown = false
  readonly #now: () => Date
  #lines: { conversationId: string; line: StoredLine; expiresAt?: Date | undefined }[] = []
  #sequence = 1_000

  /** @param now tells when lines expire; without it none do. */
  constructor(now: () => Date = () => new Date(0)) {
    this.#now = now
  }

  async append(...[conversationId, line, { expiresAt } = {}]: Parameters<Mailbox['append']>): Promise<void> {
    this.#refuseWhenDown()
    if (this.#lines.some((known) => known.line.message.id === line.message.id)) return
    this.#lines.push({ conversationId, line: { ...line, sequence: ++this.#sequence }, expiresAt })
  }

  async forget(conversationId: string): Promise<void> {
    this.#refuseWhenDown()
    this.#lines = this.#lines.filter((kept) => kept.conversationId !== conversationId)
  }

  async after(conversationId: string, sequence: number | undefined, limit: number): Promise<StoredLine[]> {
    this.#refuseWhenDown()
    const own = this.#alive()
      .filter((kept) => kept.conversationId === conversationId)
      .map(({ line }) => line)
    if (sequence === undefined) return own.slice(-limit)
    return own.filter((line) => line.sequence > sequence).slice(0, limit)
  }

  async changedSince(): Promise<{ conversationId: string; sequence: number }[]> {
    this.#refuseWhenDown()
    return this.#alive().map(({ conversationId, line }) => ({ conversationId, sequence: line.sequence }))
  }

  #alive() {
    return this.#lines.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > this.#now())
  }

  #refuseWhenDown(): void {
    if (this.isDown)
      throw new AppError('STORAGE_UNAVAILABLE', 'the database does not answer', { retryable: true })
  }
}
