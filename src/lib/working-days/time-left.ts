import { dayOf, daysBetween } from './day.ts'
import { type HolidayCalendar, MissingYearError } from './holiday-calendar.ts'
import { type Counting, type Period, receivedDay, workingDaysBetween } from './working-days.ts'

/** What is needed of a deadline to say how long it is off. */
export interface Due {
  dueDay: string
  dueAt: Date
  unit: Period['unit']
  counting: Pick<Counting, 'lateEvent'>
}

/** Days are in the deadline's own unit; calendar days for one that was due at once. */
export type TimeLeft =
  | { kind: 'left'; days: number }
  /** Due on this very day. */
  | { kind: 'left-today' }
  /** The office is closed now and the next working day is the last. */
  | { kind: 'left-next' }
  | { kind: 'over'; days: number }
  /** Past due, but not by a whole day. */
  | { kind: 'over-since' }
  | { kind: 'unknown'; missingYear: number }

/**
 * Counts as the deadline was counted: now stands where the event stood, so that at the moment of the event exactly the
 * days of the rule are left.
 */
export function timeLeft(calendar: HolidayCalendar, due: Due, now: Date): TimeLeft {
  try {
    return now <= due.dueAt ? whatIsLeft(calendar, due, now) : whatIsOver(calendar, due, now)
  } catch (error) {
    if (error instanceof MissingYearError) return { kind: 'unknown', missingYear: error.year }
    throw error
  }
}

function whatIsLeft(calendar: HolidayCalendar, due: Due, now: Date): TimeLeft {
  const received = receivedDay(calendar, now, due.counting.lateEvent)
  const today = received > due.dueDay ? dayOf(now) : received
  const days =
    due.unit === 'working' ? workingDaysBetween(calendar, today, due.dueDay) : daysBetween(today, due.dueDay)
  if (days > 0) return { kind: 'left', days }
  return { kind: dayOf(now) === due.dueDay ? 'left-today' : 'left-next' }
}

function whatIsOver(calendar: HolidayCalendar, due: Due, now: Date): TimeLeft {
  const today = dayOf(now)
  const days =
    due.unit === 'working' ? workingDaysBetween(calendar, due.dueDay, today) : daysBetween(due.dueDay, today)
  return days > 0 ? { kind: 'over', days } : { kind: 'over-since' }
}
