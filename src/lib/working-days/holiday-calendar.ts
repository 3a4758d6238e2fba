import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'
import { weekdayOf, yearOf } from './day.ts'
import type { DayOff, HolidayYear } from './holiday-year.ts'

/** Part of a working day: `days` are weekdays (1 = Monday … 7 = Sunday), times "07:30" (two digits) in Viet Nam. */
export interface OfficeHours {
  days: readonly number[]
  from: string
  to: string
}

/** Which days are worked and when. Years without a table of days off are unknown, not free of holidays. */
export interface HolidayCalendar {
  years: ReadonlyMap<number, HolidayYear>
  /** Weekdays. */
  weeklyDaysOff: readonly number[]
  /** Sessions a weekday, in order; every weekday that is worked has one. */
  sessions: ReadonlyMap<number, readonly { from: string; to: string }[]>
}

/** The year's table of days off has not been entered: whoever meets this must say so and must not guess a day. */
export class MissingYearError extends AppError {
  readonly year: number

  constructor(year: number) {
    super('CONTENT_INVALID', `no days off are known for ${year}: data/holidays/${year}.yaml is missing`)
    this.year = year
  }
}

export type BuiltCalendar =
  | { kind: 'calendar'; calendar: HolidayCalendar }
  /** A weekday is worked but has no office hours. */
  | { kind: 'no-hours'; weekday: number }

/** @param parts.years one table a year */
export function buildHolidayCalendar(parts: {
  years: readonly HolidayYear[]
  weeklyDaysOff: readonly number[]
  officeHours: readonly OfficeHours[]
}): BuiltCalendar {
  const years = new Map(parts.years.map((year) => [year.year, year]))
  const sessions = new Map<number, { from: string; to: string }[]>()
  for (const weekday of [1, 2, 3, 4, 5, 6, 7]) {
    if (parts.weeklyDaysOff.includes(weekday)) continue
    const hours = sessionsOf(weekday, parts.officeHours)
    if (hours.length === 0) return { kind: 'no-hours', weekday }
    sessions.set(weekday, hours)
  }
  return { kind: 'calendar', calendar: { years, weeklyDaysOff: parts.weeklyDaysOff, sessions } }
}

/** In order; rows that overlap are one session. */
function sessionsOf(weekday: number, officeHours: readonly OfficeHours[]): { from: string; to: string }[] {
  const sessions: { from: string; to: string }[] = []
  const rows = officeHours.filter(({ days, from, to }) => days.includes(weekday) && from < to)
  for (const { from, to } of rows.sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = sessions.at(-1)
    if (!last || last.to < from) sessions.push({ from, to })
    else if (last.to < to) last.to = to
  }
  return sessions
}

/** @throws {MissingYearError} when the table of that year has not been entered */
export function isWorkingDay(calendar: HolidayCalendar, day: string): boolean {
  const year = yearTable(calendar, day)
  if (year.worked.has(day)) return true
  return !year.daysOff.has(day) && !calendar.weeklyDaysOff.includes(weekdayOf(day))
}

/** The row by which a day is off; undefined for an ordinary weekend and for a working day. */
export function dayOffOn(calendar: HolidayCalendar, day: string): DayOff | undefined {
  return yearTable(calendar, day).daysOff.get(day)
}

/** A weekend day that is worked in exchange for another day. */
export function isMadeUp(calendar: HolidayCalendar, day: string): boolean {
  return yearTable(calendar, day).worked.has(day)
}

/** Office hours of a working day, in order; none on a day off. A made-up day has those of the day it stands for. */
export function sessionsOn(calendar: HolidayCalendar, day: string): readonly { from: string; to: string }[] {
  if (!isWorkingDay(calendar, day)) return []
  const insteadOf = yearTable(calendar, day).worked.get(day)
  return calendar.sessions.get(weekdayOf(insteadOf ?? day)) ?? []
}

/** Years of a stretch of days whose tables have not been entered: what a start-up check warns of in good time. */
export function missingYears(calendar: HolidayCalendar, firstDay: string, lastDay: string): number[] {
  const count = yearOf(lastDay) - yearOf(firstDay) + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) => yearOf(firstDay) + index).filter(
    (year) => !calendar.years.has(year),
  )
}

/**
 * Names the state of the calendar on which a deadline rests: office hours and the tables of the years that it touches,
 * days only. Correcting a source or a name, or adding a later year, does not change it.
 */
export function calendarVersion(calendar: HolidayCalendar, firstDay: string, lastDay: string): string {
  const tables: unknown[] = []
  for (let year = yearOf(firstDay); year <= yearOf(lastDay); year++) {
    const { daysOff, worked } = yearTable(calendar, `${year}-01-01`)
    tables.push([year, [...daysOff.keys()].sort(), [...worked].sort()])
  }
  const content = JSON.stringify([calendar.weeklyDaysOff, [...calendar.sessions], tables])
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}

function yearTable(calendar: HolidayCalendar, day: string): HolidayYear {
  const year = yearOf(day)
  const table = calendar.years.get(year)
  if (!table) throw new MissingYearError(year)
  return table
}
