import { addDays, dayOf, instantAt, timeOf } from '../../lib/working-days/day.ts'
import type { QuietHours } from '../survey-settings.ts'

/**
 * The first moment, not before `instant`, at which a message may go out: `instant` itself, or the end of the quiet hours in
 * Viet Nam. 20:00 is quiet, 08:00 is not. Quiet hours may run over midnight.
 */
export function afterQuietHours(instant: Date, { from, to }: QuietHours): Date {
  const day = dayOf(instant)
  const time = timeOf(instant)
  if (from < to) return time >= from && time < to ? instantAt(day, to) : instant
  if (time >= from) return instantAt(addDays(day, 1), to)
  return time < to ? instantAt(day, to) : instant
}
