import type { ReportScope } from './case/access.ts'
import type {
  InternalNote,
  Report,
  ReporterIdentity,
  ReportKind,
  ReportState,
  ReportSummary,
} from './report.ts'

/**
 * Port; the Mongo one is `storage/report-store.ts`, which seals and opens. A record that does not open (another key, a
 * changed byte) is an error, never an empty text.
 */
export interface ReportStore {
  /** `exists`: a report with this `ref` is there already, and this one was not stored. */
  insert(report: Report): Promise<'stored' | 'exists' | 'case-number-taken'>
  findByRef(ref: string): Promise<Report | undefined>
  findByCaseNumber(caseNumber: string): Promise<Report | undefined>
  findByReceiptHash(hash: string): Promise<Report | undefined>
  /** Replaces it if it is still at `report.revision - 1`. */
  update(report: Report): Promise<'saved' | 'conflict'>

  /**
   * What `scope` lets somebody see: open ones first, of them those of the slow lane last, then by time left, those
   * without a deadline first.
   */
  list(
    scope: ReportScope,
    filter: ReportFilter,
    page: { skip: number; limit: number },
  ): Promise<ReportSummary[]>
  count(scope: ReportScope, filter: ReportFilter): Promise<number>
  /** Received in [from, to), oldest first; for figures. */
  receivedBetween(scope: ReportScope, from: Date, to: Date): AsyncIterable<ReportSummary>
  /** Open reports with a deadline, for reminders; and those whose deadline could not be set. */
  openReports(): AsyncIterable<ReportSummary>
  /** Answered or forwarded before `before` and not closed. */
  answeredBefore(before: Date, limit: number): Promise<string[]>
  /** Refs of reports with events that listeners have not been told of. */
  withUntold(limit: number): Promise<string[]>
  markTold(ref: string, eventIds: readonly string[]): Promise<void>
  /**
   * Other reports of one kind received since `since` and seen by `scope`, newest first, to look for similar ones: those
   * about the same procedure or unit if there are any, else all.
   */
  similarTo(report: ReportSummary, scope: ReportScope, since: Date, limit: number): Promise<Report[]>
  /** Every name of an evidence file that a report holds. */
  holdsEvidence(name: string): Promise<boolean>
  /** Refs of reports that were closed before `before` and not erased, the longest closed first. */
  closedBefore(before: Date, limit: number): Promise<string[]>
}

/** Every part that is given must hold. */
export interface ReportFilter {
  /** `open`: not answered, forwarded or closed. */
  states?: readonly ReportState[] | 'open'
  kind?: ReportKind
  /** Officer id. */
  assignee?: string
  unit?: string
  isUnassigned?: boolean
  hasUnread?: boolean
  /** Its deadline has passed at this time. */
  dueBefore?: Date
  /** Whole, or its beginning. */
  caseNumber?: string
  procedureCode?: string
}

/** Port; identities stand in a collection of their own, sealed. */
export interface IdentityStore {
  /** Storing the same reference again changes nothing. */
  put(identityRef: string, identity: ReporterIdentity): Promise<void>
  get(identityRef: string): Promise<ReporterIdentity | undefined>
  remove(identityRef: string): Promise<void>
  /** Whoever reported from this conversation: their reports stay, without them. Reads every identity. */
  removeOf(conversation: ReporterIdentity['conversation']): Promise<void>
}

/** Port; notes stand in a collection of their own, sealed. Nothing that sends messages is handed this store. */
export interface NoteStore {
  add(note: InternalNote): Promise<void>
  /** Oldest first. */
  listOf(reportRef: string): Promise<InternalNote[]>
  removeOf(reportRef: string): Promise<void>
}
