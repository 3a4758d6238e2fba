import { setMaxListeners } from 'node:events'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { ChannelName, OutboundMessage } from '../message.ts'
import type { Conversation, ConversationStore, ConversationToDeliver, QueuedMessage } from './conversation.ts'
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
  readonly limits: Pace
  send(conversationId: string, message: OutboundMessage): Promise<SendOutcome>
}

export type SendOutcome =
  | { kind: 'sent' }
  /** `scope` says whom the platform wants to wait: this conversation (default) or the whole channel. */
  | { kind: 'retry'; reason: string; afterMs?: number; scope?: 'conversation' | 'channel' }
  | { kind: 'unreachable'; reason: string }
  | { kind: 'rejected'; reason: string }

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
    for (const [index, message] of conversation.outbox.entries()) {
      const isLate = clock.now().getTime() > until.getTime() - deliveryLeaseMs / 2
      if (stopping.signal.aborted || isLate) {
        await conversations.releaseDelivery(key, owner)
        return isLate ? 'more' : 'done'
      }
      const isLast = index === conversation.outbox.length - 1
      const next = await deliverOne(conversation, message, isLast)
      if (next !== 'next') return next
    }
    await conversations.releaseDelivery(key, owner)
    return 'done'
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

  async function deliverOne(
    conversation: Conversation,
    message: QueuedMessage,
    isLast: boolean,
  ): Promise<'next' | 'more' | 'done'> {
    const { key } = conversation
    if (!(await pacer.waitForSlot(key, { isBulk: message.isBulk ?? false, signal: stopping.signal }))) {
      await conversations.releaseDelivery(key, owner)
      return 'done'
    }
    const startedAt = performance.now()
    const outcome = conversation.unreachable
      ? ({ kind: 'unreachable', reason: conversation.unreachable.reason } as const)
      : await send(conversation, message)
    options.onSend?.(outcome.kind, performance.now() - startedAt)
    const at = clock.now()
    const id = message.id

    if (outcome.kind === 'retry') {
      const delayMs = outcome.afterMs ?? retryDelayMs(message.attempts, random)
      if (outcome.scope === 'channel') pacer.pauseUntil(new Date(at.getTime() + delayMs))
      if (message.attempts + 1 < maxSendAttempts) {
        await conversations.releaseDelivery(key, owner, {
          messageId: id,
          at: new Date(at.getTime() + delayMs),
        })
        return 'done'
      }
      log.error({ channel: sender.name, reason: outcome.reason }, 'delivery: given up after all tries')
    } else if (outcome.kind !== 'sent') {
      log.warn({ channel: sender.name, kind: outcome.kind, reason: outcome.reason }, 'delivery: refused')
    }
    if (outcome.kind === 'unreachable') conversation.unreachable = { reason: outcome.reason, at }

    const settled = outcome.kind === 'retry' ? { ...outcome, kind: 'rejected' as const } : outcome
    const lastOf = isLast ? conversation.queued : undefined
    const lease = await conversations.settle(key, owner, { id, at, ...settled }, lastOf)
    if (!isLast) return 'next'
    return lease === 'released' ? 'done' : 'more'
  }

  async function send(conversation: Conversation, message: QueuedMessage): Promise<SendOutcome> {
    const { attempts: _attempts, isBulk: _isBulk, ...outbound } = message
    try {
      return await sender.send(conversation.conversationId, outbound)
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

const first = (keys: Set<string>): string | undefined => keys.values().next().value
