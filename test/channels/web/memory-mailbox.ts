import type { Mailbox, StoredLine } from '../../../src/channels/web/mailbox.ts'
import { AppError } from '../../../src/lib/errors.ts'

/** The mailbox port in memory, for tests of the channel alone; several channels can share one, like instances. */
export class MemoryMailbox implements Mailbox {
  isDown = false
  #lines: (StoredLine & { conversationId: string })[] = []
  #sequence = 1_000

  async append(conversationId: string, line: Parameters<Mailbox['append']>[1]): Promise<void> {
    this.#refuseWhenDown()
    if (this.#lines.some((known) => known.message.id === line.message.id)) return
    this.#lines.push({ ...line, conversationId, sequence: ++this.#sequence })
  }

  async after(conversationId: string, sequence: number | undefined, limit: number): Promise<StoredLine[]> {
    this.#refuseWhenDown()
    const own = this.#lines
      .filter((line) => line.conversationId === conversationId)
      .map(({ conversationId: _, ...line }) => line)
    if (sequence === undefined) return own.slice(-limit)
    return own.filter((line) => line.sequence > sequence).slice(0, limit)
  }

  async changedSince(): Promise<{ conversationId: string; sequence: number }[]> {
    this.#refuseWhenDown()
    return this.#lines.map(({ conversationId, sequence }) => ({ conversationId, sequence }))
  }

  #refuseWhenDown(): void {
    if (this.isDown)
      throw new AppError('STORAGE_UNAVAILABLE', 'the database does not answer', { retryable: true })
  }
}
