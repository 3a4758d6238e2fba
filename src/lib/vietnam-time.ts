import { DateTime } from 'luxon'

/** Instants are stored in UTC; days and hours are those of Viet Nam, which has one zone and no summer time. */
export const vietnamZone = 'Asia/Ho_Chi_Minh'
/** UTC+7 since 1975; asking the time zone library costs more than the rest of an answer's date. */
const offsetMs = 7 * 3_600_000

/** "2026-11-23": the day in Viet Nam. */
export function vietnamDay(instant: Date): string {
  return new Date(instant.getTime() + offsetMs).toISOString().slice(0, 10)
}

/** Weekday (1 = Monday … 7 = Sunday) and time of day ("07:30") in Viet Nam. */
export function vietnamTimeOfWeek(instant: Date): { weekday: number; time: string } {
  const local = DateTime.fromJSDate(instant, { zone: vietnamZone })
  return { weekday: local.weekday, time: local.toFormat('HH:mm') }
}
