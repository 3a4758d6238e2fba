import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import { createAsking } from './ask-people.ts'
import type {
  AssistedEntry,
  Invitation,
  InvitedChannel,
  InvitedConversation,
  SentInvitation,
} from './invitation/invitation.ts'
import type { SurveyStores } from './invitation/invitation-store.ts'
import type { TapRefusal } from './invitation/judge-tap.ts'
import type { InvitationPlan } from './invitation/plan-invitation.ts'
import type { Questionnaire } from './questionnaire.ts'
import type { SurveySettings } from './survey-settings.ts'
import { createAnswerTaking } from './take-answers.ts'

/** A result that reached a person whose chat is known. */
export interface HandedOverDossier {
  /** `responseToken` of the dossier. */
  dossierToken: string
  conversation: InvitedConversation
  procedureCode?: string
  field?: string
  unit?: string
  at: Date
}

export interface PollTap {
  choice: string
  /** Name of the conversation in which it was tapped. */
  conversation: string
  /** Names the tap for ever; the same when its turn is run again. */
  tapId: string
  at: Date
}

export interface OpenQuestion {
  invitation: string
  questionnaire: Questionnaire
  question: string
  askedAt: Date
}

export type TapOutcome =
  | {
      kind: 'stored'
      invitation: string
      questionnaire: Questionnaire
      /** Asked of this person and not answered yet. */
      next?: string
      offersReport: boolean
      /** It was stored before: the same answer, or the same tap once more. */
      isRepeat: boolean
    }
  | { kind: 'refused'; reason: TapRefusal | 'too-late' }
  | { kind: 'opted-out' }
  | { kind: 'not-a-tap' }

/** An invitation on its way out, with what it asks. */
export interface OutgoingInvitation {
  invitation: Invitation & { conversation: InvitedConversation; stage: SentInvitation & { kind: 'sent' } }
  questionnaire: Questionnaire
}

/** Hands a message to the outbox, once however often it is called; returns the message's id. */
export type SendInvitation = (
  outgoing: OutgoingInvitation,
  kind: 'invitation' | 'reminder',
) => Promise<string>

export interface SendOptions {
  channel: InvitedChannel
  limit: number
  signal: AbortSignal
}

/** Polls from the hand-over of a result to the end of the answering. */
export interface Surveys {
  /** Call it for every linked dossier that was handed over; a repeat changes nothing. */
  invite(handedOver: HandedOverDossier): Promise<InvitationPlan>
  /**
   * Sends what is due on one channel, `limit` at most; may be stopped, repeated and run twice at once. Says how many
   * were asked. While the campaign is paused nothing is sent: what is due waits.
   */
  dispatch(send: SendInvitation, options: SendOptions): Promise<number>
  remind(send: SendInvitation, options: SendOptions): Promise<number>
  /**
   * Ends polls: the chat is forgotten, times are cut to the hour. Gives up those that waited too long, in a pause too.
   */
  close(options: { limit: number; signal: AbortSignal }): Promise<number>
  tap(tap: PollTap): Promise<TapOutcome>
  /**
   * The question of the index that waits for an answer in this conversation, and when it was asked last; undefined when
   * nothing waits or what waits is outside the index.
   */
  openQuestion(conversation: string): Promise<OpenQuestion | undefined>
  /** False: there is nothing of this conversation to comment on. */
  comment(comment: {
    invitation: string
    conversation: string
    text: string
    tapId: string
    at: Date
  }): Promise<boolean>
  mayComment(invitation: string, conversation: string): Promise<boolean>
  optOut(conversation: string): Promise<void>
  /** Invited within the days between two invitations, and willing. */
  wasAskedLately(conversation: string): Promise<boolean>
  optIn(conversation: string): Promise<void>
  /** `isStored` false: the dossier has a response already. */
  enterForSomebody(entry: Omit<AssistedEntry, 'questionnaire'>): Promise<{ isStored: boolean }>
}

export interface SurveyParts {
  stores: SurveyStores
  settings: SurveySettings
  /** The one that is asked now. */
  inUse: Questionnaire
  clock: Clock
}

export function createSurveys(parts: SurveyParts): Surveys {
  const { stores, inUse } = parts

  async function questionnaireOf({ id, version }: { id: string; version: number }): Promise<Questionnaire> {
    if (inUse.id === id && inUse.version === version) return inUse
    const found = await stores.questionnaires.find(id, version)
    if (!found)
      throw new AppError('CONTENT_INVALID', `the questionnaire ${id} version ${version} is not stored`)
    return found
  }

  return { ...createAsking(parts, questionnaireOf), ...createAnswerTaking(parts, questionnaireOf) }
}

/** Of whatever version was asked, so that an old poll is finished in its own words. */
export type FindQuestionnaire = (version: { id: string; version: number }) => Promise<Questionnaire>
