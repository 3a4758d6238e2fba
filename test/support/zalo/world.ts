import type { Clock } from '../../../src/lib/clock.ts'
import type { Bubble } from './bubbles.ts'
import type { Account, Behaviour, OaIdentity } from './settings.ts'
import type { SentTemplate, Template } from './templates.ts'
import type { TokenOffice } from './tokens.ts'

/** All that the fake knows; the parts share it. */
export interface World {
  clock: Clock
  identity: OaIdentity
  behaviour: Behaviour
  account: Account
  tokens: TokenOffice
  people: Map<string, PersonState>
  templates: Map<string, Template>
  sentTemplates: SentTemplate[]
  ratings: Rating[]
  uploads: Map<string, Upload>
  uploadsThisMonth: Map<string, number>
  ledger: Charge[]
  /** Told to the webhook; returns when the first attempt is over. */
  emit(event: ZaloEvent): void
  nextMessageId(): string
  /** Requests of the running minute. */
  rate: { minute: number; count: number }
}

export interface PersonState {
  userId: string
  userIdByApp: string
  name: string
  phone?: string
  hasFollowed: boolean
  /** Unfollowed and silent since. */
  hasLeft: boolean
  hasChatted: boolean
  lastInteractionAt?: Date
  anonymousConversation?: string
  /** Code of openapi.zalo.me that every message to the person gets (-217, -218, -227, -244 …). */
  refusesWith?: number
  /** Code of business.openapi.zalo.me that every template gets (-118, -139, -141 …). */
  refusesTemplatesWith?: number
  isSensitive: boolean
  sharedInfo: Record<string, string>
  tags: Set<string>
  alias: string
  bubbles: Bubble[]
  /** Told of each new bubble. */
  watchers: Set<() => void>
}

export interface Rating {
  templateId: string
  messageId: string
  trackingId: string
  rate: number
  note: string
  feedbacks: string[]
  submittedAt: Date
}

export interface Upload {
  kind: 'image' | 'gif' | 'file'
  bytes: Uint8Array
  name: string
  type: string
  expiresAt: Date
}

/** What a send cost. `package`: one of the package's messages. */
export interface Charge {
  kind: 'free' | 'package' | 'paid'
  vnd: number
  what: 'consultation' | 'template-uid' | 'template-phone'
  userId: string
  messageId: string
  at: Date
}

export type ZaloEvent = { event_name: string; timestamp: string } & Record<string, unknown>

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

/** Hour of the day in Viet Nam, which knows no summer time. */
export const hourInVietnam = (at: Date) => new Date(at.getTime() + 7 * hourMs).getUTCHours()

/** `YYYY-MM-DD` in Viet Nam. */
export const dayInVietnam = (at: Date) => new Date(at.getTime() + 7 * hourMs).toISOString().slice(0, 10)

export const codePoints = (text: string) => [...text].length
