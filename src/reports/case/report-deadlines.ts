import { instantAt } from '../../lib/working-days/day.ts'
import { type HolidayCalendar, MissingYearError } from '../../lib/working-days/holiday-calendar.ts'
import { addWorkingDays } from '../../lib/working-days/working-days.ts'
import type { ClockRule } from '../clock-settings.ts'
import { type Deadline, setDeadline } from '../deadline.ts'
import type { ReportDeadlines } from '../report.ts'

/** Which clock of `data/clocks.yaml` times what. */
const clocks = { classify: 'office.classify', forward: 'report.forward', answer: 'office.answer' } as const

/**
 * The deadlines that begin at an instant. A lacking table of days off never stops a report from being taken: what could
 * not be set is left out, with the year that a person must enter.
 */
export function setReportDeadlines(
  rules: readonly ClockRule[],
  calendar: HolidayCalendar,
  at: Date,
): ReportDeadlines {
  const deadlines: ReportDeadlines = {}
  for (const key of ['classify', 'forward', 'answer'] as const) {
    const set = setDeadline(rules, calendar, { clock: clocks[key], at })
    if (set.kind === 'deadline') deadlines[key] = set.deadline satisfies Deadline
    else if (set.kind === 'no-calendar') deadlines.missingYear ??= set.year
  }
  return deadlines
}

/**
 * The end of the last day on which an answer may be rejected. Without the table of that year no right is cut short: the
 * far future.
 */
export function rejectableUntil(calendar: HolidayCalendar, answeredAt: Date, workingDays: number): Date {
  try {
    return instantAt(addWorkingDays(calendar, answeredAt, workingDays), '23:59')
  } catch (error) {
    if (error instanceof MissingYearError) return farFuture
    throw error
  }
}

const farFuture = new Date('9999-12-31T00:00:00Z')
