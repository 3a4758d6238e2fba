/** What the page about Zalo shows; counts and states, and nobody in particular. */
export interface ZaloView {
  token:
    | { kind: 'never-given' }
    | { kind: 'working' | 'ending'; daysLeft: number }
    | { kind: 'failing'; since: Date; daysLeft: number }
    | { kind: 'lost'; since: Date }
  /** Undefined when Zalo did not answer. */
  account?: {
    isVerified?: boolean
    packageName?: string
    packageEnds?: string
    hasMoneyAccount?: boolean
    chatQuota?: { total: number; left: number }
    templateQuota?: { total: number; left: number }
  }
  /** What stands still. */
  stops: { what: 'all' | 'paid' | 'buttons'; reason: string; since: Date; until: Date }[]
  /** "2026-11" */
  month: string
  /** `dong`: of one message; null where the office has not set it. */
  sends: { kind: ZaloSendKind; count: number; dong: number | null }[]
  /** People by what a message to them would be now. `closing`: free for less than six hours more. */
  people: { free: number; closing: number; billed: number; closed: number; unreachable: number }
  /** False: more people than are counted on one page. */
  isWhole: boolean
  /** Messages that wait for their person to write again. */
  kept: { messages: number; conversations: number }
}

export type ZaloSendKind =
  | 'free'
  | 'paid'
  | 'template-user'
  | 'template-phone'
  | 'rating-user'
  | 'rating-phone'
