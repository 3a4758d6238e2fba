import type { HolidayCalendar } from '../../lib/working-days/holiday-calendar.ts'
import { currentDeadline } from '../../reports/case/current-deadline.ts'
import type { ClockTexts } from '../../reports/clock-texts.ts'
import { deadlineLeft } from '../../reports/deadline.ts'
import { isOpen, type ReportSummary } from '../../reports/report.ts'
import type { Tone } from '../components/badge.tsx'
import type { ReportDeskTexts } from '../report-texts.ts'

/** "500.000 đồng" */
export function sayVnd(vnd: number): string {
  return `${Math.round(vnd).toLocaleString('vi-VN')} đồng`
}

/** "1,4 MB", "320 KB" */
export function saySize(bytes: number): string {
  const megabyte = 1024 * 1024
  const [size, unit] = bytes >= megabyte ? [bytes / megabyte, 'MB'] : [Math.max(1, bytes / 1024), 'KB']
  return `${size.toLocaleString('vi-VN', { maximumFractionDigits: unit === 'MB' ? 1 : 0 })} ${unit}`
}

export interface TimeLeft {
  words: string
  tone: Tone
  dueAt?: Date
}

const dayMs = 86_400_000

/** The same words everywhere: on the list, on the case, in reminders. */
export function timeLeftOf(
  report: Pick<ReportSummary, 'state' | 'deadlines'>,
  now: Date,
  parts: { texts: ReportDeskTexts; clockTexts: ClockTexts; calendar: HolidayCalendar },
): TimeLeft {
  const { texts, clockTexts, calendar } = parts
  if (!isOpen(report.state)) return { words: texts.say('desk-reports.inbox.done'), tone: 'plain' }
  const deadline = currentDeadline(report)
  if (!deadline) {
    const year = report.deadlines.missingYear ?? '?'
    return { words: texts.say('desk-reports.inbox.no-deadline', { year }), tone: 'bad' }
  }
  const leftMs = deadline.dueAt.getTime() - now.getTime()
  return {
    words: deadlineLeft(clockTexts, calendar, deadline, now),
    tone: leftMs < 0 ? 'bad' : leftMs < dayMs ? 'warn' : 'plain',
    dueAt: deadline.dueAt,
  }
}
