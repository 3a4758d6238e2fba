import type { HolidayCalendar } from '../lib/working-days/holiday-calendar.ts'
import { readPublishedTime, type ShadowDue, shadowDue } from './shadow-clock.ts'

export type PublishedDue =
  | (Extract<ShadowDue, { kind: 'due' }> & { time: string })
  | { kind: 'unknown-year'; year: number }
  /** Nothing that can be counted in days was published. */
  | { kind: 'no-time' }

/**
 * When the time of a procedure runs out that may be published once for each way of filing: the latest, since the person
 * did not say which way. One of them that cannot be read might be later still, so then there is none.
 */
export function publishedDue(
  times: readonly string[],
  filedDay: string,
  calendar: HolidayCalendar,
): PublishedDue {
  let latest: Extract<PublishedDue, { kind: 'due' }> | undefined
  for (const time of new Set(times)) {
    const published = readPublishedTime(time)
    if (!published) return { kind: 'no-time' }
    const due = shadowDue(filedDay, published, calendar)
    if (due.kind !== 'due') return due
    if (!latest || due.dueDay > latest.dueDay) latest = { ...due, time }
  }
  return latest ?? { kind: 'no-time' }
}
