import { randomBytes } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { HolidayCalendar } from '../lib/working-days/holiday-calendar.ts'
import { type ChangeRefusal, changeReport, type ReportAction, withDueAt } from './case/change-report.ts'
import { rejectableUntil, setReportDeadlines } from './case/report-deadlines.ts'
import { type KnownOfficer, queueFor, routeReport } from './case/routing.ts'
import { type CaseNumber, makeCaseNumber } from './case-number.ts'
import type { ClockSettings } from './clock-settings.ts'
import type { ReceiptHash, ReceiptHasher } from './receipt-hash.ts'
import { lookUpReceipt, type ReceiptLookup } from './receipt-lookup.ts'
import type { ReceiptThrottle, TrySource } from './receipt-throttle.ts'
import type {
  Actor,
  IdentityMode,
  Report,
  ReportContent,
  ReportDeadlines,
  ReportEvent,
  ReporterIdentity,
  ReportKind,
} from './report.ts'
import type { ReportSettings } from './report-settings.ts'
import type { IdentityStore, ReportStore } from './report-store.ts'

/** Everything that makes or changes a report goes through here: the dialogs, the desk and the jobs. */
export interface Reports {
  /**
   * Stores a report. Idempotent on `draft.ref`: a second call, at the same time or after a crash, finds the first one.
   */
  file(draft: CompleteDraft): Promise<FiledReport>
  /** From what a person typed to their report; wrong receipts are counted per source. */
  openByReceipt(typed: string, sources: readonly TrySource[]): Promise<ReceiptLookup<Report>>
  find(ref: string): Promise<Report | undefined>
  /**
   * @param options.revision the revision that the actor saw; without it the newest is taken.
   * @param options.eventId names the change when it may come twice; the second time it is `changed` again with the
   * event that is there.
   */
  act(
    ref: string,
    by: Actor,
    action: ReportAction,
    options?: { revision?: number; eventId?: string },
  ): Promise<ActedReport>
  /** Tells the listeners what they have not been told yet: after each change, and by a job what a crash left over. */
  tell(ref: string): Promise<void>
  tellLeftOvers(limit: number): Promise<number>
  /** Until when the reporter may say "chưa thoả đáng". */
  rejectableUntil(answeredAt: Date): Date
}

export interface CompleteDraft {
  /** 32 hex digits, made when the draft begins. */
  ref: string
  receiptHash: ReceiptHash
  kind: ReportKind
  identityMode: IdentityMode
  /** For `named` and `confidential`. */
  identity?: { ref: string; identity: ReporterIdentity }
  content: ReportContent
  /** Whose reports are counted, such as the conversation's key; it is not kept with the report. */
  sender: string
}

export interface FiledReport {
  caseNumber: CaseNumber
  receivedAt: Date
  deadlines: ReportDeadlines
  isSlowLane: boolean
  queue: Report['queue']
}

export type ActedReport =
  | { kind: 'changed'; report: Report; event: ReportEvent }
  | { kind: 'refused'; reason: ChangeRefusal }
  /** Somebody else changed it meanwhile: `since` is what happened after the revision that the actor saw. */
  | { kind: 'conflict'; report: Report; since: ReportEvent[] }
  | { kind: 'no-such-report' }

/** Told of each change once it is stored, at least once; makes nothing twice for the same event. */
export interface ReportListener {
  reportChanged(report: Report, event: ReportEvent): Promise<void>
}

/** Counts what one sender filed within an hour; exact over all processes. */
export interface FilingCounter {
  count(key: string, windowMs: number, now: Date): Promise<{ count: number }>
}

export interface ReportsParts {
  store: ReportStore
  identities: IdentityStore
  filings: FilingCounter
  officers(): Promise<readonly KnownOfficer[]>
  hasher: ReceiptHasher
  throttle: ReceiptThrottle
  clocks: ClockSettings
  calendar: HolidayCalendar
  settings: ReportSettings
  listeners: readonly ReportListener[]
  clock: Clock
  log: Log
}

const hourMs = 3_600_000
/** Each lost race means that somebody else's change got in. */
const maxTries = 20

