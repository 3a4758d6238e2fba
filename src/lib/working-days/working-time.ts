import { addDays, dayOf, daysFrom, instantAt } from './day.ts'
import { type HolidayCalendar, sessionsOn } from './holiday-calendar.ts'

/** Milliseconds in which the office was open between two instants. */
export function workingMsBetween(calendar: HolidayCalendar, from: Date, until: Date): number {
  return daysFrom(dayOf(from), dayOf(until))
    .flatMap((day) => openingsOn(calendar, day))
    .reduce((sum, { opensMs, closesMs }) => {
      return sum + Math.max(0, Math.min(closesMs, until.getTime()) - Math.max(opensMs, from.getTime()))
    }, 0)
}

/** The first instant by which the office has been open for `workingMs` since `from`. */
export function addWorkingMs(calendar: HolidayCalendar, from: Date, workingMs: number): Date {
  let leftMs = workingMs
  for (let day = dayOf(from); ; day = addDays(day, 1)) {
    for (const { opensMs, closesMs } of openingsOn(calendar, day)) {
      const startMs = Math.max(opensMs, from.getTime())
      if (startMs > closesMs) continue
      if (closesMs - startMs >= leftMs) return new Date(startMs + leftMs)
      leftMs -= closesMs - startMs
    }
  }
}

interface Opening {
  opensMs: number
  closesMs: number
}

/** Days are asked for again with every reminder of every open case; a calendar never changes once it is built. */
const openingsByDay = new WeakMap<HolidayCalendar, Map<string, Opening[]>>()

function openingsOn(calendar: HolidayCalendar, day: string): Opening[] {
  const known = openingsByDay.get(calendar) ?? new Map<string, Opening[]>()
  openingsByDay.set(calendar, known)
  const openings =
    known.get(day) ??
    sessionsOn(calendar, day).map(({ from, to }) => ({
      opensMs: instantAt(day, from).getTime(),
      closesMs: instantAt(day, to).getTime(),
    }))
  known.set(day, openings)
  return openings
}
