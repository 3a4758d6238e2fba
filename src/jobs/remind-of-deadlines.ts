import type { Log } from '../lib/log.ts'
import type { HolidayCalendar } from '../lib/working-days/holiday-calendar.ts'
import type { ReminderPlan } from '../reports/clock-settings.ts'
import type { Deadline } from '../reports/deadline.ts'
import { mayRemindAt, type Reminder, remindersBetween } from '../reports/reminders.ts'
import type { ReportSummary } from '../reports/report.ts'
import type { ReportStore } from '../reports/report-store.ts'
import type { Job } from './job.ts'

export interface RemindParts {
  plan: ReminderPlan
  calendar: HolidayCalendar
  reports: Pick<ReportStore, 'openReports'>
  /** Stores it once for each officer whom it is for; `reminder.id` names it. */
  remind(report: ReportSummary, deadline: Deadline, reminder: Reminder): Promise<unknown>
  log: Log
}

/**
 * Looks at all that is open, so that nothing is lost with a process, a calendar entered late or a new deadline; what a
 * process has handed on already it does not hand on again. Of several steps that came due while nobody was told (a long
 * night, a stop of the service) only the highest is told.
 */
export function remindOfDeadlines(parts: RemindParts): Job {
  const { plan, calendar, log } = parts
  let told = new Set<string>()

  return {
    name: 'remind-of-deadlines',
    cron: '*/5 * * * *',
    async run(now, signal) {
      if (!mayRemindAt(plan, calendar, now)) return
      const stillTold = new Set<string>()
      const missing = new Set<number>()
      for await (const report of parts.reports.openReports()) {
        if (signal.aborted) return
        for (const deadline of timed(report)) {
          const { reminders, missingYears } = remindersBetween(
            plan,
            calendar,
            [{ caseId: report.ref, deadline }],
            { until: now },
          )
          for (const year of missingYears) missing.add(year)
          const reminder = reminders.at(-1)
          if (!reminder) continue
          // With its handler: a new one is told where the report stands.
          const key = `${reminder.id}:${report.assignee ?? ''}`
          if (!told.has(key)) await parts.remind(report, deadline, reminder)
          stillTold.add(key)
        }
      }
      told = stillTold
      if (missing.size > 0) log.error({ years: [...missing] }, 'reminders: days off are not entered')
    },
  }
}

/** Sorting is timed until it is done, the answer from the beginning. */
function timed({ state, deadlines: { classify, answer } }: ReportSummary): Deadline[] {
  return [...(state === 'received' && classify ? [classify] : []), ...(answer ? [answer] : [])]
}
