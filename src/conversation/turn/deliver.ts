import { setMaxListeners } from 'node:events'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { ChannelName, OutboundMessage } from '../message.ts'
import { bundleNotices } from './bundle-notices.ts'
import type {
  Conversation,
  ConversationStore,
  ConversationToDeliver,
  QueuedMessage,
  SettledMessage,
} from './conversation.ts'
import { createPacer, type Pace } from './pacer.ts'
import { retryDelayMs } from './retry-delay.ts'

/**
 * Sends what the outboxes of one channel hold: conversation by conversation, each in order, answers before bulk, at
 * the platform's pace. A message is removed only after the platform took it, so a crash can send one twice (between
 * the platform's accept and our write) but loses none. What cannot be sent is kept where the office sees it.
 */
export interface Deliverer {
  /**
   * Something was queued for this conversation.
   * @param leasedUntil set when the turn took the delivery lease with its commit: then it is sent as handed over
   */
  notify(conversation: ConversationToDeliver, leasedUntil?: Date): void
  start(): void
  stop(timeoutMs: number): Promise<void>
}

/** The one thing delivery needs of a channel; `channels/channel.ts` has the whole contract. */
export interface Sender {
  readonly name: ChannelName
  readonly limits: Pace & { bundlesNotices?: true; maxTextChars?: number; maxButtons?: number }
  send(conversationId: string, message: OutboundMessage): Promise<SendOutcome>
}

export type SendOutcome =
  | { kind: 'sent' }
  /** `scope` says whom the platform wants to wait: this conversation (default) or the whole channel. */
  | { kind: 'retry'; reason: string; afterMs?: number; scope?: 'conversation' | 'channel' }
  | { kind: 'unreachable'; reason: string }
  | { kind: 'rejected'; reason: string }
  /** May have arrived: repeated once at most, bulk never. */
  | { kind: 'unknown'; reason: string }
  /** Nothing was tried: not before this instant. */
  | { kind: 'later'; reason: string; until: Date; scope?: 'conversation' | 'channel' }
  /** Not before the person writes again. */
  | { kind: 'kept'; reason: string }
  /** The bundle has to be sent one by one. */
  | { kind: 'apart' }

export interface DelivererOptions {
  sender: Sender
  conversations: ConversationStore
  clock: Clock
  log: Log
  owner: string
  onSend?: (outcome: SendOutcome['kind'], durationMs: number) => void
  /** Conversations in hand at the same time, those waiting for their slot included. */
  concurrency?: number
  random?: () => number
}

/** A send is begun in the first half of it only, so half of it must outlast a channel's own send timeout. */
export const deliveryLeaseMs = 25_000
const pollMs = 1_000
/** With growing delays this is about two days of trying. */
export const maxSendAttempts = 24

