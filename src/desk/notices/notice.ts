import type { ContactKind } from '../officer.ts'

/** What an officer is told of. The words stand in `data/texts/notices.yaml`; none of them holds what a report says. */
export const noticeKinds = [
  /** A report came in. */
  'received',
  /** It has no handler, or one who may not see it any more. */
  'needs-handler',
  'assigned',
  'reporter-wrote',
  'reopened',
  'reminder',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

export type Notice = ReportNotice | DigestNotice

interface AnyNotice {
  /** `<id of the event, reminder or digest>:<officer id>`: telling twice stores once. */
  id: string
  officerId: string
  at: Date
  readAt?: Date
  delivery: NoticeDelivery
}

/** Something happened to a report. */
export interface ReportNotice extends AnyNotice {
  kind: NoticeKind
  reportRef: string
  caseNumber: string
  /** Of a reminder: which clock, and how much of its time had passed. */
  reminder?: { clock: string; percent: number }
}

/** What waits or what came of a stretch of time, in counts. */
export interface DigestNotice extends AnyNotice {
  kind: 'digest'
  digest: Digest
}

export interface Digest {
  /** For whom it is made: every officer in the morning, leaders once a week, administrators when Zalo needs consent. */
  of: 'morning' | 'week' | 'zalo'
  /** The day in Viet Nam on which it is news. */
  day: string
  /** In the words of `data/texts/notices.yaml`; counts and figures, nothing of any case. */
  lines: readonly string[]
}

/** Besides the page of the desk, where every notice stands. */
export type NoticeDelivery =
  /** The officer has no contact, or the installation no way to it. */
  | { kind: 'in-app' }
  | { kind: 'waiting'; attempts: number; nextAt: Date; lastFault?: DeliveryFault }
  | { kind: 'sent'; by: ContactKind; at: Date }
  | { kind: 'failed'; by: ContactKind; at: Date; fault: DeliveryFault }

/** Constant words; what a server answered may hold addresses. */
export type DeliveryFault =
  /** No answer, or a temporary no. */
  | 'unreachable'
  /** The server will not take it for this address. */
  | 'refused'
  /** Our name or password was refused, or its certificate is wrong. */
  | 'not-allowed'

/** Port; the Mongo one is `storage/notice-store.ts`. */
export interface NoticeStore {
  /** Stores those whose id is not there yet; gives how many. */
  add(notices: readonly Notice[]): Promise<number>
  /** Unread ones first, then the newest. */
  listOf(officerId: string, limit: number): Promise<Notice[]>
  /** @param ids without them all of the officer's */
  markRead(officerId: string, at: Date, ids?: readonly string[]): Promise<void>
  find(id: string): Promise<Notice | undefined>

  /** Takes one that is to be sent by `now` and keeps it from others until `until`, counting one attempt. */
  takeDue(now: Date, until: Date): Promise<Notice | undefined>
  settle(id: string, delivery: NoticeDelivery): Promise<void>

  /** @param officerIds without them everybody's */
  removeOf(reportRef: string, officerIds?: readonly string[]): Promise<void>
}
