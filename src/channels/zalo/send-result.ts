import { z } from 'zod'
import { addDays, dayOf, instantAt } from '../../lib/working-days/day.ts'
import type { SendResult } from '../channel.ts'
import type { ZaloOutcome } from './api.ts'
import type { ContactChange } from './contact.ts'
import { findZaloError } from './error-table.ts'
import { quietUntil } from './planner.ts'
import type { ZaloStops } from './stops.ts'

export type Refusal = Extract<ZaloOutcome, { kind: 'refused' }>

interface Situation {
  cost: 'free' | 'paid'
  stops: ZaloStops
  now: Date
  random?: (() => number) | undefined
}

/** -230, -232: whatever we counted. -305: the older word for the first 48 hours. */
const windowClosedCodes: readonly number[] = [-230, -232, -305]
/** The person received as much as they may; their next message opens it again. */
const fullCodes: readonly number[] = [-218]
const minuteMs = 60_000
/** How soon it is tried again whether somebody has mended what only people can mend. */
const officeRestMs = 10 * minuteMs
const quotaRetryMs = 15 * minuteMs

/** What an answer other than "done" of a message in the chat means for the message, the person and the whole channel. */
export function resultOf(
  outcome: Exclude<ZaloOutcome, { kind: 'done' }>,
  { cost, stops, now, random = Math.random }: Situation,
): { result: SendResult; refusal?: Refusal; change?: ContactChange } {
  if (outcome.kind === 'failed') return { result: failedResult(outcome) }
  if (outcome.kind === 'no-consent') return { result: standstill(stops, now, { reason: outcome.reason }) }
  const reason = `${outcome.code} ${outcome.message}`.trim()
  const refused = (result: SendResult, change?: ContactChange) => ({
    result,
    refusal: outcome,
    ...(change ? { change } : {}),
  })
  switch (outcome.errorClass) {
    case 'busy':
      return refused(busyResult(outcome, reason))
    case 'night':
      return refused({ kind: 'later', reason, until: morningAfter(now) })
    case 'quota':
      if (cost === 'paid') return refused(outOfQuota(stops, now, outcome.code, reason))
      return refused({ kind: 'retry', reason, afterMs: quotaRetryMs * (1 + random() / 4) })
    case 'person':
      if (windowClosedCodes.includes(outcome.code)) {
        return refused({ kind: 'kept', reason }, { windowClosedAt: now })
      }
      if (fullCodes.includes(outcome.code)) return refused({ kind: 'kept', reason })
      return refused({ kind: 'unreachable', reason }, { unreachableSince: now })
    case 'office':
      if (cost === 'paid') return refused(stopPaying(stops, now, outcome.code, reason))
      return refused(standstill(stops, now, { code: outcome.code, reason }))
    case 'token':
      return refused(standstill(stops, now, { code: outcome.code, reason }))
    case 'upload':
    case 'message':
      return refused({ kind: 'rejected', reason })
  }
}

export function failedResult(outcome: Extract<ZaloOutcome, { kind: 'failed' }>): SendResult {
  const { reason, mayHaveHappened } = outcome
  return mayHaveHappened ? { kind: 'unknown', reason } : { kind: 'retry', reason }
}

/** Too many calls concern everybody; other faults this one message. */
export function busyResult({ code, afterMs }: Refusal, reason: string): SendResult {
  if (afterMs !== undefined) return { kind: 'retry', reason, afterMs, scope: 'channel' }
  // "Once more, then it counts as refused", as for what may have arrived.
  if (findZaloError('openapi', code).maxRepeats === 1) return { kind: 'unknown', reason }
  return { kind: 'retry', reason }
}

/** Nothing leaves any more until somebody acts; looked at again after some minutes. */
export function standstill(
  stops: ZaloStops,
  now: Date,
  { code, reason }: { code?: number; reason: string },
): SendResult {
  const until = new Date(now.getTime() + officeRestMs)
  stops.stop('all', { reason, until, ...(code === undefined ? {} : { code }) })
  return { kind: 'later', reason, until, scope: 'channel' }
}

/** Money or permission is missing for what costs; what is free goes on. */
export function stopPaying(stops: ZaloStops, now: Date, code: number, reason: string): SendResult {
  stops.stop('paid', { code, reason, until: nextDay(now) })
  return { kind: 'kept', reason }
}

/** The quota is filled again by itself. */
export function outOfQuota(stops: ZaloStops, now: Date, code: number, reason: string): SendResult {
  const until = nextDay(now)
  stops.stop('paid', { code, reason, until, isQuota: true })
  return { kind: 'later', reason, until }
}

/** 06:00 in Viet Nam; Zalo names no time zone. */
export function morningAfter(now: Date): Date {
  return quietUntil({ from: '22:00', to: '06:00' }, now) ?? new Date(now.getTime() + 60 * minuteMs)
}

/** Half past six of the next day in Viet Nam: filled again by then, and nobody is woken. */
function nextDay(now: Date): Date {
  return instantAt(addDays(dayOf(now), 1), '06:30')
}

const quotaSchema = z.object({ quota: z.object({ quota_type: z.string() }) })

/** What Zalo says the message cost; it may say nothing (zalo-openapi §3.1). */
export function costOf(data: unknown): 'free' | 'paid' | undefined {
  const parsed = quotaSchema.safeParse(data)
  if (!parsed.success) return undefined
  return parsed.data.quota.quota_type === 'reply' ? 'free' : 'paid'
}
