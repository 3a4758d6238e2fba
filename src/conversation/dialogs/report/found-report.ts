import { displayDate } from '../../../catalogue/answers/display.ts'
import { dayOf } from '../../../lib/working-days/day.ts'
import { deadlineLeft } from '../../../reports/deadline.ts'
import { isOpen, type Report } from '../../../reports/report.ts'
import type { Button, Reply } from '../../message.ts'
import { splitText } from '../../turn/split-reply.ts'
import { followUpChoice, pageChoice } from './follow-up-choice.ts'
import type { FollowUp } from './follow-up-room.ts'
import { newsText } from './news-text.ts'
import type { ReportContext } from './report-talk-parts.ts'
import type { ReportTexts } from './report-texts.ts'

/** Secret messages are never cut by the channel, so long news are told in pages. */
const maxPageChars = 1_500

/** A report as its reporter sees it: state, time left, news with the newest on top, and what can be done. */
export function foundReply(
  report: Report,
  followUp: FollowUp,
  now: Date,
  context: ReportContext,
  page = 1,
): Reply {
  const { texts } = context.reports
  const pages = splitText(bodyOf(report, now, context), maxPageChars)
  const shown = Math.min(page, pages.length)
  const more: Button[] =
    shown < pages.length
      ? [{ label: texts.say('report.button.more'), choice: pageChoice(followUp.nonce, shown + 1) }]
      : []
  return {
    text: pages[shown - 1]!.trim(),
    buttons: [...more, ...buttonsFor(report, followUp, now, context)],
    isSecret: true,
  }
}

function bodyOf(report: Report, now: Date, context: ReportContext): string {
  const { texts } = context.reports
  const head = [
    texts.say('report.found.title', { number: report.caseNumber }),
    texts.say(`report.state.${report.state}`),
    texts.say('report.found.kind', { kind: texts.say(`report.kind.${report.kind}`) }),
    texts.say('report.found.received', { date: displayDate(dayOf(report.receivedAt)) }),
    ...dueLines(report, now, context),
    ...rejectLines(report, now, context),
  ]
  const news = newsOf(report, texts)
  const told =
    news.length > 0 ? [texts.say('report.found.news'), ...news] : [texts.say('report.found.no-news')]
  const ask = report.state === 'waiting-for-reporter' ? ['', texts.say('report.found.answer-please')] : []
  return [...head, ...ask, '', ...told].join('\n')
}

/** Everything that the reporter is to hear of, the newest first. */
function newsOf(report: Pick<Report, 'events'>, texts: ReportTexts): string[] {
  return report.events
    .filter(({ isNews }) => isNews)
    .map((event) =>
      texts.say('report.found.item', { date: displayDate(dayOf(event.at)), text: newsText(event, texts) }),
    )
    .reverse()
}

function dueLines(report: Report, now: Date, { reports }: ReportContext): string[] {
  if (!isOpen(report.state)) return []
  const { texts, clockTexts, calendar } = reports
  const { answer, missingYear } = report.deadlines
  if (answer)
    return [texts.say('report.found.due', { left: deadlineLeft(clockTexts, calendar, answer, now) })]
  return missingYear === undefined ? [] : [texts.say('report.found.due-unknown', { year: missingYear })]
}

function rejectLines(report: Report, now: Date, { reports }: ReportContext): string[] {
  if (!mayReject(report, now, reports)) return []
  const until = reports.reports.rejectableUntil(report.answeredAt!)
  // Without a table of days off the right has no end that could be named.
  if (until.getUTCFullYear() > now.getUTCFullYear() + 1)
    return [reports.texts.say('report.found.reject-anytime')]
  return [reports.texts.say('report.found.reject-until', { date: displayDate(dayOf(until)) })]
}

function mayReject(report: Report, now: Date, { reports }: ReportContext['reports']): boolean {
  const isAnswered = report.state === 'answered' || report.state === 'closed'
  if (!isAnswered || report.cycle === 2 || !report.answeredAt) return false
  return now <= reports.rejectableUntil(report.answeredAt)
}

function buttonsFor(report: Report, { nonce }: FollowUp, now: Date, { reports }: ReportContext): Button[] {
  const { texts } = reports
  const button = (action: 'write' | 'files' | 'accept' | 'reject') => ({
    label: texts.say(`report.button.${action}`),
    choice: followUpChoice(nonce, action),
  })
  return [
    ...(report.state === 'answered' ? [button('accept')] : []),
    ...(mayReject(report, now, reports) ? [button('reject')] : []),
    ...(report.state === 'closed' ? [] : [button('write'), button('files')]),
  ]
}
