import type { HolidayCalendar } from '../lib/working-days/holiday-calendar.ts'
import type { ReportStore } from '../reports/report-store.ts'
import type { Reports } from '../reports/reports.ts'
import type { Job } from './job.ts'

/** Deadlines that waited for a table of days off, once staff have entered it. */
export function setMissingDeadlines(parts: {
  reports: Pick<Reports, 'act'>
  store: Pick<ReportStore, 'openReports'>
  calendar: HolidayCalendar
}): Job {
  const { reports, store, calendar } = parts
  return {
    name: 'set-missing-deadlines',
    cron: '5 * * * *',
    async run(_now, signal) {
      const waiting: string[] = []
      for await (const { ref, deadlines } of store.openReports()) {
        if (deadlines.missingYear !== undefined && calendar.years.has(deadlines.missingYear))
          waiting.push(ref)
      }
      for (const ref of waiting) {
        if (signal.aborted) return
        await reports.act(ref, { kind: 'system' }, { kind: 'set-deadlines' })
      }
    },
  }
}
