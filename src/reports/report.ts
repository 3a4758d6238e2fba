import type { Coordinates } from '../lib/coordinates.ts'
import type { Deadline } from './deadline.ts'
import type { KeptEvidence } from './evidence/keep-evidence.ts'

/**
 * What a citizen can report: an opinion on the service (góp ý), delay or trouble (chậm trễ, phiền hà), money asked for
 * outside the rules (đòi tiền ngoài quy định). A complaint or denunciation in law is none of them: it needs a paper.
 */
export const reportKinds = ['feedback', 'delay', 'informal-payment'] as const
export type ReportKind = (typeof reportKinds)[number]

/** Có danh · yêu cầu giữ bí mật · ẩn danh. */
export const identityModes = ['named', 'confidential', 'anonymous'] as const
export type IdentityMode = (typeof identityModes)[number]

/** `general`: every officer of intake · `restricted`: only who may open it · `outside`: about leaders, for another body. */
export const reportQueues = ['general', 'restricted', 'outside'] as const
export type ReportQueue = (typeof reportQueues)[number]

export const reportStates = [
  'received',
  'assigned',
  'in-progress',
  'waiting-for-reporter',
  'answered',
  'forwarded',
  'closed',
] as const
export type ReportState = (typeof reportStates)[number]

/** What the check found: đúng · không đúng · bịa đặt · chưa xác định. */
export const reportOutcomes = ['substantiated', 'unsubstantiated', 'malicious', 'undetermined'] as const
export type ReportOutcome = (typeof reportOutcomes)[number]

/** What the reporter told. Sealed at rest as one record. */
export interface ReportContent {
  story: string
  place?: string
  /** Sent from the reporter's telephone, who agreed to it being kept. */
  location?: Coordinates
  /** In the reporter's words: "sáng thứ Hai tuần trước". */
  happenedWhen?: string
  /** Unit or person concerned, in the reporter's words. */
  people?: string
  payment?: Payment
  evidence: KeptEvidence[]
}

/** What an informal-payment report adds (features row 45). Amounts in đồng. */
export interface Payment {
  procedure?: { code: string; name: string }
  askedVnd?: number
  isApproximate?: boolean
  /** The published fee as it was when the report was filed, with its source, in words; absent when none is known. */
  publishedFee?: string
  /** Asked minus the nearest published amount; absent when there is none to compare with. */
  differenceVnd?: number
  receiptGiven?: 'yes' | 'no'
  counter?: string
}

/** Who reported; stands apart from the report, sealed, under a random reference. Never for anonymous reports. */
export interface ReporterIdentity {
  name: string
  phone?: string
  address?: string
  /** Where news go. */
  conversation: { channel: 'web' | 'telegram' | 'zalo'; conversationId: string }
}

export type Actor = { kind: 'officer'; officerId: string } | { kind: 'reporter' } | { kind: 'system' }

export type ClosingReason = 'reporter-satisfied' | 'silence' | 'officer'

/** One thing that happened to a report. Sealed at rest, but for its `kind`. */
export type ReportChange =
  | { kind: 'received' }
  | { kind: 'assigned'; to: string; from?: string }
  | { kind: 'started' }
  /** A question to the reporter; the report waits for them. */
  | { kind: 'asked'; text: string }
  /** A message to the reporter that changes nothing else. */
  | { kind: 'told'; text: string }
  | { kind: 'reporter-wrote'; text: string; evidence: KeptEvidence[] }
  | { kind: 'answered'; text: string; outcome: ReportOutcome }
  | { kind: 'forwarded'; to: string; reason: string }
  | { kind: 'reclassified'; from: ReportKind; to: ReportKind; reason: string }
  | { kind: 'concern-marked'; officers: string[]; units: string[]; reason: string }
  | { kind: 'joined'; caseNumber: string }
  | { kind: 'closed'; because: ClosingReason; reason?: string }
  | { kind: 'reopened'; reason: string }
  /** Set later than planned, because the table of days off was entered only then. */
  | { kind: 'deadlines-set' }
export type ReportChangeKind = ReportChange['kind']

export interface ReportEvent {
  /** Random; names the event in the outbox and in notices. */
  id: string
  at: Date
  by: Actor
  /** Of the report after it. */
  state: ReportState
  /** Whether the reporter hears of it: everything addressed to them and every change of state (features row 39). */
  isNews: boolean
  change: ReportChange
}

/** What is timed: sort the report, pass it on if it is another body's, answer it. */
export interface ReportDeadlines {
  classify?: Deadline
  forward?: Deadline
  answer?: Deadline
  /** The table of days off of this year is lacking, so that something above could not be set. */
  missingYear?: number
}

/**
 * A report and its whole history: one record, so that every change is one guarded write. What people wrote (`content`,
 * the changes of `events`) is sealed at rest.
 */
export interface Report {
  /** Random; opens nothing and is shown to nobody. */
  ref: string
  /** What officers and letters call it. */
  caseNumber: string
  receiptHash: string
  /** Grows with each change. */
  revision: number
  kind: ReportKind
  queue: ReportQueue
  identityMode: IdentityMode
  /** Names the record of the identity. */
  identityRef?: string
  state: ReportState
  /** Of an anonymous report cut to the hour. */
  receivedAt: Date
  /** Filed beyond the number that one sender may file in an hour: worked on after the others. */
  isSlowLane: boolean
  /** Officer id of the handler. */
  assignee?: string
  /** Of the handler. */
  unit?: string
  /** Officer ids; after a reopening another handler must be found. */
  pastHandlers: string[]
  /** Officers (by id) and units (by name) that it is about: they never see it. */
  concerns: { officers: string[]; units: string[] }
  procedureCode?: string
  deadlines: ReportDeadlines
  /** The nearest deadline that is still to be met. */
  dueAt?: Date
  /** 1; 2 after it was reopened. */
  cycle: 1 | 2
  answeredAt?: Date
  forwardedAt?: Date
  closedAt?: Date
  closedBecause?: ClosingReason
  reopenedAt?: Date
  outcome?: ReportOutcome
  /** First answer and its deadline, kept when it is reopened: figures count both. */
  firstAnswer?: { answeredAt?: Date; dueAt?: Date }
  /** The reporter wrote since an officer last changed it. */
  hasUnread: boolean
  /** Of the report that leads a group of similar ones. */
  joinedTo?: string
  /** Names of its files in the evidence store, those of later messages too. */
  evidenceNames: string[]
  content: ReportContent
  events: ReportEvent[]
  /** Ids of events that listeners have not been told of yet. */
  untold: string[]
  /** Since then nothing of it is left but what figures need (`retention.ts`). */
  erasedAt?: Date
}

/** A report without what people wrote: what lists and figures need. */
export type ReportSummary = Omit<Report, 'content' | 'events'>

/** Words of an officer for officers. Another record and another type than anything that is sent (features row 69). */
export interface InternalNote {
  id: string
  reportRef: string
  officerId: string
  at: Date
  text: string
}

export const isOpen = (state: ReportState): boolean =>
  state !== 'answered' && state !== 'forwarded' && state !== 'closed'
