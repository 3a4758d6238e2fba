import { randomBytes } from 'node:crypto'
import { withDueAt } from '../../src/reports/case/change-report.ts'
import { setReportDeadlines } from '../../src/reports/case/report-deadlines.ts'
import { makeCaseNumber } from '../../src/reports/case-number.ts'
import type { Report, ReportEvent } from '../../src/reports/report.ts'
import { instant, shippedClocks } from '../reports/read-clocks.ts'

export const { clocks, calendar } = shippedClocks()
/** Of every kind, as shipped. */
export const usualClocks = {
  classify: 'office.classify',
  forward: 'report.forward',
  answer: 'office.answer',
} as const
export const hex = (bytes: number): string => randomBytes(bytes).toString('hex')

/** A report as it is right after filing, or later with what is given. Its deadlines are those of the shipped clocks. */
export function madeReport(given: Partial<Report> = {}): Report {
  const receivedAt = given.receivedAt ?? instant('23/11/2026 09:00')
  const event: ReportEvent = {
    id: hex(12),
    at: receivedAt,
    by: { kind: 'reporter' },
    state: 'received',
    isNews: false,
    change: { kind: 'received' },
  }
  return withDueAt({
    ref: hex(16),
    caseNumber: makeCaseNumber(receivedAt),
    receiptHash: `a1:${randomBytes(32).toString('base64url')}`,
    revision: 1,
    kind: 'feedback',
    queue: 'general',
    identityMode: 'anonymous',
    state: 'received',
    receivedAt,
    isSlowLane: false,
    pastHandlers: [],
    concerns: { officers: [], units: [] },
    deadlines: setReportDeadlines(clocks.rules, calendar, receivedAt, usualClocks),
    cycle: 1,
    hasUnread: true,
    evidenceNames: [],
    content: { story: 'Chờ ba buổi chưa được nhận hồ sơ.', evidence: [] },
    events: [event],
    untold: [event.id],
    ...given,
  })
}

/** With one more event and revision, as `changeReport` would leave it. */
export function withEvent(
  report: Report,
  change: ReportEvent['change'],
  given: Partial<Report> = {},
  by: ReportEvent['by'] = { kind: 'officer', officerId: 'officer-1' },
): Report {
  const next = { ...report, ...given }
  const event: ReportEvent = {
    id: hex(12),
    at: instant('23/11/2026 15:00'),
    by,
    state: next.state,
    isNews: true,
    change,
  }
  return withDueAt({
    ...next,
    revision: report.revision + 1,
    events: [...report.events, event],
    untold: [...report.untold, event.id],
  })
}
