import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { Deadline } from '../../reports/deadline.ts'
import type { Reminder } from '../../reports/reminders.ts'
import { isOpen, type Report, type ReportChange, type ReportSummary } from '../../reports/report.ts'
import type { ReportStore } from '../../reports/report-store.ts'
import type { ReportListener } from '../../reports/reports.ts'
import type { Officer, OfficerContact, OfficerStore } from '../officer.ts'
import { afterFault, hasWay, type Sent, sendTo, type WaysOut } from './deliver-notice.ts'
import type { Digest, DigestNotice, NoticeDelivery, NoticeKind, NoticeStore, ReportNotice } from './notice.ts'
import { type NoticeWordsParts, wordDigestMail, wordMail } from './notice-words.ts'
import { type Audience, maySee, recipientsOf } from './recipients.ts'

/** Tells officers what happens to reports: on the page of notices, and by e-mail or Telegram without their content. */
export interface OfficerNotices extends ReportListener {
  /** Stores a reminder for everybody whom it is for and who does not have it; gives how many. */
  remind(report: ReportSummary, deadline: Deadline, reminder: Reminder): Promise<number>
  /** Once for each officer, kind and day; says whether it is new. */
  tellDigest(officer: Officer, digest: Digest): Promise<boolean>
  /** Sends what is due, until nothing is or the signal aborts; gives how many tries there were. */
  sendDue(signal: AbortSignal): Promise<number>
  /** Digests, and those of reports that the officer may still see, each with its report. */
  listOf(officer: Officer, limit: number): Promise<ShownNotice[]>
  markRead(officer: Officer, ids?: readonly string[]): Promise<void>
}

export type ShownNotice =
  | { notice: ReportNotice; report: ReportSummary }
  | { notice: DigestNotice; report?: undefined }

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
    about: Pick<ReportNotice, 'kind' | 'reminder'> & { id: string; audience: readonly Audience[] },
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

  async function sendDigest(taken: DigestNotice, attempts: number): Promise<void> {
    const now = clock.now()
    const officer = (await parts.officers.list()).find(({ id }) => id === taken.officerId)
    const contact = officer?.contact
    const isOld = taken.digest.day !== vietnamDay(now)
    if (!officer || officer.disabledAt || isOld || !hasWay(parts, contact)) {
      return store.settle(taken.id, inApp)
    }
    if (!parts.mayRemindAt(now)) return postpone(taken.id, attempts, now)
    const mail = wordDigestMail(parts.texts, taken, `${parts.serviceUrl}/desk/notices`)
    return settleSent(
      taken.id,
      contact,
      await sendTo(parts, contact, { ...mail, id: taken.id }, log),
      attempts,
    )
  }

  async function postpone(id: string, attempts: number, now: Date): Promise<void> {
    const nextAt = new Date(now.getTime() + postponedMs)
    return store.settle(id, { kind: 'waiting', attempts: attempts - 1, nextAt })
  }

  async function settleSent(
    id: string,
    { kind: by }: OfficerContact,
    sent: Sent,
    attempts: number,
  ): Promise<void> {
    const at = clock.now()
    return store.settle(
      id,
      sent.kind === 'sent' ? { kind: 'sent', by, at } : afterFault(by, sent.fault, attempts, at),
    )
  }

  async function send(taken: ReportNotice, attempts: number): Promise<void> {
    const now = clock.now()
    const shown = await withReport(taken)
    const officer = (await parts.officers.list()).find(({ id }) => id === taken.officerId)
    if (!shown || !officer || !maySee(officer, shown.report)) {
      await store.removeOf(taken.reportRef, [taken.officerId])
      return
    }
    const { contact } = officer
    const isOver = taken.kind === 'reminder' && !isOpen(shown.report.state)
    if (officer.disabledAt || isOver || !hasWay(parts, contact)) return store.settle(taken.id, inApp)
    if (taken.kind === 'reminder' && !parts.mayRemindAt(now)) return postpone(taken.id, attempts, now)
    const mail = wordMail(parts, taken, shown.report, { link: `${parts.serviceUrl}/desk/notices`, now })
    const sent = await sendTo(parts, contact, { ...mail, id: taken.id }, log)
    return settleSent(taken.id, contact, sent, attempts)
  }

  async function withReport(notice: ReportNotice) {
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

    async tellDigest(officer, digest) {
      const now = clock.now()
      const { id, contact } = officer
      const delivery: NoticeDelivery = hasWay(parts, contact)
        ? { kind: 'waiting', attempts: 0, nextAt: now }
        : inApp
      const notice = { kind: 'digest' as const, digest, officerId: id, at: now, delivery }
      return (await store.add([{ ...notice, id: `digest:${digest.of}:${digest.day}:${id}` }])) > 0
    },

    async sendDue(signal) {
      for (let tries = 0; ; tries++) {
        if (signal.aborted) return tries
        const now = clock.now()
        const taken = await store.takeDue(now, new Date(now.getTime() + sendingMs))
        if (!taken) return tries
        if (taken.delivery.kind !== 'waiting') continue
        const { attempts } = taken.delivery
        await (taken.kind === 'digest' ? sendDigest(taken, attempts) : send(taken, attempts))
      }
    },

    async listOf(officer, limit) {
      const found: ShownNotice[] = []
      for (const notice of await store.listOf(officer.id, limit)) {
        if (notice.kind === 'digest') {
          found.push({ notice })
          continue
        }
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
