import { DateTime } from 'luxon'
import { vietnamZone } from '../lib/vietnam-time.ts'

/** "23/11/2026 13:24", in Viet Nam. */
export function displayInstant(instant: Date): string {
  return DateTime.fromJSDate(instant, { zone: vietnamZone }).toFormat('dd/MM/yyyy HH:mm')
}

/** "2026-11-23" → "23/11/2026" */
export function displayDay(day: string): string {
  return DateTime.fromISO(day, { zone: vietnamZone }).toFormat('dd/MM/yyyy')
}

/** The instant at which a day ("2026-11-23") begins in Viet Nam; `undefined` when there is no such day. */
export function startOfDay(day: string, plusDays = 0): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined
  const start = DateTime.fromISO(day, { zone: vietnamZone })
  return start.isValid ? start.plus({ days: plusDays }).toJSDate() : undefined
}
