import { createHash } from 'node:crypto'
import { wilson } from '../index/interval.ts'
import type { AskingRules } from '../survey-settings.ts'
import { expiryOf } from './plan-invitation.ts'
import { afterQuietHours } from './quiet-hours.ts'

/**
 * One half is reminded, the other shows what happens without. The same half for ever: it depends on the invitation and
 * the seed only, so that two schedulers and a restart agree.
 */
export type ReminderHalf = 'reminded' | 'control'

export function reminderHalf(invitation: string, seed: string): ReminderHalf {
  const digest = createHash('sha256').update(`${seed}|reminder|${invitation}`).digest()
  return (digest[0]! & 1) === 0 ? 'reminded' : 'control'
}

export interface Invited {
  id: string
  sentAt: Date
  hasAnswered: boolean
  hasOptedOut: boolean
  isReminded: boolean
}

export type ReminderPlan =
  | { kind: 'now' }
  | { kind: 'later'; at: Date }
  | { kind: 'never'; reason: 'answered' | 'opted-out' | 'already-reminded' | 'control' | 'expired' }

const dayMs = 86_400_000

export function planReminder(
  { id, sentAt, hasAnswered, hasOptedOut, isReminded }: Invited,
  rules: AskingRules,
  seed: string,
  now: Date,
): ReminderPlan {
  const never = (reason: Extract<ReminderPlan, { kind: 'never' }>['reason']): ReminderPlan => {
    return { kind: 'never', reason }
  }
  if (hasOptedOut) return never('opted-out')
  if (hasAnswered) return never('answered')
  if (isReminded) return never('already-reminded')
  if (reminderHalf(id, seed) === 'control') return never('control')
  const earliest = Math.max(sentAt.getTime() + rules.reminderAfterDays * dayMs, now.getTime())
  const at = afterQuietHours(new Date(earliest), rules.quietHours)
  if (at >= expiryOf(sentAt, rules)) return never('expired')
  return at.getTime() <= now.getTime() ? { kind: 'now' } : { kind: 'later', at }
}

export interface HalfCounts {
  /** Invitations that were still unanswered when reminders went out. */
  open: number
  /** Of these, answered afterwards. */
  answeredLater: number
}

/**
 * What reminding brought, in shares of open invitations answered later, with a 95 % interval (Newcombe 1998, method 10);
 * absent while a half is empty.
 */
export function reminderGain(
  reminded: HalfCounts,
  control: HalfCounts,
): { gain: number; low: number; high: number } | undefined {
  if (reminded.open === 0 || control.open === 0) return undefined
  const a = reminded.answeredLater / reminded.open
  const b = control.answeredLater / control.open
  const ofA = wilson(a, reminded.open)
  const ofB = wilson(b, control.open)
  return {
    gain: a - b,
    low: a - b - Math.sqrt((a - ofA.low) ** 2 + (ofB.high - b) ** 2),
    high: a - b + Math.sqrt((ofA.high - a) ** 2 + (b - ofB.low) ** 2),
  }
}
