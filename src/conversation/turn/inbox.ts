import type { Clock } from '../../lib/clock.ts'
import type { InboundMessage } from '../message.ts'
import {
  type ConversationNames,
  createConversationNames,
  createMessageNames,
  type MessageNames,
} from './names.ts'

/** A message that we have promised not to lose. */
export interface InboxEntry {
  id: string
  conversation: string
  /** Order of arrival within a conversation: milliseconds × 1,000 plus a counter. */
  arrival: number
  /** How often a turn with it has failed. */
  attempts: number
  message: InboundMessage
}

/** Port; the Mongo one is `storage/inbox-store.ts`. */
export interface InboxStore {
  /** Unique on `entry.id`; a second insert of the same id stores nothing and says so. */
  insert(entry: Omit<InboxEntry, 'attempts'>): Promise<'stored' | 'repeat'>
  /** Not yet done, oldest first. */
  pending(conversation: string, limit: number): Promise<InboxEntry[]>
  /** Conversations with something pending, the longest waiting first. */
  pendingConversations(limit: number): Promise<string[]>
  /** Keeps the id for the repeat check and forgets the content. */
  markDone(ids: string[]): Promise<void>
  countFailure(id: string): Promise<void>
  /** For readiness: when the oldest pending message arrived. */
  oldestPendingAt(): Promise<Date | undefined>
}

/** Instant of arrival in milliseconds. */
export const arrivalMs = (arrival: number): number => Math.floor(arrival / 1000)

export interface Inbox {
  /** Resolves once the message is on disk: only then may the channel answer 200. */
  accept(message: InboundMessage): Promise<'stored' | 'repeat'>
}

/** Plain names, as in an installation without keys. */
const plainNames = { conversation: createConversationNames(), message: createMessageNames() }

/**
 * @param notify told the conversation's key after each stored message, to run its turn at once
 * @param names how conversations and messages are called in the database
 */
export function createInbox(
  store: InboxStore,
  clock: Clock,
  notify: (conversation: string) => void,
  names: { conversation: ConversationNames; message: MessageNames } = plainNames,
): Inbox {
  let last = 0
  return {
    async accept(message) {
      last = Math.max(last + 1, clock.now().getTime() * 1000)
      const conversation = names.conversation(message)
      const outcome = await store.insert({ id: names.message(message), conversation, arrival: last, message })
      if (outcome === 'stored') notify(conversation)
      return outcome
    },
  }
}
