import type { CampaignSwitchStore } from '../campaign-switch.ts'
import type { Questionnaire } from '../questionnaire.ts'
import type {
  AssistedEntry,
  Invitation,
  InvitedChannel,
  NeverReason,
  SentInvitation,
  StoredResponse,
} from './invitation.ts'
import type { SurveyResponse } from './record-answer.ts'

/**
 * Port; the Mongo one is `storage/survey-store.ts`. Every change is one guarded write of one document, so each method may
 * be called again after a crash, and by two processes at once.
 */
export interface InvitationStore {
  /** False: the dossier has an invitation already. */
  add(invitation: Invitation): Promise<boolean>
  find(id: string): Promise<Invitation | undefined>
  /** Planned and due on that channel, the longest waiting first. */
  due(channel: InvitedChannel, now: Date, limit: number): Promise<Invitation[]>
  postpone(id: string, at: Date): Promise<void>
  giveUp(id: string, reason: NeverReason): Promise<void>
  /** Gives up as too late what is due and was handed over before that instant. */
  giveUpOld(now: Date, handedOverBefore: Date): Promise<void>
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
  reminderDue(channel: InvitedChannel, now: Date, limit: number): Promise<Invitation[]>
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
  /**
   * What the person answered. Inserts at revision 0, else replaces that revision only; false when another write was
   * faster. Takes the place of what staff typed in.
   *
   * @param msAfterHandOver of the first answer; kept at revision 0, coarsely, where it was hasty
   */
  save(
    token: string,
    revision: number,
    response: SurveyResponse<unknown>,
    msAfterHandOver?: number,
  ): Promise<boolean>
  /** Kept beside the answers, sealed; the same `tapId` again changes nothing. */
  addComment(token: string, comment: { text: string; at: Date; tapId: string }): Promise<void>
  /** False: there is a response about this dossier already. */
  addAssisted(entry: AssistedEntry): Promise<boolean>
  /** Times are cut to the hour, ids of messages dropped. */
  coarsen(token: string): Promise<void>
  /** Comments alone; the answers stay, for figures are made of them. Says of how many responses. */
  eraseCommentsBefore(instant: Date): Promise<number>
  /** How many responses hold a comment that `eraseCommentsBefore` would erase. */
  commentedBefore(instant: Date): Promise<number>
}

/** What is known of a person as somebody to be asked; forgotten when it no longer matters. */
export interface ContactStore {
  find(key: string): Promise<{ lastInvitedAt?: Date; hasOptedOut: boolean } | undefined>
  /** Takes the right to invite: false when the person opted out or was invited after `notSince` about something else. */
  claim(key: string, invitation: string, times: { now: Date; notSince: Date }): Promise<boolean>
  /** The poll that was begun last and is not over, as long as it is not released. */
  openInvitation(key: string): Promise<string | undefined>
  optOut(key: string, at: Date): Promise<void>
  optIn(key: string): Promise<void>
  /** The poll is over: nothing leads from the contact to it any more. */
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
  switches: CampaignSwitchStore
}
