import { addDays, dayOf, daysFrom, instantAt } from './day.ts'
import { type HolidayCalendar, isWorkingDay, sessionsOn } from './holiday-calendar.ts'

/**
 * How days are counted; entered as data, because the law leaves some of it to the office (`data/clocks.yaml` says which
 * part is law).
 */
export interface Counting {
  /** `next-day`: the day of the event does not count. `same-day`: it counts as the first. */
  startsOn: 'next-day' | 'same-day'
  /** What an event after office hours or on a day off counts as. */
  lateEvent: 'next-working-day' | 'as-is'
  /** Where a period in calendar days ends when its last day is a day off. */
  dayOffEnd: 'next-working-day' | 'as-is'
  /** When the last day ends: at the close of the office, or at midnight. */
  dueTime: 'office-end' | 'day-end'
}

/** `at-once` has no days: it is due when it begins. */
export interface Period {
  days: number
  unit: 'working' | 'calendar' | 'at-once'
}

export interface DueDate {
  /** The day on which the event counts as received. */
  receivedDay: string
  dueDay: string
  dueAt: Date
  /** The last day of a calendar period before it was moved off a day off. */
  movedFrom?: string
}

/** The day itself when it is worked, else the next one that is. */
export function workingDayFrom(calendar: HolidayCalendar, day: string): string {
  let next = day
  while (!isWorkingDay(calendar, next)) next = addDays(next, 1)
  return next
}

/**
 * The nth working day after a day, or after the day on which an instant counts as received (after hours = the next
 * working day). `days` = 0 gives the day itself, or the next working day when it is off.
 *
 * @throws {MissingYearError} when the count reaches a year whose table has not been entered
 */
export function addWorkingDays(calendar: HolidayCalendar, from: Date | string, days: number): string {
  if (!Number.isInteger(days) || days < 0) throw new RangeError(`not a number of days: ${days}`)
  let day = typeof from === 'string' ? from : receivedDay(calendar, from, 'next-working-day')
  if (days === 0) return workingDayFrom(calendar, day)
  for (let left = days; left > 0; ) {
    day = addDays(day, 1)
    if (isWorkingDay(calendar, day)) left--
  }
  return day
}

/** Working days later than `after` up to and including `until`; 0 when `until` is not later. */
export function workingDaysBetween(calendar: HolidayCalendar, after: string, until: string): number {
  return daysFrom(addDays(after, 1), until).filter((day) => isWorkingDay(calendar, day)).length
}

/** The day on which an event counts as received. An event in the lunch break or before opening is that day's. */
export function receivedDay(calendar: HolidayCalendar, at: Date, lateEvent: Counting['lateEvent']): string {
  const day = dayOf(at)
  if (lateEvent === 'as-is') return day
  if (!isWorkingDay(calendar, day)) return workingDayFrom(calendar, day)
  return at > officeEnd(calendar, day) ? workingDayFrom(calendar, addDays(day, 1)) : day
}

/**
 * When a period that begins with an event ends.
 *
 * @throws {MissingYearError} when the count reaches a year whose table has not been entered
 */
export function dueDateOf(calendar: HolidayCalendar, at: Date, period: Period, counting: Counting): DueDate {
  if (period.unit === 'at-once') {
    const day = dayOf(at)
    return { receivedDay: day, dueDay: day, dueAt: at }
  }
  const received = receivedDay(calendar, at, counting.lateEvent)
  const before = counting.startsOn === 'next-day' ? received : addDays(received, -1)
  if (period.unit === 'working') {
    const dueDay = addWorkingDays(calendar, before, period.days)
    return { receivedDay: received, dueDay, dueAt: endOf(calendar, dueDay, counting) }
  }
  const lastDay = addDays(before, period.days)
  const dueDay = counting.dayOffEnd === 'as-is' ? lastDay : workingDayFrom(calendar, lastDay)
  return {
    receivedDay: received,
    dueDay,
    dueAt: endOf(calendar, dueDay, counting),
    ...(dueDay === lastDay ? {} : { movedFrom: lastDay }),
  }
}

/** The close of the office; midnight of a day on which it does not open. */
function officeEnd(calendar: HolidayCalendar, day: string): Date {
  return instantAt(day, sessionsOn(calendar, day).at(-1)?.to ?? '24:00')
}

function endOf(calendar: HolidayCalendar, day: string, { dueTime }: Counting): Date {
  return dueTime === 'office-end' ? officeEnd(calendar, day) : instantAt(day, '24:00')
}
