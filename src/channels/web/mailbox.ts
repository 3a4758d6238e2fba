import type { OutboundMessage } from '../../conversation/message.ts'

/**
 * What was said in a web conversation, both sides, so that a page that reconnects or reloads shows it in order.
 * Other channels have the platform for this.
 */
export interface Mailbox {
  /**
   * Harmless to repeat: a line with a known message id is not stored again.
   *
   * @param options.expiresAt from then on the line is not given any more; without it, kept as long as any.
   */
  append(conversationId: string, line: MailboxLine, options?: { expiresAt?: Date }): Promise<void>
  /**
   * The lines after `sequence`, oldest first, `limit` at most; without `sequence` the newest `limit` lines, oldest
   * first as well.
   */
  after(conversationId: string, sequence: number | undefined, limit: number): Promise<StoredLine[]>
  /** Deletes every line of the conversation. What is said afterwards stands above the numbers that were given before. */
  forget(conversationId: string): Promise<void>
  /** Where something was said at or after `since`, by whatever instance. */
  changedSince(since: Date): Promise<{ conversationId: string; sequence: number }[]>
}

export type MailboxLine = { from: 'bot'; message: OutboundMessage } | { from: 'person'; message: OwnLine }

/** Grows within a conversation for ever, also when older lines have been forgotten meanwhile. */
export type StoredLine = MailboxLine & { sequence: number }

/**
 * What the person typed, tapped or sent; exactly one of `text` and `choice`. Of files only their number is told, within
 * `text`: their names may name the person.
 */
interface OwnLine {
  /** The channel's message id. */
  id: string
  text?: string
  choice?: string
}
