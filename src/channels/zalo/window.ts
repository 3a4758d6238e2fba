import type { ZaloContact } from './contact.ts'

/** May this person be written to now, and what does it cost? */
export type Window =
  | { kind: 'free'; until: Date; paidUntil: Date }
  | { kind: 'paid'; until: Date }
  /** They never wrote, wrote too long ago, or Zalo says so. */
  | { kind: 'closed' }

const hourMs = 3_600_000
/** Answers are free for 48 hours after the last interaction, billed up to seven days, refused after. */
const freeMs = 48 * hourMs
const paidMs = 7 * 24 * hourMs
/** A window counts as closed a little earlier: clocks differ, and a message takes its time. */
export const windowMarginMs = 2 * 60_000

export function windowOf(
  { lastInteractionAt, windowClosedAt }: Pick<ZaloContact, 'lastInteractionAt' | 'windowClosedAt'>,
  now: Date,
): Window {
  if (!lastInteractionAt) return { kind: 'closed' }
  const since = lastInteractionAt.getTime()
  if (windowClosedAt && windowClosedAt.getTime() >= since) return { kind: 'closed' }
  const until = new Date(since + freeMs - windowMarginMs)
  const paidUntil = new Date(since + paidMs - windowMarginMs)
  if (now < until) return { kind: 'free', until, paidUntil }
  if (now < paidUntil) return { kind: 'paid', until: paidUntil }
  return { kind: 'closed' }
}

/** They left, or Zalo said that nothing reaches them, and they have not shown themselves since. */
export function isUnreachable({
  unreachableSince,
  lastInteractionAt,
}: Pick<ZaloContact, 'unreachableSince' | 'lastInteractionAt'>): boolean {
  return unreachableSince !== undefined && !(lastInteractionAt && lastInteractionAt > unreachableSince)
}

const thereMs = 15 * 60_000

/** They wrote or tapped a few minutes ago. */
export function isThere({ lastInteractionAt }: Pick<ZaloContact, 'lastInteractionAt'>, now: Date): boolean {
  return lastInteractionAt !== undefined && now.getTime() - lastInteractionAt.getTime() < thereMs
}
