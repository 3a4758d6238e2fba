import type { Questionnaire } from '../questionnaire.ts'
import type { AssistedEntry, Invitation, NeverReason, SentInvitation, StoredResponse } from './invitation.ts'
import type { SurveyResponse } from './record-answer.ts'

/**
 * Port; the Mongo one is `storage/survey-store.ts`. Every change is one guarded write of one document, so each method may
 * be called again after a crash, and by two processes at once.
 */
export interface InvitationStore {
  /** False: the dossier has an invitation already. */
  add(invitation: Invitation): Promise<boolean>
  find(id: string): Promise<Invitation | undefined>
  /** Planned and due, the longest waiting first. */
  due(now: Date, limit: number): Promise<Invitation[]>
  postpone(id: string, at: Date): Promise<void>
  giveUp(id: string, reason: NeverReason): Promise<void>
  /** One more than the highest number of the series; 0 for the first. */
  nextNumber(series: string): Promise<number>
  /** `number-taken`: another process was faster, take the next · `gone`: it is no longer planned. */
  markSent(
    id: string,
    sent: SentInvitation,
    reminderAt: Date | undefined,
  ): Promise<'sent' | 'number-taken' | 'gone'>
  /** Sent, but not known to stand in the outbox. */
  unqueued(limit: number): Promise<Invitation[]>
  markQueued(id: string, messageId: string): Promise<void>
  markUndelivered(messageId: string): Promise<void>
  reminderDue(now: Date, limit: number): Promise<Invitation[]>
  remindLater(id: string, at: Date): Promise<void>
  /** @param remindedAt absent: it will not be reminded */
  endReminder(id: string, remindedAt?: Date): Promise<void>
  /** Nothing can change after `at` any more; moves an expiry forward, never back. */
  closeBy(id: string, at: Date): Promise<void>
  closable(now: Date, limit: number): Promise<Invitation[]>
  /** Drops the chat and everything that leads to it; times are cut to the hour. */
  close(id: string): Promise<void>
}

export interface ResponseStore {
  find(token: string): Promise<(StoredResponse & { revision: number; isAssisted: boolean }) | undefined>
  /** Inserts at revision 0, else replaces that revision only; false when another write was faster. */
  save(token: string, revision: number, response: SurveyResponse<unknown>): Promise<boolean>
  /** Kept beside the answers, sealed; the same `tapId` again changes nothing. */
  addComment(token: string, comment: { text: string; at: Date; tapId: string }): Promise<void>
  /** False: there is a response about this dossier already. */
  addAssisted(entry: AssistedEntry): Promise<boolean>
  /** Times are cut to the hour, ids of messages dropped. */
  coarsen(token: string): Promise<void>
}

/** What is known of a person as somebody to be asked; forgotten when it no longer matters. */
export interface ContactStore {
  find(key: string): Promise<{ lastInvitedAt?: Date; hasOptedOut: boolean } | undefined>
  /** Takes the right to invite: false when the person opted out or was invited after `notSince` about something else. */
  claim(key: string, invitation: string, times: { now: Date; notSince: Date }): Promise<boolean>
  optOut(key: string, at: Date): Promise<void>
  optIn(key: string): Promise<void>
  /** The poll is over: the contact no longer names it. */
  release(key: string, invitation: string): Promise<void>
  /** Who was last invited before and has not opted out. */
  forgetBefore(instant: Date): Promise<void>
}

export interface QuestionnaireStore {
  /** `edited`: stored before under the same id and version with other words. */
  keep(questionnaire: Questionnaire): Promise<'kept' | 'same' | 'edited'>
  find(id: string, version: number): Promise<Questionnaire | undefined>
}

export interface SurveyStores {
  invitations: InvitationStore
  responses: ResponseStore
  contacts: ContactStore
  questionnaires: QuestionnaireStore
}
