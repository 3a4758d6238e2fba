import type { ChannelName, OutboundMessage } from '../message.ts'

/**
 * A conversation is one document: what the dialog remembers, what is still to be sent, and which inbound messages
 * are already worked in. One guarded update of it is the commit of a turn, so no transaction is needed.
 */
export interface Conversation {
  key: string
  channel: ChannelName
  conversationId: string
  /** Grows with each commit; a commit names the revision it read. */
  revision: number
  /** Ids of the latest inbound messages and notices worked in. */
  applied: string[]
  /** How many messages were ever queued: tells whether one was added since we looked. */
  queued: number
  /** When the last message left for the platform. */
  lastSentAt?: Date
  unreachable?: Unreachable
}

/** Loaded for a turn: without what waits to be sent. */
export interface ConversationInTurn extends Conversation {
  state: ConversationState
  /** What the platform takes only after the person wrote again, oldest first; a commit may release it. */
  kept: OutboundMessage[]
}

/** Loaded for delivery: without what the dialog remembers. */
export interface ConversationToDeliver extends Conversation {
  outbox: QueuedMessage[]
}

export interface QueuedMessage extends OutboundMessage {
  attempts: number
  /** Goes out after everything that answers a person. */
  isBulk?: boolean
  /** An earlier try may have arrived. */
  isRepeat?: boolean
}

/** What was given up: kept where an officer can see it. */
export interface Undelivered {
  id: string
  reason: string
  at: Date
}

export interface Unreachable {
  reason: string
  at: Date
}

/** Raise it when the meaning of a field changes: older states are then dropped and people greeted afresh. */
export const stateVersion = 1

/** Plain data; everything that a dialog remembers between two messages. */
export interface ConversationState {
  version: typeof stateVersion
  /** Botkit's own record of the guided step under way. */
  dialog?: unknown
  /** The report being written; read and written by `dialogs/report/draft.ts` alone. */
  report?: unknown
  /** The comment that was announced; read and written by `dialogs/poll/poll-talk.ts` alone. */
  poll?: unknown
  /** The dossier being looked up; read and written by `dialogs/dossier/lookup-memory.ts` alone. */
  dossier?: unknown
  /** The question answered last; read and written by `dialogs/learning/asked-memory.ts` alone. */
  asked?: unknown
  /** Absent: Vietnamese. */
  language?: 'en'
  /** The procedure last spoken of, for "còn lệ phí?". */
  topic?: { code: string; at: Date }
  greetedAt?: Date
  /** To recognise a double click that carries two ids. */
  lastInbound?: { fingerprint: string; arrivalMs: number }
}

export const emptyState = (): ConversationState => ({ version: stateVersion })

/** What is left of a state of which nothing may tell what was spoken of. */
export const forgottenState = ({ greetedAt }: ConversationState): ConversationState => ({
  ...emptyState(),
  ...(greetedAt ? { greetedAt } : {}),
})

export interface TurnCommit {
  revision: number
  state: ConversationState
  applied: string
  messages: OutboundMessage[]
  /** Ids of kept messages that are no longer kept: they stand in `messages`, or were left out on purpose. */
  released?: readonly string[]
  /** Keeps the lease until then when more messages wait; absent = lease given back. */
  leaseUntil?: Date
  /** Takes the delivery lease in the same write, if nothing else was queued and nobody holds it. */
  deliveryUntil?: Date
  now: Date
}

/** leased: the delivery lease is ours as well · lost: revision or lease no longer ours, nothing was written. */
export type TurnCommitted = 'committed' | 'leased' | 'lost'

/**
 * Port; the Mongo one is `storage/conversation-store.ts`. All methods touch one document. Platform ids, states and texts
 * stand sealed there; what does not open is thrown as an `AppError` and stays as it is.
 */
export interface ConversationStore {
  /** Takes the turn lease and loads; undefined while another process holds it. Makes the conversation if new. */
  claimTurn(
    conversation: { key: string; channel: ChannelName; conversationId: string },
    lease: Lease,
  ): Promise<ConversationInTurn | undefined>
  commitTurn(key: string, owner: string, commit: TurnCommit): Promise<TurnCommitted>
  releaseTurn(key: string, owner: string): Promise<void>

  /** Queues a message that nobody asked for; false when this id was queued before. */
  enqueue(
    conversation: { key: string; channel: ChannelName; conversationId: string },
    message: OutboundMessage,
    options: { now: Date; isBulk: boolean },
  ): Promise<boolean>

  /**
   * Everything about it is gone: what the dialog remembers, what waits to be sent. A turn under way finds nothing to
   * commit to.
   */
  forget(key: string): Promise<void>

  /** Takes messages back that have not left yet, kept ones too; one that is being sent at this moment may still arrive. */
  withdraw(key: string, messageIds: readonly string[]): Promise<void>

  /** Conversations of a channel with something due to be sent, answers before bulk, the longest waiting first. */
  dueForDelivery(channel: ChannelName, now: Date, limit: number): Promise<DueConversation[]>
  /** How many conversations of a channel have something to be sent, due or not; counts to `atMost`. */
  countWaiting(channel: ChannelName, atMost: number): Promise<number>
  /** Takes the delivery lease and loads; undefined while another holds it or nothing is due. */
  claimDelivery(key: string, lease: Lease): Promise<ConversationToDeliver | undefined>
  /**
   * Removes a message that is sent or given up.
   * @param lastOf when it is the last that we loaded, the `queued` of that moment: if nothing was added since, the
   * lease is given back in the same write and the answer is `released`.
   */
  settle(key: string, owner: string, settled: SettledMessage, lastOf?: number): Promise<'released' | 'held'>
  /** Gives the lease back; with `retry` its message stays first in line until that time. */
  releaseDelivery(key: string, owner: string, retry?: RetryLater): Promise<void>

  /** How many messages of a channel wait for their person to write again, and of how many people. */
  countKept(channel: ChannelName): Promise<{ messages: number; conversations: number }>
  /** For readiness: since when the longest waiting message is queued. */
  oldestQueuedAt(): Promise<Date | undefined>
  /** What was given up since `since`, for the office. */
  undelivered(since: Date, limit: number): Promise<(Undelivered & { channel: ChannelName })[]>
}

export interface Lease {
  owner: string
  now: Date
  until: Date
}

export interface DueConversation {
  key: string
  isBulk: boolean
}

export type RetryLater = {
  messageId: string
  at: Date
} /** Counts one attempt. `isRepeat`: this one may have arrived. */ & (
  | { kind: 'failed'; isRepeat?: true }
  /** Nothing was tried. Ends with the next answer to the person: then they are there. */
  | { kind: 'held' }
)

export type SettledMessage = {
  id: string
  /** Ids of further messages that went together with it. */
  with?: readonly string[]
  at: Date
} & (
  | { kind: 'sent' }
  | { kind: 'rejected'; reason: string }
  | { kind: 'unreachable'; reason: string }
  /** Moved, in the same write, to where the person's next message finds them. */
  | { kind: 'kept'; messages: readonly OutboundMessage[] }
)
