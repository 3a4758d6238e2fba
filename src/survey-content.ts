import { type PollTexts, pollTexts } from './conversation/dialogs/poll/poll-texts.ts'
import { parsePollWords, type ReadPollWords } from './conversation/dialogs/poll/poll-words.ts'
import type { CheckTexts } from './lib/checked-yaml.ts'
import type { Problem } from './lib/problem.ts'
import type { TextDeclaration, Texts } from './lib/texts.ts'
import { parseQuestionnaires, type Questionnaire } from './surveys/questionnaire.ts'
import { parseSurveySettings, questionnaireInUse, type SurveySettings } from './surveys/survey-settings.ts'
import { type SurveyTexts, surveyTexts } from './surveys/survey-texts.ts'

/** What staff edit about polls: the questions, when they are asked, and how the bot words it. */
export interface SurveyContentFiles {
  questionnaires: readonly Questionnaire[]
  /** The one that is asked now. */
  inUse: Questionnaire
  settings: SurveySettings
  readWords: ReadPollWords
  texts: SurveyTexts
  pollTexts: PollTexts
}

export type LoadedSurveyContent =
  | { kind: 'content'; content: SurveyContentFiles }
  | { kind: 'problems'; problems: Problem[] }

interface SourceFile {
  name: string
  text: string
}

/** Nothing of it is used while one file has a problem. */
export function loadSurveyContent(
  read: (name: string) => SourceFile,
  list: (folder: string) => SourceFile[],
  texts: <D extends TextDeclaration>(name: string, declared: D) => Texts<D>,
  checks: CheckTexts,
): LoadedSurveyContent {
  const said = texts('surveys', surveyTexts)
  const words = parsePollWords(read('intents/poll.yaml'), checks)
  const questionnaires = parseQuestionnaires(list('data/questionnaires'), checks, said)
  if (questionnaires.kind === 'problems' || words.kind === 'problems') {
    const problems = [questionnaires, words].flatMap((part) =>
      part.kind === 'problems' ? part.problems : [],
    )
    return { kind: 'problems', problems }
  }
  const parsed = parseSurveySettings(read('data/surveys.yaml'), questionnaires.questionnaires, checks, said)
  if (parsed.kind === 'problems') return parsed
  const { settings } = parsed
  return {
    kind: 'content',
    content: {
      questionnaires: questionnaires.questionnaires,
      inUse: questionnaireInUse(settings, questionnaires.questionnaires)!,
      settings,
      readWords: words.read,
      texts: said,
      pollTexts: texts('poll', pollTexts),
    },
  }
}
