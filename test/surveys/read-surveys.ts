import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { checkTexts as checkDeclaration } from '../../src/lib/check-texts.ts'
import { formatProblem } from '../../src/lib/problem.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import { parseQuestionnaires, type Questionnaire } from '../../src/surveys/questionnaire.ts'
import { parseSurveySettings } from '../../src/surveys/survey-settings.ts'
import { type SurveyTexts, surveyTexts as surveyDeclaration } from '../../src/surveys/survey-texts.ts'

/** The shipped questionnaires and settings, as the program reads them. */
export const checkTexts = loadTexts(checkSubset(), checkDeclaration)
export const surveyTexts: SurveyTexts = loadTexts(
  parse(source('data/texts/surveys.yaml').text),
  surveyDeclaration,
)
export const settingsFile = source('data/surveys.yaml')
export const questionnaireFiles = readdirSync('data/questionnaires')
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => source(`data/questionnaires/${name}`))

export function shippedQuestionnaires(): Questionnaire[] {
  const parsed = parseQuestionnaires(questionnaireFiles, checkTexts, surveyTexts)
  if (parsed.kind === 'questionnaires') return parsed.questionnaires
  throw new Error(parsed.problems.map(formatProblem).join('\n'))
}

export function questionnaire(id: string): Questionnaire {
  return shippedQuestionnaires().find((one) => one.id === id)!
}

export function shippedSettings() {
  const parsed = parseSurveySettings(settingsFile, shippedQuestionnaires(), checkTexts, surveyTexts)
  if (parsed.kind === 'settings') return parsed.settings
  throw new Error(parsed.problems.map(formatProblem).join('\n'))
}

export function source(name: string): { name: string; text: string } {
  return { name, text: readFileSync(name, 'utf8') }
}

/** `checks.yaml` holds the words of other checkers too. */
function checkSubset(): Record<string, unknown> {
  const { check } = parse(source('data/texts/checks.yaml').text) as { check: Record<string, unknown> }
  const wanted = Object.keys(checkDeclaration).map((key) => key.split('.')[1]!)
  return { check: Object.fromEntries(Object.entries(check).filter(([key]) => wanted.includes(key))) }
}
