import type { AskingRules } from '../survey-settings.ts'
import { afterQuietHours } from './quiet-hours.ts'

export interface HandedOver {
  /** When the person got the result; a refusal is a result too. */
  handedOverAt: Date
  /** When this person was last invited, about whatever dossier. */
  lastInvitedAt?: Date
  hasOptedOut: boolean
  /** Invited about this dossier before. */
  isInvited: boolean
}

export type InvitationPlan =
  | { kind: 'now' }
  | { kind: 'later'; at: Date }
  /** Counted and shown beside the index: people who were never asked are part of what is not known. */
  | { kind: 'never'; reason: 'opted-out' | 'already-invited' | 'too-late' }

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/**
 * Whether and when to invite. Safe to ask again at every tick: `later` names the earliest moment under the rules as they
 * stand, and only `now` sends.
 */
export function planInvitation(
  { handedOverAt, lastInvitedAt, hasOptedOut, isInvited }: HandedOver,
  rules: AskingRules,
  now: Date,
): InvitationPlan {
  if (isInvited) return { kind: 'never', reason: 'already-invited' }
  if (hasOptedOut) return { kind: 'never', reason: 'opted-out' }
  const earliest = Math.max(
    handedOverAt.getTime() + rules.delayMinutes * 60_000,
    lastInvitedAt ? lastInvitedAt.getTime() + rules.daysBetweenInvitations * dayMs : 0,
    now.getTime(),
  )
  const at = afterQuietHours(new Date(earliest), rules.quietHours)
  if (at.getTime() > handedOverAt.getTime() + rules.latestDaysAfterHandOver * dayMs) {
    return { kind: 'never', reason: 'too-late' }
  }
  return at.getTime() <= now.getTime() ? { kind: 'now' } : { kind: 'later', at }
}

export function expiryOf(sentAt: Date, rules: AskingRules): Date {
  return new Date(sentAt.getTime() + rules.expiresAfterDays * dayMs)
}
