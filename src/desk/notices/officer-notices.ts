import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { Deadline } from '../../reports/deadline.ts'
import type { Reminder } from '../../reports/reminders.ts'
import { isOpen, type Report, type ReportChange, type ReportSummary } from '../../reports/report.ts'
import type { ReportStore } from '../../reports/report-store.ts'
import type { ReportListener } from '../../reports/reports.ts'
import type { Officer, OfficerStore } from '../officer.ts'
import { afterFault, hasWay, sendTo, type WaysOut } from './deliver-notice.ts'
import type { Notice, NoticeDelivery, NoticeKind, NoticeStore } from './notice.ts'
import { type NoticeWordsParts, wordMail } from './notice-words.ts'
import { type Audience, maySee, recipientsOf } from './recipients.ts'

/** Tells officers what happens to reports: on the page of notices, and by e-mail or Telegram without their content. */
export interface OfficerNotices extends ReportListener {
  /** Stores a reminder for everybody whom it is for and who does not have it; gives how many. */
  remind(report: ReportSummary, deadline: Deadline, reminder: Reminder): Promise<number>
  /** Sends what is due, until nothing is or the signal aborts; gives how many tries there were. */
  sendDue(signal: AbortSignal): Promise<number>
  /** Those of reports that the officer may still see, each with its report. */
  listOf(officer: Officer, limit: number): Promise<ShownNotice[]>
  markRead(officer: Officer, ids?: readonly string[]): Promise<void>
}

export interface ShownNotice {
  notice: Notice
  report: ReportSummary
}

export interface OfficerNoticesParts extends NoticeWordsParts, WaysOut {
  store: NoticeStore
  officers: Pick<OfficerStore, 'list'>
  reports: Pick<ReportStore, 'findByRef'>
  /** Whether reminders may go out at this time. */
  mayRemindAt(now: Date): boolean
  /** As officers' browsers see the service, without a slash at the end. */
  serviceUrl: string
  clock: Clock
  log: Log
}

const minuteMs = 60_000
/** Longer than a mail server may take: then another try begins. */
const sendingMs = 5 * minuteMs
const postponedMs = 30 * minuteMs

export function createOfficerNotices(parts: OfficerNoticesParts): OfficerNotices {
  const { store, reports, clock, log } = parts

  async function tell(
    report: ReportSummary,
    about: Pick<Notice, 'kind' | 'reminder'> & { id: string; audience: readonly Audience[] },
    isLeftOut: (officer: Officer) => boolean = () => false,
  ): Promise<number> {
    const now = clock.now()
    const { id, audience, ...what } = about
    const found = recipientsOf(report, audience, await parts.officers.list(), vietnamDay(now))
    if (found.length === 0) log.warn({ kind: what.kind }, 'notices: nobody may be told of a report')
    return store.add(
      found
        .filter((officer) => !isLeftOut(officer))
        .map((officer) => ({
          ...what,
          id: `${id}:${officer.id}`,
          officerId: officer.id,
          reportRef: report.ref,
          caseNumber: report.caseNumber,
          at: now,
          delivery: hasWay(parts, officer.contact) ? { kind: 'waiting', attempts: 0, nextAt: now } : inApp,
        })),
    )
  }

  async function send(taken: Notice): Promise<void> {
    if (taken.delivery.kind !== 'waiting') return
    const now = clock.now()
    const { attempts } = taken.delivery
    const shown = await withReport(taken)
    const officer = (await parts.officers.list()).find(({ id }) => id === taken.officerId)
    if (!shown || !officer || !maySee(officer, shown.report)) {
      await store.removeOf(taken.reportRef, [taken.officerId])
      return
    }
    const { contact } = officer
    const isOver = taken.kind === 'reminder' && !isOpen(shown.report.state)
    if (officer.disabledAt || isOver || !hasWay(parts, contact)) return store.settle(taken.id, inApp)
    if (taken.kind === 'reminder' && !parts.mayRemindAt(now)) {
      const nextAt = new Date(now.getTime() + postponedMs)
      return store.settle(taken.id, { kind: 'waiting', attempts: attempts - 1, nextAt })
    }
    const mail = wordMail(parts, taken, shown.report, { link: `${parts.serviceUrl}/desk/notices`, now })
    const sent = await sendTo(parts, contact, { ...mail, id: taken.id }, log)
    const by = contact.kind
    const at = clock.now()
    return store.settle(
      taken.id,
      sent.kind === 'sent' ? { kind: 'sent', by, at } : afterFault(by, sent.fault, attempts, at),
    )
  }

  async function withReport(notice: Notice): Promise<ShownNotice | undefined> {
    const report = await reports.findByRef(notice.reportRef)
    return report && { notice, report }
  }

  return {
    async reportChanged(report, event) {
      const about = hidingChanges.includes(event.change.kind)
        ? await takeBack(report)
        : whatToTell(event.change)
      if (!about) return
      const isActor = ({ id }: Officer) => event.by.kind === 'officer' && event.by.officerId === id
      await tell(report, { id: event.id, ...about }, isActor)
    },

    remind: (report, { clock }, { id, percent, to }) =>
      tell(report, { id, kind: 'reminder', reminder: { clock, percent }, audience: to }),

    async sendDue(signal) {
      for (let tries = 0; ; tries++) {
        if (signal.aborted) return tries
        const now = clock.now()
        const taken = await store.takeDue(now, new Date(now.getTime() + sendingMs))
        if (!taken) return tries
        await send(taken)
      }
    },

    async listOf(officer, limit) {
      const found: ShownNotice[] = []
      for (const notice of await store.listOf(officer.id, limit)) {
        const shown = await withReport(notice)
        if (shown && maySee(officer, shown.report)) found.push(shown)
      }
      return found
    },

    markRead: (officer, ids) => store.markRead(officer.id, clock.now(), ids),
  }

  /** The change may hide the report from officers who were told of it, and take it from its handler. */
  async function takeBack(report: Report): Promise<ToTell | undefined> {
    const hidden = (await parts.officers.list())
      .filter((officer) => !maySee(officer, report))
      .map(({ id }) => id)
    if (hidden.length > 0) await store.removeOf(report.ref, hidden)
    const { assignee, pastHandlers } = report
    const isTaken = assignee === undefined ? pastHandlers.length > 0 : hidden.includes(assignee)
    return isOpen(report.state) && isTaken ? { kind: 'needs-handler', audience: ['intake'] } : undefined
  }
}

const inApp: NoticeDelivery = { kind: 'in-app' }

const hidingChanges: readonly ReportChange['kind'][] = ['concern-marked', 'reclassified']

interface ToTell {
  kind: NoticeKind
  audience: readonly Audience[]
}

function whatToTell({ kind }: ReportChange): ToTell | undefined {
  switch (kind) {
    case 'received':
      return { kind, audience: ['intake'] }
    case 'assigned':
    case 'reporter-wrote':
    case 'reopened':
      return { kind, audience: ['handler'] }
    case 'concern-marked':
    case 'reclassified':
    case 'started':
    case 'asked':
    case 'told':
    case 'answered':
    case 'forwarded':
    case 'joined':
    case 'closed':
    case 'deadlines-set':
      return undefined
  }
}
