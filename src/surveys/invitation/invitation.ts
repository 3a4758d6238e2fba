import type { Answer } from '../index/form.ts'
import type { Assignment } from '../rotation.ts'
import type { InvitationPlan } from './plan-invitation.ts'
import type { ReminderHalf } from './plan-reminder.ts'
import type { SurveyResponse } from './record-answer.ts'

export type InvitedChannel = 'web' | 'telegram' | 'zalo'

/** The chat to which an invitation goes. */
export interface InvitedConversation {
  /** Its name in the database; the same for the same person on the same channel. */
  key: string
  channel: InvitedChannel
  conversationId: string
}

/** What the service was about; nothing of it names a person. */
export interface ServiceFacts {
  procedureCode?: string
  field?: string
  unit?: string
}

export interface QuestionnaireVersion {
  id: string
  version: number
}

/** One dossier of one person, from the hand-over to the end of the poll. */
export interface Invitation {
  id: string
  /** `responseToken` of the dossier: one invitation a dossier, and no way back to it. */
  token: string
  facts: ServiceFacts
  handedOverAt: Date
  /** Absent once the poll is over: nothing leads from the answers to the chat any more. */
  conversation?: InvitedConversation
  stage: InvitationStage
}

export type InvitationStage =
  | { kind: 'planned'; dueAt: Date }
  | { kind: 'never'; reason: NeverReason }
  | ({ kind: 'sent' } & SentInvitation)

export type NeverReason = Extract<InvitationPlan, { kind: 'never' }>['reason']

export interface SentInvitation {
  questionnaire: QuestionnaireVersion
  /** Questionnaire and seed: the numbers of a series have no gaps. */
  series: string
  number: number
  assignment: Assignment
  half: ReminderHalf
  sentAt: Date
  expiresAt: Date
  remindedAt?: Date
  isUndelivered?: boolean
}

export type PollAnswer = Answer | string

/** What one dossier brought. */
export interface StoredResponse {
  token: string
  response: SurveyResponse<PollAnswer>
  comments: readonly string[]
}

/** Typed in by staff for somebody ("nhập hộ"): counted and shown, never part of an index. */
export interface AssistedEntry {
  token: string
  questionnaire: QuestionnaireVersion
  facts: ServiceFacts
  /** The day in Viet Nam. */
  day: string
  answers: readonly { item: string; answer: Answer }[]
}
