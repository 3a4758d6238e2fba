import type { HolidayCalendar } from '../../lib/working-days/holiday-calendar.ts'
import type { ClockTexts } from '../../reports/clock-texts.ts'
import { type Deadline, deadlineLeft } from '../../reports/deadline.ts'
import { isOpen, type ReportSummary } from '../../reports/report.ts'
import type { MailMessage } from './deliver-notice.ts'
import type { DigestNotice, Notice, ReportNotice } from './notice.ts'
import type { NoticeTexts } from './notice-texts.ts'

export interface NoticeWordsParts {
  texts: NoticeTexts
  clockTexts: ClockTexts
  calendar: HolidayCalendar
}

/** What happened, in a few words. */
export function wordNotice(texts: NoticeTexts, notice: Notice): string {
  if (notice.kind === 'digest') return texts.say(`notices.digest.${notice.digest.of}.title`)
  const { kind, reminder } = notice
  if (kind !== 'reminder') return texts.say(`notices.kind.${kind}`)
  const percent = reminder?.percent ?? 100
  return percent >= 100 ? texts.say('notices.kind.overdue') : texts.say('notices.kind.reminder', { percent })
}

/** How long is left of what the notice is about; nothing once the report is dealt with. */
export function wordTimeLeft(
  { clockTexts, calendar }: NoticeWordsParts,
  notice: ReportNotice,
  report: ReportSummary,
  now: Date,
): string | undefined {
  const deadline = isOpen(report.state) ? deadlineOf(notice, report) : undefined
  return deadline && deadlineLeft(clockTexts, calendar, deadline, now)
}

/** Of a reminder that of its clock, else the next one that is to be met. */
function deadlineOf({ reminder }: ReportNotice, { deadlines, state }: ReportSummary): Deadline | undefined {
  const { classify, answer } = deadlines
  const named = [classify, answer].find((deadline) => deadline?.clock === reminder?.clock)
  return named ?? (state === 'received' ? (classify ?? answer) : answer)
}

/** What leaves the desk: neither what the report is about nor who wrote it or handles it. */
export function wordMail(
  parts: NoticeWordsParts,
  notice: ReportNotice,
  report: ReportSummary,
  { link, now }: { link: string; now: Date },
): MailMessage {
  const { texts } = parts
  const left = wordTimeLeft(parts, notice, report, now)
  const lines = [
    texts.say('notices.mail.what', { what: wordNotice(texts, notice) }),
    texts.say('notices.mail.code', { code: notice.caseNumber }),
    ...(left === undefined ? [] : [texts.say('notices.mail.left', { left })]),
    texts.say('notices.mail.link', { link }),
    texts.say('notices.mail.end'),
  ]
  return { subject: texts.say('notices.mail.subject'), text: lines.join('\n') }
}

/** The counts themselves, for they name nobody. */
export function wordDigestMail(texts: NoticeTexts, notice: DigestNotice, link: string): MailMessage {
  const lines = [
    texts.say('notices.mail.what', { what: wordNotice(texts, notice) }),
    ...notice.digest.lines,
    texts.say('notices.mail.link', { link }),
    texts.say('notices.mail.digest-end'),
  ]
  return { subject: texts.say('notices.mail.digest-subject'), text: lines.join('\n') }
}
