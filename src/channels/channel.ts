import type { FastifyInstance } from 'fastify'
import type {
  ChannelName,
  FetchedAttachment,
  InboundAttachment,
  InboundMessage,
  OutboundMessage,
} from '../conversation/message.ts'

/**
 * The contract of a channel. A new channel is a new folder, one line in `open-channels.ts`, and the suite in
 * `test/contracts/channel.ts` passing.
 */
export interface Channel {
  readonly name: ChannelName
  readonly limits: ChannelLimits
  /** Adds the channel's HTTP routes; called before the server listens. */
  addRoutes?(app: FastifyInstance, accept: Accept): void
  /** Starts what is not HTTP (polling, command menu). Resolves when the channel takes messages. */
  start(accept: Accept): Promise<void>
  /** What people call it there, for links that lead to it; unknown until the platform has said so. */
  publicName?(): string | undefined
  /** Hands one message to the platform. Never throws for a foreseen refusal. */
  send(conversationId: string, message: OutboundMessage): Promise<SendResult>
  /**
   * The bytes of an attachment of this channel: from the platform's own hosts only, no redirect, no more than
   * `maxBytes`, within some seconds. Never throws for a foreseen refusal.
   */
  fetchAttachment?(attachment: InboundAttachment, maxBytes: number): Promise<FetchedAttachment>
  /** No message is taken after this resolves. */
  stop(): Promise<void>
}

/** Stores the message durably. Only after it resolves may a webhook answer 200. Rejects when storage is down. */
export type Accept = (message: InboundMessage) => Promise<'stored' | 'repeat'>

export interface ChannelLimits {
  /** In UTF-16 units of the text as sent. */
  maxTextChars: number
  maxButtons: number
  /** Messages a second over all conversations, and to one conversation; the deliverer keeps to both. */
  perSecond: number
  perConversationPerSecond: number
  /** Waiting messages that nobody asked for go together in one: each costs, or disturbs, by itself. */
  bundlesNotices?: true
}

export type SendResult =
  | { kind: 'sent' }
  /**
   * Temporary: network, 5xx, 429. `afterMs` is what the platform asked for, if it did; `scope` says whom it wants to wait:
   * this conversation (default) or the whole channel.
   */
  | { kind: 'retry'; reason: string; afterMs?: number; scope?: 'conversation' | 'channel' }
  /** The message may have arrived, for no answer came: repeated once at most, bulk never, then given up as unknown. */
  | { kind: 'unknown'; reason: string }
  /** Nothing was tried and nothing is wrong: not before this instant. Counts no attempt; a new answer need not wait. */
  | { kind: 'later'; reason: string; until: Date; scope?: 'conversation' | 'channel' }
  /** The platform takes nothing for this person until they write again; then it is sent behind the answer. */
  | { kind: 'kept'; reason: string }
  /** Of a message of several notices: to be sent one by one. */
  | { kind: 'apart' }
  /** Permanent for this person: they blocked us or the reply window is closed. Nothing more is sent. */
  | { kind: 'unreachable'; reason: string }
  /** Permanent for this message: the platform will never take it. Kept for the office to see. */
  | { kind: 'rejected'; reason: string }
