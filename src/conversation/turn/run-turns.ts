import { setMaxListeners } from 'node:events'
import type { Clock } from '../../lib/clock.ts'
import { AppError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { ChannelName, InboundMessage, OutboundMessage, Reply } from '../message.ts'
import { stillNews } from './bundle-notices.ts'
import {
  type ConversationInTurn,
  type ConversationState,
  type ConversationStore,
  type ConversationToDeliver,
  emptyState,
  stateVersion,
} from './conversation.ts'
import { deliveryLeaseMs } from './deliver.ts'
import { createDoneMarker } from './done-marker.ts'
import { createDoubleClicks } from './double-click.ts'
import { arrivalMs, type InboxEntry, type InboxStore } from './inbox.ts'
import { splitReply } from './split-reply.ts'

/**
 * Works in what the inbox holds: conversations side by side, the messages of one conversation in order. Each turn
 * ends in one guarded update of the conversation's document; a crash before it leaves the message to be run again,
 * and a message that stands in `applied` is never run twice.
 */
export interface TurnRunner {
  /** There may be something to do for this conversation. */
  notify(conversation: string): void
  /** Also looks for messages that other processes left behind. */
  start(): void
  /** Takes no new message and resolves when the turns under way are committed or `timeoutMs` is over. */
  stop(timeoutMs: number): Promise<void>
}

/** The dialog engine: what to say and what to remember. Domain effects inside are idempotent on the inbound id. */
export type Respond = (turn: Turn) => Promise<Response>

export interface Response {
  replies: Reply[]
  state: ConversationState
  /** Nothing of the turn may stay in the conversation: `state` is committed as it is, nothing is added to it. */
  forgetAll?: true
}

export interface Turn {
  inbound: InboundMessage
  /** Instant of arrival; the same when the turn is run again after a crash. */
  arrivedAt: Date
  state: ConversationState
}

export interface TurnRunnerOptions {
  inbox: InboxStore
  conversations: ConversationStore
  respond: Respond
  /** What to say when a message could not be worked in after all tries; `reference` also stands in the log. */
  apologise: (reference: string) => Reply
  limits: (channel: ChannelName) => { maxTextChars: number; maxButtons: number }
  /** Stands over the buttons that found no room under an answer. */
  moreChoices?: string
  clock: Clock
  log: Log
  /** Names this process in leases. */
  owner: string
  /** Told after each commit that queued something; `leasedUntil` when the delivery lease was taken with it. */
  onQueued: (conversation: ConversationToDeliver, leasedUntil?: Date) => void
  onTurn?: (outcome: 'answered' | 'failed' | 'repeat', durationMs: number) => void
  concurrency?: number
  /** Keys the fingerprints by which double clicks are recognised; random, so known to this process only, if absent. */
  fingerprintSecret?: Buffer
}

/** Longer than the slowest turn: a turn that takes longer is given up before its lease ends. */
const leaseMs = 15_000
const turnTimeoutMs = 8_000
/** How soon a message is found that another, dead process left behind. */
const pollMs = 1_000
const batchSize = 10
const maxAttempts = 4

export function createTurnRunner(options: TurnRunnerOptions): TurnRunner {
  const { inbox, conversations, clock, log, owner } = options
  const concurrency = options.concurrency ?? 32
  /** Keys waiting for a free place, oldest first, and keys being worked on with "look again" marks. */
  const waiting = new Set<string>()
  const running = new Map<string, { again: boolean }>()
  const done = createDoneMarker(inbox, log)
  const doubleClicks = createDoubleClicks(options.fingerprintSecret)
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal) // one listener per conversation that waits
  let idle: (() => void) | undefined

  function notify(key: string): void {
    const current = running.get(key)
    if (current) current.again = true
    else waiting.add(key)
    fill()
  }

  function fill(): void {
    for (const key of waiting) {
      if (running.size >= concurrency || stopping.signal.aborted) break
      waiting.delete(key)
      const mark = { again: false }
      running.set(key, mark)
      void work(key).finally(() => {
        running.delete(key)
        if (mark.again) waiting.add(key)
        if (running.size === 0) idle?.()
        fill()
      })
    }
  }

  /** Never rejects: what fails is logged and found again by the poll. */
  async function work(key: string): Promise<void> {
    try {
      while (!stopping.signal.aborted && (await workBatch(key)) === 'more');
    } catch (err) {
      log.error({ err }, 'turn: storage failed; the message stays in the inbox')
    }
  }

  async function workBatch(key: string): Promise<'more' | 'done'> {
    const entries = await inbox.pending(key, batchSize)
    const first = entries[0]
    if (!first) return 'done'
    const now = clock.now()
    const { channel, conversationId } = first.message
    let conversation = await conversations.claimTurn(
      { key, channel, conversationId },
      { owner, now, until: new Date(now.getTime() + leaseMs) },
    )
    if (!conversation) return 'done' // another process has it and will see the message, or its lease ends

    for (const [index, entry] of entries.entries()) {
      if (stopping.signal.aborted) break
      if (conversation.applied.includes(entry.id)) {
        done.add(entry.id)
        options.onTurn?.('repeat', 0)
        continue
      }
      const isLast = index === entries.length - 1
      const next = await workOne(conversation, entry, isLast)
      if (!next) return 'done'
      conversation = next
      if (isLast) return entries.length === batchSize ? 'more' : 'done'
    }
    await conversations.releaseTurn(key, owner)
    return entries.length === batchSize ? 'more' : 'done'
  }

  /** One turn and its commit. Undefined = not committed: the message stays pending. */
  async function workOne(
    conversation: ConversationInTurn,
    entry: InboxEntry,
    givesLeaseBack: boolean,
  ): Promise<ConversationInTurn | undefined> {
    const startedAt = performance.now()
    const outcome = await respondOrApologise(conversation, entry)
    if (!outcome) {
      await inbox.countFailure(entry.id)
      await conversations.releaseTurn(conversation.key, owner)
      return undefined
    }
    const now = clock.now()
    const answers = outcome.replies.map((reply, n): OutboundMessage => ({ id: `${entry.id}#${n}`, ...reply }))
    // They wrote, so the platform takes again what it would not: behind the answer, which they wait for.
    const { kept } = conversation
    const messages = [...answers, ...stillNews(kept)]
    const deliveryUntil = new Date(now.getTime() + deliveryLeaseMs)
    const committed = await conversations.commitTurn(conversation.key, owner, {
      revision: conversation.revision,
      state: outcome.state,
      applied: entry.id,
      messages,
      ...(kept.length > 0 ? { released: kept.map(({ id }) => id) } : {}),
      leaseUntil: givesLeaseBack ? undefined : new Date(now.getTime() + leaseMs),
      deliveryUntil,
      now,
    })
    if (committed === 'lost') {
      log.warn('turn: the conversation changed under us; its message will be run again')
      return undefined
    }
    if (outcome.forgetAll) doubleClicks.rememberApart(conversation.key, arrived(entry))
    done.add(entry.id)
    options.onTurn?.(outcome.failed ? 'failed' : 'answered', performance.now() - startedAt)
    const next = {
      ...conversation,
      revision: conversation.revision + 1,
      state: outcome.state,
      kept: [],
      applied: [...conversation.applied, entry.id],
      // Right when we hold the delivery lease, for then nothing else was queued; not looked at otherwise.
      outbox: messages.map((message) => ({ ...message, attempts: 0 })),
      queued: conversation.queued + messages.length,
      unreachable: undefined,
    }
    if (messages.length > 0) options.onQueued(next, committed === 'leased' ? deliveryUntil : undefined)
    return next
  }

  async function respondOrApologise(
    conversation: ConversationInTurn,
    entry: InboxEntry,
  ): Promise<(Response & { failed: boolean }) | undefined> {
    const state = conversation.state.version === stateVersion ? conversation.state : emptyState()
    const inbound = arrived(entry)
    const { key } = conversation
    if (doubleClicks.isDoubleClick({ ...conversation, state }, inbound)) {
      return { replies: [], state, failed: false }
    }
    try {
      const turn = { inbound: entry.message, arrivedAt: new Date(inbound.arrivalMs), state }
      const result = await withTimeout(options.respond(turn), turnTimeoutMs)
      const limits = options.limits(conversation.channel)
      const replies = result.replies.flatMap((reply) => splitReply(reply, limits, options.moreChoices))
      if (result.forgetAll) return { replies, state: result.state, failed: false, forgetAll: true }
      return { replies, state: doubleClicks.remember(key, result.state, inbound), failed: false }
    } catch (err) {
      const reference = referenceOf(entry)
      const attempt = entry.attempts + 1
      log.error({ err, reference, attempt }, 'turn: failed')
      if (attempt < maxAttempts) return undefined
      // The dialog may be what fails: the person starts afresh instead of meeting the same wall again. What they wrote
      // of a report waits for them.
      const { report } = state
      const apology = splitReply(options.apologise(reference), options.limits(conversation.channel))
      return {
        replies: apology,
        state: { ...emptyState(), ...(report === undefined ? {} : { report }) },
        failed: true,
      }
    }
  }

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        for (const key of await inbox.pendingConversations(500)) if (!running.has(key)) waiting.add(key)
        fill()
      } catch (err) {
        log.warn({ err }, 'turn: cannot read the inbox')
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
      waiting.clear()
      if (running.size > 0) {
        await Promise.race([new Promise<void>((resolve) => (idle = resolve)), clock.sleep(timeoutMs)])
      }
      await done.flushed()
    },
  }
}

const arrived = (entry: InboxEntry) => ({ message: entry.message, arrivalMs: arrivalMs(entry.arrival) })

/** Short, safe to read out on the telephone, and derived from the entry so that each try logs the same one. */
function referenceOf(entry: InboxEntry): string {
  return (entry.arrival % 36 ** 6).toString(36).toUpperCase().padStart(6, '0')
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('TURN_TIMED_OUT', 'a turn took too long', { retryable: true })),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
