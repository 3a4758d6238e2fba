/** Arithmetic of days written as "2026-11-23". Days carry no hour and no zone; instants come in at the edges only. */
const dayMs = 86_400_000
/** Viet Nam keeps UTC+7 the whole year. Days are asked for by the thousand, and a zone database costs ten times as much. */
const aheadOfUtcMs = 7 * 3_600_000

/** `days` may be negative. */
export function addDays(day: string, days: number): string {
  return new Date(utcMs(day) + days * dayMs).toISOString().slice(0, 10)
}

/** How many days `until` lies after `from`; negative when it lies before. */
export function daysBetween(from: string, until: string): number {
  return (utcMs(until) - utcMs(from)) / dayMs
}

/** Every day from the first to the last, both included; none when they are the wrong way round. */
export function daysFrom(first: string, last: string): string[] {
  const days: string[] = []
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day)
  return days
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(day: string): number {
  return new Date(utcMs(day)).getUTCDay() || 7
}

export function yearOf(day: string): number {
  return Number(day.slice(0, 4))
}

/** @param time "07:30" in Viet Nam, up to "24:00" (the end of the day) */
export function instantAt(day: string, time: string): Date {
  return new Date(utcMs(day) + minutesOf(time) * 60_000 - aheadOfUtcMs)
}

/** The day in Viet Nam; the same as `vietnamDay`. */
export function dayOf(instant: Date): string {
  return inVietNam(instant).slice(0, 10)
}

/** The time of day in Viet Nam, "16:30"; with `endsOn`, the end of that day is "24:00" and not the next day's "00:00". */
export function timeOf(instant: Date, endsOn?: string): string {
  if (endsOn !== undefined && dayOf(instant) !== endsOn) return '24:00'
  return inVietNam(instant).slice(11, 16)
}

/** "07:30" → 450. */
function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number)
  return hours! * 60 + minutes!
}

function inVietNam(instant: Date): string {
  return new Date(instant.getTime() + aheadOfUtcMs).toISOString()
}

function utcMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}