export function createReports(parts: ReportsParts): Reports {
  const { store, identities, clocks, calendar, settings, clock } = parts
  const deadlinesFrom = (at: Date, kind: ReportKind) =>
    setReportDeadlines(clocks.rules, calendar, at, settings.clocks[kind])
  const untilRejectable = (answeredAt: Date) =>
    rejectableUntil(calendar, answeredAt, settings.limits.reopenWithinWorkingDays)

  async function file(draft: CompleteDraft): Promise<FiledReport> {
    const there = await store.findByRef(draft.ref)
    if (there) return filedOf(there)
    // Apart and before: a report whose identity got lost could never be answered.
    if (draft.identity) await identities.put(draft.identity.ref, draft.identity.identity)
    const now = clock.now()
    // By the hours of the clock: the end of a window of its own would tell the second of the first filing.
    const { count } = await parts.filings.count(draft.sender, hourMs, cutToHour(now))
    const { queue, concerns } = routeReport(draft, await parts.officers(), settings)
    const receivedAt = draft.identityMode === 'anonymous' ? cutToHour(now) : now
    const event: ReportEvent = {
      id: randomId(),
      at: receivedAt,
      by: { kind: 'reporter' },
      state: 'received',
      isNews: false,
      change: { kind: 'received' },
    }
    const report: Report = withDueAt({
      ref: draft.ref,
      caseNumber: makeCaseNumber(now),
      receiptHash: draft.receiptHash,
      revision: 1,
      kind: draft.kind,
      queue,
      identityMode: draft.identityMode,
      ...(draft.identity ? { identityRef: draft.identity.ref } : {}),
      state: 'received',
      receivedAt,
      isSlowLane: count > settings.limits.reportsPerHour,
      pastHandlers: [],
      concerns,
      ...(draft.content.payment?.procedure ? { procedureCode: draft.content.payment.procedure.code } : {}),
      deadlines: deadlinesFrom(receivedAt, draft.kind),
      cycle: 1,
      hasUnread: true,
      evidenceNames: draft.content.evidence.map(({ name }) => name),
      content: draft.content,
      events: [event],
      untold: [event.id],
    })
    for (let tries = 0; tries < maxTries; tries++) {
      const caseNumber = makeCaseNumber(now)
      const inserted = await store.insert({ ...report, caseNumber })
      if (inserted === 'stored') {
        await tellOrLater(draft.ref)
        return filedOf({ ...report, caseNumber })
      }
      if (inserted === 'exists') return filedOf((await store.findByRef(draft.ref))!)
    }
    throw new AppError('STORAGE_UNAVAILABLE', 'no free case number was found', { retryable: true })
  }

  async function act(
    ref: string,
    by: Actor,
    action: ReportAction,
    { revision, eventId }: { revision?: number; eventId?: string } = {},
  ): Promise<ActedReport> {
    for (let tries = 0; tries < maxTries; tries++) {
      const report = await store.findByRef(ref)
      if (!report) return { kind: 'no-such-report' }
      const already = eventId === undefined ? undefined : report.events.find(({ id }) => id === eventId)
      if (already) return { kind: 'changed', report, event: already }
      if (revision !== undefined && report.revision !== revision) {
        return { kind: 'conflict', report, since: report.events.slice(revision - report.revision) }
      }
      const isHidden = report.identityMode === 'anonymous' && by.kind === 'reporter'
      const changed = changeReport(report, action, by, {
        now: isHidden ? cutToHour(clock.now()) : clock.now(),
        eventId: eventId ?? randomId(),
        queueFor: (kind, isAboutLeader) => queueFor(kind, isAboutLeader, settings),
        setDeadlines: deadlinesFrom,
        rejectableUntil: untilRejectable,
      })
      if (changed.kind === 'refused') return changed
      if ((await store.update(changed.report)) === 'saved') {
        await tellOrLater(ref)
        return changed
      }
    }
    throw new AppError('STORAGE_UNAVAILABLE', 'a report changes too often', { retryable: true })
  }

  async function tell(ref: string): Promise<void> {
    const report = await store.findByRef(ref)
    if (!report || report.untold.length === 0) return
    for (const event of report.events.filter(({ id }) => report.untold.includes(id))) {
      for (const listener of parts.listeners) await listener.reportChanged(report, event)
    }
    await store.markTold(ref, report.untold)
  }

  /** What is stored stays stored: whom it concerns is told later when it cannot be now. */
  async function tellOrLater(ref: string): Promise<void> {
    await tell(ref).catch((err: unknown) =>
      parts.log.warn({ err }, 'reports: a change is not told yet; the job tries again'),
    )
  }

  return {
    file,
    act,
    tell,
    find: (ref) => store.findByRef(ref),
    openByReceipt: (typed, sources) =>
      lookUpReceipt(typed, sources, {
        hasher: parts.hasher,
        throttle: parts.throttle,
        findByReceiptHash: (hash) => store.findByReceiptHash(hash),
      }),
    async tellLeftOvers(limit) {
      const refs = await store.withUntold(limit)
      for (const ref of refs) await tell(ref)
      return refs.length
    },
    rejectableUntil: untilRejectable,
  }
}

function filedOf(report: Report): FiledReport {
  return {
    caseNumber: report.caseNumber as CaseNumber,
    receivedAt: report.receivedAt,
    deadlines: report.deadlines,
    isSlowLane: report.isSlowLane,
    queue: report.queue,
  }
}

/** The minute in which somebody wrote could be compared with the minute in which a chat was used. */
const cutToHour = (at: Date): Date => new Date(Math.floor(at.getTime() / hourMs) * hourMs)

const randomId = (): string => randomBytes(12).toString('hex')
