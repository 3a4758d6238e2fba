import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../lib/log.ts'
import { type ApiOutcome, type BotApi, describe } from './bot-api.ts'
import { allowedUpdates, readUpdateId } from './parse.ts'
import { isTokenRefused } from './send.ts'

/**
 * Fetches updates until told to stop, and confirms one only when it has been stored. Telegraf's own loop takes a batch
 * all at once, which mixes up the messages of a chat; when one of them cannot be stored it confirms the batch all the
 * same and ends; and it ends at the first 409, which every quick restart meets. Hence this loop.
 *
 * One update after the other: that keeps each chat in order, and storing one takes a millisecond or two.
 */
interface PollPart {
  api: BotApi
  log: Log
  pace: PollPace
  /** Rejects when the update could not be stored; it is then fetched again. */
  take(update: unknown): Promise<void>
}

export interface PollPace {
  /** How long Telegram holds a request when there is nothing new. */
  longPollSeconds: number
  /** After this a request that is held is given up as lost; more than `longPollSeconds`. */
  answerWithinMs: number
  /** The first wait after a failure; it doubles, with jitter, up to `maxRetryMs`. */
  retryMs: number
  maxRetryMs: number
  /** After a 409. The first one may be our own former process, which Telegram has not let go yet. */
  conflictMs: number
  /** The least time between two empty answers, for servers that do not hold the request. */
  emptyMs: number
}

export const defaultPace: PollPace = {
  longPollSeconds: 50,
  answerWithinMs: 60_000,
  retryMs: 1_000,
  maxRetryMs: 60_000,
  conflictMs: 30_000,
  emptyMs: 250,
}

export async function pollUpdates({ api, log, pace, take }: PollPart, signal: AbortSignal): Promise<void> {
  // Absent: from the earliest that Telegram holds as unconfirmed.
  let offset: number | undefined
  let failures = 0
  while (!signal.aborted) {
    const askedAt = performance.now()
    const outcome = await api.call(
      'getUpdates',
      { offset, timeout: pace.longPollSeconds, limit: 100, allowed_updates: allowedUpdates },
      { timeoutMs: pace.answerWithinMs, signal },
    )
    if (signal.aborted) break
    if (outcome.kind !== 'done' || !Array.isArray(outcome.result)) {
      failures++
      await pause(reportFailure(outcome, failures, { log, pace }), signal)
      continue
    }
    const { next, isStored } = await takeInOrder(outcome.result, offset)
    if (!isStored) {
      offset = next
      failures++
      if (failures === 5) log.error({ failures }, 'updates wait with Telegram because they cannot be stored')
      await pause(backOffMs(failures, pace), signal)
      continue
    }
    if (outcome.result.length > 0) {
      // A server that gives again what is confirmed is not asked again at once.
      failures = next === offset ? failures + 1 : 0
      offset = next
      await pause(failures === 0 ? 0 : backOffMs(failures, pace), signal)
      continue
    }
    failures = 0
    // Nothing new, so all that we took is confirmed. The offset is dropped because after a quiet week Telegram counts on
    // from a random number, which may be a smaller one.
    offset = undefined
    await pause(pace.emptyMs - (performance.now() - askedAt), signal)
  }
  await confirm(offset)

  async function takeInOrder(updates: unknown[], before: number | undefined) {
    let next = before
    for (const update of updates) {
      // What is not taken now stays with Telegram.
      if (signal.aborted) return { next, isStored: true }
      const updateId = readUpdateId(update)
      if (updateId === undefined) {
        log.warn('update without an id')
        continue
      }
      try {
        await take(update)
      } catch (error) {
        log.warn({ err: error }, 'update could not be stored; it stays with Telegram until it can')
        return { next: updateId, isStored: false }
      }
      next = updateId + 1
    }
    return { next, isStored: true }
  }

  /** Spares the next process what this one has stored. If it fails, the inbox knows the repeats. */
  async function confirm(upTo: number | undefined): Promise<void> {
    if (upTo === undefined) return
    await api.call('getUpdates', { offset: upTo, timeout: 0, limit: 1 }, { timeoutMs: 2_000 })
  }
}

/** Says what went wrong, and how many milliseconds to wait. */
function reportFailure(outcome: ApiOutcome, failures: number, { log, pace }: Pick<PollPart, 'log' | 'pace'>) {
  if (outcome.kind === 'refused' && outcome.status === 409) {
    const level = failures === 1 ? 'warn' : 'error'
    log[level](
      { failures },
      'another process uses this bot token: it polls as well, or it has set a webhook; only one can have the messages',
    )
    return failures === 1 ? Math.min(5_000, pace.conflictMs) : pace.conflictMs
  }
  if (outcome.kind === 'refused' && isTokenRefused(outcome.status)) {
    log.error({ status: outcome.status }, 'Telegram no longer takes our token')
    return pace.maxRetryMs
  }
  const level = failures < 5 ? 'warn' : 'error'
  log[level]({ failures, ...describe(outcome) }, 'no updates from Telegram; trying again')
  return outcome.kind === 'refused' && outcome.retryAfterMs !== undefined
    ? outcome.retryAfterMs
    : backOffMs(failures, pace)
}

/** Doubles with each failure; half of it by chance, so that many bots do not come back at the same moment. */
export function backOffMs(failures: number, { retryMs, maxRetryMs }: PollPace): number {
  const ms = Math.min(maxRetryMs, retryMs * 2 ** Math.min(failures - 1, 20))
  return ms / 2 + (Math.random() * ms) / 2
}

/** Waits, or returns at once when the signal comes. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
