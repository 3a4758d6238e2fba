import { dayOf, daysFrom } from '../lib/working-days/day.ts'
import { type ExplainedDueDate, explainDueDate, timeLeftWords } from '../lib/working-days/deadline-words.ts'
import {
  calendarVersion,
  dayOffOn,
  type HolidayCalendar,
  isMadeUp,
  MissingYearError,
} from '../lib/working-days/holiday-calendar.ts'
import { timeLeft } from '../lib/working-days/time-left.ts'
import { type Counting, dueDateOf } from '../lib/working-days/working-days.ts'
import { ruleOn } from './clock-rules.ts'
import type { ClockRule } from './clock-settings.ts'
import type { ClockTexts } from './clock-texts.ts'

/**
 * A due instant with all that it rests on, as it was when it was set. Plain data, stored as it is: a later change of the
 * rule or of the calendar changes neither the deadline nor its explanation.
 */
export interface Deadline extends ExplainedDueDate {
  ruleId: string
  clock: string
  title: string
  mark: ClockRule['mark']
  /** The case by which a longer period was taken. */
  when?: string
  counting: Counting
  /** Of the office hours and the tables of days off that were used. */
  calendarVersion: string
}

export type SetDeadline =
  | { kind: 'deadline'; deadline: Deadline }
  | { kind: 'no-rule'; clock: string; day: string }
  | { kind: 'no-such-case'; ruleId: string; when: string }
  /** No table of days off for a year that the period reaches. A person must enter it; no day is guessed. */
  | { kind: 'no-calendar'; year: number }

/** @param when a case in which the rule allows a longer period, such as `complex` */
export function setDeadline(
  rules: readonly ClockRule[],
  calendar: HolidayCalendar,
  { clock, at, when }: { clock: string; at: Date; when?: string },
): SetDeadline {
  const startDay = dayOf(at)
  const rule = ruleOn(rules, clock, startDay)
  if (!rule) return { kind: 'no-rule', clock, day: startDay }
  const longer = rule.longer.find((option) => option.when === when)
  if (when !== undefined && !longer) return { kind: 'no-such-case', ruleId: rule.id, when }
  const period = { days: longer?.days ?? rule.days, unit: rule.unit }
  try {
    const due = dueDateOf(calendar, at, period, rule.counting)
    const days = daysFrom(startDay, due.dueDay)
    return {
      kind: 'deadline',
      deadline: {
        ruleId: rule.id,
        clock: rule.clock,
        title: rule.title,
        mark: rule.mark,
        ...(rule.article === undefined ? {} : { article: rule.article }),
        ...(when === undefined ? {} : { when }),
        ...period,
        counting: rule.counting,
        startedAt: at,
        ...due,
        daysOff: days.flatMap((day) => {
          const off = dayOffOn(calendar, day)
          return off ? [{ day, name: off.name }] : []
        }),
        workedWeekends: days.filter((day) => day !== due.receivedDay && isMadeUp(calendar, day)),
        calendarVersion: calendarVersion(calendar, startDay, due.dueDay),
      },
    }
  } catch (error) {
    if (error instanceof MissingYearError) return { kind: 'no-calendar', year: error.year }
    throw error
  }
}

/** Whether the calendar is still the one on which the deadline rests; false also when its tables are gone. */
export function restsOn(deadline: Deadline, calendar: HolidayCalendar): boolean {
  try {
    const firstDay = dayOf(deadline.startedAt)
    return calendarVersion(calendar, firstDay, deadline.dueDay) === deadline.calendarVersion
  } catch (error) {
    if (error instanceof MissingYearError) return false
    throw error
  }
}

/** "còn 2 ngày làm việc, hạn 16:30 thứ Năm 26/11" */
export function deadlineLeft(
  texts: ClockTexts,
  calendar: HolidayCalendar,
  deadline: Deadline,
  now: Date,
): string {
  return timeLeftWords(texts, deadline, timeLeft(calendar, deadline, now), now)
}

/** "5 ngày làm việc từ 29/12/2026; nghỉ 01/01 (Tết Dương lịch); hạn 17:00 06/01/2027 (Luật …)" */
export function explainDeadline(texts: ClockTexts, deadline: Deadline): string {
  return explainDueDate(texts, deadline)
}
