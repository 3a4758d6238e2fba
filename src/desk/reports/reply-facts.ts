import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { Report } from '../../reports/report.ts'
import { displayDay } from '../display-time.ts'
import type { ReplyFacts } from '../reply-templates.ts'
import type { ReportDeskTexts } from '../report-texts.ts'
import { sayVnd } from './words.ts'

/** What a template may say of a report; what the report lacks is not there. */
export function replyFacts(
  report: Report,
  { texts, agencyName, now }: { texts: ReportDeskTexts; agencyName: string; now: Date },
): ReplyFacts {
  const { payment } = report.content
  const answer = report.deadlines.answer
  const forwarded = report.events.map(({ change }) => change).findLast(({ kind }) => kind === 'forwarded')
  return {
    caseNumber: report.caseNumber,
    kind: texts.say(`desk-reports.kind.${report.kind}`).toLowerCase(),
    receivedDay: displayDay(vietnamDay(report.receivedAt)),
    today: displayDay(vietnamDay(now)),
    agency: agencyName,
    ...(payment?.procedure ? { procedure: payment.procedure.name } : {}),
    ...(payment?.publishedFee ? { publishedFee: payment.publishedFee } : {}),
    ...(payment?.askedVnd === undefined ? {} : { askedAmount: sayVnd(payment.askedVnd) }),
    ...(answer ? { dueDay: displayDay(answer.dueDay) } : {}),
    ...(forwarded?.kind === 'forwarded' ? { forwardedTo: forwarded.to } : {}),
  }
}