export function createDeliverer(options: DelivererOptions): Deliverer {
  const { sender, conversations, clock, log, owner } = options
  const concurrency = options.concurrency ?? 64
  const random = options.random ?? Math.random
  const pacer = createPacer(sender.limits, clock)
  const answers = new Set<string>()
  const bulk = new Set<string>()
  const running = new Map<string, { again: boolean }>()
  /** Conversations that came with their lease and wait for a free place. */
  const leased = new Map<string, { conversation: ConversationToDeliver; until: Date }>()
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal) // one listener per conversation that waits
  let idle: (() => void) | undefined

  function notify(conversation: ConversationToDeliver, leasedUntil?: Date): void {
    const { key } = conversation
    if (leasedUntil) leased.set(key, { conversation, until: leasedUntil })
    const current = running.get(key)
    if (current) current.again = true
    else {
      bulk.delete(key)
      answers.add(key)
    }
    fill()
  }

  function fill(): void {
    while (running.size < concurrency && !stopping.signal.aborted) {
      // Half of the places are kept free of bulk, so that an answer never waits behind a mass poll.
      const key = first(answers) ?? (running.size < concurrency / 2 ? first(bulk) : undefined)
      if (key === undefined) return
      answers.delete(key)
      bulk.delete(key)
      const mark = { again: false }
      running.set(key, mark)
      void deliver(key).finally(() => {
        running.delete(key)
        if (mark.again) answers.add(key)
        if (running.size === 0) idle?.()
        fill()
      })
    }
  }

  /** Never rejects: what fails is logged and found again by the poll. */
  async function deliver(key: string): Promise<void> {
    try {
      let left: 'more' | 'done' = 'more'
      while (left === 'more' && !stopping.signal.aborted) left = await deliverLoaded(key)
      // Kept for a next round that will not be: whoever is there next need not wait for the lease to end.
      if (left === 'more') await conversations.releaseDelivery(key, owner)
    } catch (err) {
      log.error({ err }, 'delivery: storage failed; the message stays in the outbox')
    }
  }

  async function deliverLoaded(key: string): Promise<'more' | 'done'> {
    const claimed = await claim(key)
    if (!claimed) return 'done'
    const { conversation, until } = claimed
    const { outbox } = conversation
    const isLate = () => clock.now().getTime() > until.getTime() - deliveryLeaseMs / 2
    /** Those before it go one by one. */
    let apartUntil = 0
    for (let index = 0; index < outbox.length; ) {
      if (stopping.signal.aborted || isLate()) {
        await conversations.releaseDelivery(key, owner)
        return stopping.signal.aborted ? 'done' : 'more'
      }
      const { messages, message } = take(outbox, index, index < apartUntil)
      const isLast = index + messages.length === outbox.length
      const next = await deliverOne({ conversation, message, messages, isLast, isLate })
      if (next === 'apart') apartUntil = index + messages.length
      else if (next === 'next') index += messages.length
      else return next
    }
    await conversations.releaseDelivery(key, owner)
    return 'done'
  }

  /** The next message, with those behind it that may go in the same bubble. */
  function take(outbox: QueuedMessage[], index: number, isAlone: boolean) {
    const first = outbox[index]!
    const { bundlesNotices, maxTextChars, maxButtons } = sender.limits
    if (isAlone || !bundlesNotices || maxTextChars === undefined || maxButtons === undefined) {
      return { messages: [first], message: first }
    }
    return bundleNotices(outbox.slice(index), { maxTextChars, maxButtons })
  }

  async function claim(
    key: string,
  ): Promise<{ conversation: ConversationToDeliver; until: Date } | undefined> {
    const handedOver = leased.get(key)
    leased.delete(key)
    if (handedOver) return handedOver
    const now = clock.now()
    const until = new Date(now.getTime() + deliveryLeaseMs)
    const conversation = await conversations.claimDelivery(key, { owner, now, until })
    return conversation && { conversation, until }
  }

  async function deliverOne(one: {
    conversation: Conversation
    /** What goes out: one message, or several in one. */
    message: QueuedMessage
    messages: readonly QueuedMessage[]
    isLast: boolean
    isLate: () => boolean
  }): Promise<'next' | 'more' | 'done' | 'apart'> {
    const { conversation, message, messages, isLast } = one
    const { key } = conversation
    if (!(await pacer.waitForSlot(key, { isBulk: message.isBulk ?? false, signal: stopping.signal }))) {
      await conversations.releaseDelivery(key, owner)
      return 'done'
    }
    // The whole channel had to wait: by now the lease may be somebody else's.
    if (one.isLate()) {
      await conversations.releaseDelivery(key, owner)
      return 'more'
    }
    const startedAt = performance.now()
    const outcome = conversation.unreachable
      ? ({ kind: 'unreachable', reason: conversation.unreachable.reason } as const)
      : await send(conversation, message)
    options.onSend?.(outcome.kind, performance.now() - startedAt)
    if (outcome.kind === 'apart') return 'apart'
    const at = clock.now()
    if (outcome.kind === 'later') {
      if (outcome.scope === 'channel') pacer.pauseUntil(outcome.until)
      const held = { kind: 'held', messageId: message.id, at: outcome.until } as const
      await conversations.releaseDelivery(key, owner, held)
      return 'done'
    }
    const retry = retryOf(outcome, message, at)
    if (outcome.kind === 'retry' && outcome.scope === 'channel' && retry) pacer.pauseUntil(retry.at)
    if (retry) {
      await conversations.releaseDelivery(key, owner, { kind: 'failed', messageId: message.id, ...retry })
      return 'done'
    }

    const together = messages.length > 1 ? { with: messages.slice(1).map(({ id }) => id) } : {}
    const settled: SettledMessage = { id: message.id, ...together, at, ...endOf(outcome, messages) }
    if (settled.kind === 'unreachable') conversation.unreachable = { reason: settled.reason, at }
    const lastOf = isLast ? conversation.queued : undefined
    const lease = await conversations.settle(key, owner, settled, lastOf)
    if (!isLast) return 'next'
    return lease === 'released' ? 'done' : 'more'
  }

  /** Undefined when this was its last try. */
  function retryOf(
    outcome: SendOutcome,
    { attempts, isBulk, isRepeat }: QueuedMessage,
    now: Date,
  ): { at: Date; isRepeat?: true } | undefined {
    const after = (delayMs: number) => new Date(now.getTime() + delayMs)
    switch (outcome.kind) {
      case 'retry':
        if (attempts + 1 >= maxSendAttempts) return undefined
        return { at: after(outcome.afterMs ?? retryDelayMs(attempts, random)) }
      case 'unknown':
        if (isRepeat || isBulk) return undefined
        return { at: after(retryDelayMs(attempts, random)), isRepeat: true }
      default:
        return undefined
    }
  }

  function endOf(
    outcome: Exclude<SendOutcome, { kind: 'apart' | 'later' }>,
    messages: readonly QueuedMessage[],
  ) {
    const channel = sender.name
    switch (outcome.kind) {
      case 'sent':
        return outcome
      case 'kept':
        log.info({ channel, reason: outcome.reason }, 'delivery: kept until the person writes again')
        return { kind: 'kept' as const, messages: messages.map(outboundOf) }
      case 'retry':
        log.error({ channel, reason: outcome.reason }, 'delivery: given up after all tries')
        return { kind: 'rejected' as const, reason: outcome.reason }
      case 'unknown':
        log.warn({ channel, reason: outcome.reason }, 'delivery: unknown whether it arrived')
        return { kind: 'rejected' as const, reason: `unknown: ${outcome.reason}` }
      case 'rejected':
      case 'unreachable':
        log.warn({ channel, kind: outcome.kind, reason: outcome.reason }, 'delivery: refused')
        return outcome
    }
  }

  async function send(conversation: Conversation, message: QueuedMessage): Promise<SendOutcome> {
    try {
      return await sender.send(conversation.conversationId, outboundOf(message))
    } catch (err) {
      log.error({ err, channel: sender.name }, 'delivery: the channel threw')
      return { kind: 'retry', reason: 'exception' }
    }
  }

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        for (const due of await conversations.dueForDelivery(sender.name, clock.now(), 500)) {
          if (!running.has(due.key)) (due.isBulk ? bulk : answers).add(due.key)
        }
        fill()
      } catch (err) {
        log.warn({ err, channel: sender.name }, 'delivery: cannot read the outboxes')
      }
      await clock.sleep(pollMs, stopping.signal)
    }
  }

  return {
    notify,
    start() {
      void poll()
    },
    async stop(timeoutMs) {
      stopping.abort()
      if (running.size > 0) {
        await Promise.race([new Promise<void>((resolve) => (idle = resolve)), clock.sleep(timeoutMs)])
      }
      for (const key of leased.keys()) await conversations.releaseDelivery(key, owner)
    },
  }
}

function outboundOf(message: QueuedMessage): OutboundMessage {
  const { attempts: _attempts, isBulk: _isBulk, isRepeat: _isRepeat, ...outbound } = message
  return outbound
}

const first = (keys: Set<string>): string | undefined => keys.values().next().value
