import type { Clock } from '../../../lib/clock.ts'
import type { LowScoreCounter } from '../../../surveys/low-score-counts.ts'
import type { SurveyTexts } from '../../../surveys/survey-texts.ts'
import type { Surveys } from '../../../surveys/surveys.ts'
import type { ConversationNames } from '../../turn/names.ts'
import type { DialogContext } from '../dialog-context.ts'
import type { PollTexts } from './poll-texts.ts'
import type { ReadPollWords } from './poll-words.ts'

/** What the talk about polls needs. An installation without keys has none of it and asks nobody. */
export interface PollTalkParts {
  surveys: Pick<
    Surveys,
    'tap' | 'openQuestion' | 'comment' | 'mayComment' | 'optOut' | 'optIn' | 'wasAskedLately'
  >
  changeWithinHours: number
  lowScores: Pick<LowScoreCounter, 'count'>
  nameOf: ConversationNames
  /** Names a message of a platform without telling it. */
  tapIdOf: (message: { channel: 'web' | 'telegram' | 'zalo'; messageId: string }) => string
  readWords: ReadPollWords
  texts: PollTexts
  surveyTexts: SurveyTexts
  clock: Clock
}

export const asksPolls = (context: DialogContext): context is DialogContext & { polls: PollTalkParts } =>
  context.polls !== undefined
