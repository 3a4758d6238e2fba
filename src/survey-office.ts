import type { PollTalkParts } from './conversation/dialogs/poll/poll-talk-parts.ts'
import { createInvitationSender, isInvitationMessage } from './conversation/dialogs/poll/send-invitation.ts'
import type { ConversationStore } from './conversation/turn/conversation.ts'
import { type ConversationNames, createMessageNames } from './conversation/turn/names.ts'
import type { DossierCode } from './dossiers/dossier-code.ts'
import type { HandedOver, OnHandedOver } from './dossiers/dossier-links.ts'
import { dispatchPolls } from './jobs/dispatch-polls.ts'
import { expirePolls } from './jobs/expire-polls.ts'
import type { Job } from './jobs/job.ts'
import { remindPolls } from './jobs/remind-polls.ts'
import type { Clock } from './lib/clock.ts'
import { AppError } from './lib/errors.ts'
import type { KeyRing } from './lib/key-ring.ts'
import { dayOf, instantAt } from './lib/working-days/day.ts'
import type { SurveyContentFiles } from './survey-content.ts'
import type { CampaignSwitchStore } from './surveys/campaign-switch.ts'
import type { InvitedChannel } from './surveys/invitation/invitation.ts'
import type { SurveyStores } from './surveys/invitation/invitation-store.ts'
import { responseKeyPurpose, responseToken } from './surveys/invitation/response-token.ts'
import type { LowScoreCounter } from './surveys/low-score-counts.ts'
import { createSurveys, type Surveys } from './surveys/surveys.ts'

/** Everything that asks people after a service. */
export interface SurveyOffice {
  /** For the dialogs. */
  talk: PollTalkParts
  jobs: Job[]
  surveys: Surveys
  switches: CampaignSwitchStore
  /** Name of a dossier's response; one-way. */
  tokenOf(code: DossierCode): string
  /** For the dossiers: a linked dossier was handed over. */
  onHandedOver: OnHandedOver
}

/**
 * After the indexes are made.
 *
 * @throws {AppError} CONTENT_INVALID when a questionnaire was edited without a new version
 */
export async function openSurveyOffice(parts: {
  stores: SurveyStores
  keyRing: KeyRing
  conversations: ConversationStore
  nameOf: ConversationNames
  content: SurveyContentFiles
  lowScores: LowScoreCounter
  agencyName: string
  /** Those that run; nobody is asked on another one. */
  channels: readonly { name: InvitedChannel; limits: { perSecond: number } }[]
  clock: Clock
}): Promise<SurveyOffice> {
  const { stores, keyRing, conversations, nameOf, content, agencyName, clock } = parts
  const { settings, inUse, pollTexts: texts } = content
  if ((await stores.questionnaires.keep(inUse)) === 'edited') {
    const { id, version } = inUse
    throw new AppError('CONTENT_INVALID', content.texts.say('survey.check.edited', { id, version }))
  }
  const surveys = createSurveys({ stores, settings, inUse, clock })
  const secret = keyRing.deriveKey('poll messages')
  const send = createInvitationSender({ conversations, agencyName, texts, secret, clock })

  const channels = parts.channels.map(({ name, limits }) => ({
    name,
    perSecond: limits.perSecond,
    waiting: (atMost: number) => conversations.countWaiting(name, atMost),
  }))
  const responseKey = keyRing.deriveKey(responseKeyPurpose)

  return {
    surveys,
    switches: stores.switches,
    tokenOf: (code) => responseToken(responseKey, code),
    talk: {
      surveys,
      lowScores: parts.lowScores,
      changeWithinHours: settings.asking.changeWithinHours,
      nameOf,
      tapIdOf: createMessageNames(keyRing.deriveKey('poll taps')),
      readWords: content.readWords,
      texts,
      surveyTexts: content.texts,
      clock,
    },
    jobs: [
      dispatchPolls(surveys, send, channels),
      remindPolls(surveys, send, channels),
      expirePolls({
        surveys,
        invitations: stores.invitations,
        conversations,
        isInvitation: isInvitationMessage,
      }),
    ],
    async onHandedOver(handedOver) {
      const keyed = handedOver.conversations.map(({ channel, conversationId }) => ({
        key: nameOf({ channel, conversationId }),
        channel,
        conversationId,
      }))
      // One invitation a dossier, so one chat: the first that may be asked.
      const contacts = await Promise.all(keyed.map(({ key }) => stores.contacts.find(key)))
      const conversation = keyed.find((_, index) => !contacts[index]?.hasOptedOut) ?? keyed[0]
      if (!conversation) return
      const { dossierToken, procedureCode, field, unit } = handedOver
      await surveys.invite({
        dossierToken,
        conversation,
        at: handedOverAt(handedOver),
        ...(procedureCode ? { procedureCode } : {}),
        ...(field ? { field } : {}),
        ...(unit ? { unit } : {}),
      })
    },
  }
}

/** Records know the day only. Heard of later, it was by the end of that day: nobody is asked about a result of long ago. */
function handedOverAt({ returnedDay, toldAt }: HandedOver): Date {
  return returnedDay === undefined || returnedDay >= dayOf(toldAt) ? toldAt : instantAt(returnedDay, '24:00')
}
