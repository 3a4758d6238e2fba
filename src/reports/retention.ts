import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import type { EvidenceStore } from './evidence/evidence.ts'
import type { Report, ReportChange, ReporterIdentity } from './report.ts'
import type { IdentityStore, NoteStore, ReportStore } from './report-store.ts'

/** Why something was erased; stands in the audit. */
export const erasureReasons = ['retention', 'request', 'mistake', 'legal'] as const
export type ErasureReason = (typeof erasureReasons)[number]

export type Erased =
  | { kind: 'erased'; caseNumber: string }
  /** Only what is closed may be erased: an open report is still somebody's matter. */
  | { kind: 'not-closed' }
  | { kind: 'erased-before' }
  | { kind: 'no-such-report' }

export interface ErasureParts {
  store: ReportStore
  identities: Pick<IdentityStore, 'get' | 'remove'>
  notes: Pick<NoteStore, 'removeOf'>
  evidence: Pick<EvidenceStore, 'remove'>
  /** Takes back what was to be told to the reporter and has not left yet. */
  withdrawNews(report: Report, conversation: ReporterIdentity['conversation']): Promise<void>
  /** What officers were told of it. */
  notices: { removeOf(reportRef: string): Promise<void> }
  /** Written down before anything is gone. */
  audit: { erasing(caseNumber: string, reason: ErasureReason): Promise<void> }
  clock: Clock
}

export interface Erasure {
  erase(ref: string, reason: ErasureReason): Promise<Erased>
  /** Refs of those that were closed so many days ago. */
  due(days: number, now: Date, limit: number): Promise<string[]>
}

const dayMs = 86_400_000
const maxTries = 20

export function createErasure(parts: ErasureParts): Erasure {
  const { store, identities, notes, evidence, notices, audit, clock } = parts

  return {
    due: (days, now, limit) => store.closedBefore(new Date(now.getTime() - days * dayMs), limit),

    /** The report itself last: a crash leaves it as one that is still to be erased. */
    async erase(ref, reason) {
      for (let tries = 0; tries < maxTries; tries++) {
        const report = await store.findByRef(ref)
        if (!report) return { kind: 'no-such-report' }
        if (report.erasedAt) return { kind: 'erased-before' }
        if (report.state !== 'closed') return { kind: 'not-closed' }
        if (tries === 0) await audit.erasing(report.caseNumber, reason)
        for (const name of report.evidenceNames) await evidence.remove(name)
        await notes.removeOf(ref)
        await notices.removeOf(ref)
        const reporter = report.identityRef && (await identities.get(report.identityRef))
        if (reporter) await parts.withdrawNews(report, reporter.conversation)
        if (report.identityRef !== undefined) await identities.remove(report.identityRef)
        const erased = withoutWords(report, clock.now())
        if ((await store.update(erased)) === 'saved') return { kind: 'erased', caseNumber: report.caseNumber }
      }
      throw new AppError('STORAGE_UNAVAILABLE', 'a report changes while it is erased', { retryable: true })
    },
  }
}

/**
 * What figures need stays: kind, times, deadlines, outcome, who handled it. Whom it was about stays too, by random id, so
 * that they see it as little as before. The receipt opens nothing any more.
 */
export function withoutWords(report: Report, erasedAt: Date): Report {
  const { identityRef: _identity, joinedTo: _joined, ...kept } = report
  return {
    ...kept,
    revision: report.revision + 1,
    receiptHash: `erased:${report.ref}`,
    hasUnread: false,
    evidenceNames: [],
    content: { story: '', evidence: [] },
    events: report.events.map((event) => ({ ...event, change: withoutText(event.change) })),
    untold: [],
    erasedAt,
  }
}

function withoutText(change: ReportChange): ReportChange {
  switch (change.kind) {
    case 'asked':
    case 'told':
      return { ...change, text: '' }
    case 'answered':
      return { ...change, text: '' }
    case 'reporter-wrote':
      return { ...change, text: '', evidence: [] }
    case 'forwarded':
      return { ...change, to: '', reason: '' }
    case 'reclassified':
    case 'reopened':
    case 'concern-marked':
      return { ...change, reason: '' }
    case 'closed':
      return { kind: change.kind, because: change.because }
    case 'joined':
      return { ...change, caseNumber: '' }
    case 'received':
    case 'assigned':
    case 'started':
    case 'deadlines-set':
      return change
  }
}
