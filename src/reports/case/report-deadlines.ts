import { instantAt } from '../../lib/working-days/day.ts'
import { type HolidayCalendar, MissingYearError } from '../../lib/working-days/holiday-calendar.ts'
import { addWorkingDays } from '../../lib/working-days/working-days.ts'
import type { ClockRule } from '../clock-settings.ts'
import { type Deadline, setDeadline } from '../deadline.ts'
import type { ReportDeadlines } from '../report.ts'

const timed = ['classify', 'forward', 'answer'] as const

/** Which clock of `data/clocks.yaml` times what; each kind of report has its own in `data/reporting.yaml`. */
export type DeadlineClocks = Record<(typeof timed)[number], string>

/**
 * The deadlines that begin at an instant. A lacking table of days off never stops a report from being taken: what could
 * not be set is left out, with the year that a person must enter.
 */
export function setReportDeadlines(
  rules: readonly ClockRule[],
  calendar: HolidayCalendar,
  at: Date,
  clocks: DeadlineClocks,
): ReportDeadlines {
  const deadlines: ReportDeadlines = {}
  for (const key of timed) {
    const set = setDeadline(rules, calendar, { clock: clocks[key], at })
    if (set.kind === 'deadline') deadlines[key] = set.deadline satisfies Deadline
    else if (set.kind === 'no-calendar') deadlines.missingYear ??= set.year
  }
  return deadlines
}

/**
 * The deadlines of another kind of report. What the same rule sets stays as it was set: a calendar corrected since then
 * changes nothing.
 */
export function reclassifyDeadlines(before: ReportDeadlines, after: ReportDeadlines): ReportDeadlines {
  const deadlines: ReportDeadlines = { ...after }
  for (const key of timed) {
    const kept = before[key]
    if (kept && kept.ruleId === after[key]?.ruleId) deadlines[key] = kept
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
