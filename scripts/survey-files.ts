import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { CheckTexts } from '../src/lib/checked-yaml.ts'
import { AppError } from '../src/lib/errors.ts'
import { formatProblem, type Problem } from '../src/lib/problem.ts'
import { loadTexts } from '../src/lib/texts.ts'
import { parseQuestionnaires, type Questionnaire } from '../src/surveys/questionnaire.ts'
import { parseSurveySettings, type SurveySettings } from '../src/surveys/survey-settings.ts'
import { type SurveyTexts, surveyTexts } from '../src/surveys/survey-texts.ts'
import { readCheckTexts } from './catalogue-files.ts'

export function readSurveyTexts(file = 'data/texts/surveys.yaml'): SurveyTexts {
  return loadTexts(parse(readFileSync(file, 'utf8')), surveyTexts)
}

/** The questionnaires and settings of `data/`; a mistake in them is said with its place, and nothing runs. */
export function readSurveyContent(texts: SurveyTexts): {
  questionnaires: Questionnaire[]
  settings: SurveySettings
} {
  const checks: CheckTexts = readCheckTexts()
  const folder = 'data/questionnaires'
  const files = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => readSource(`${folder}/${name}`))
  const parsed = parseQuestionnaires(files, checks, texts)
  if (parsed.kind === 'problems') throw wrong(parsed.problems)
  const { questionnaires } = parsed
  const settings = parseSurveySettings(readSource('data/surveys.yaml'), questionnaires, checks, texts)
  if (settings.kind === 'problems') throw wrong(settings.problems)
  return { questionnaires, settings: settings.settings }
}

function wrong(problems: readonly Problem[]): AppError {
  return new AppError('CONTENT_INVALID', problems.map(formatProblem).join('\n'))
}

function readSource(name: string): { name: string; text: string } {
  return { name, text: readFileSync(name, 'utf8') }
}
