import type { InboundMessage } from '../../conversation/message.ts'
import type { Log } from '../../lib/log.ts'
import type { Accept } from '../channel.ts'
import type { Mailbox } from './mailbox.ts'

/** Takes what people say: into the inbox, and then as their own line into the mailbox. */
export interface OwnLines {
  /** Rejects when the message could not be stored. */
  take(
    message: InboundMessage,
    line: { text: string } | { choice: string },
    accept: Accept,
  ): ReturnType<Accept>
  /** Resolves when no own line of this conversation is being written any more. */
  settled(conversationId: string): Promise<void>
}

/**
 * The inbox comes first, because only it knows a repeat: a message that comes once more after the mailbox was told to
 * forget must not bring its line back. The line stands before the answer all the same, as `send` waits for `settled`.
 */
export function createOwnLines({ mailbox, log }: { mailbox: Mailbox; log: Log }): OwnLines {
  const underWay = new Map<string, Set<Promise<void>>>()

  async function keep(message: InboundMessage, line: { text: string } | { choice: string }): Promise<void> {
    try {
      const own = { id: message.messageId, ...line }
      await mailbox.append(message.conversationId, { from: 'person', message: own })
    } catch (error) {
      // It was accepted and will be answered; only the history lacks it.
      log.warn({ err: error }, 'own line of a web message not kept')
    }
  }

  return {
    async take(message, line, accept) {
      const outcome = await accept(message)
      if (outcome === 'repeat') return outcome
      const { conversationId } = message
      const lines = underWay.get(conversationId) ?? new Set()
      const kept = keep(message, line)
      underWay.set(conversationId, lines.add(kept))
      await kept
      lines.delete(kept)
      if (lines.size === 0) underWay.delete(conversationId)
      return outcome
    },
    async settled(conversationId) {
      await Promise.all(underWay.get(conversationId) ?? [])
    },
  }
}
