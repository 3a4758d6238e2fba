import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'
import { methodIds } from './index/methods.ts'
import type { Questionnaire } from './questionnaire.ts'
import type { SurveyTexts } from './survey-texts.ts'

/** `data/surveys.yaml`: when and how often people are asked, how the index is made, what earlier years published. */
const text = z.string().trim().min(1)
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
/** Every setting names where it comes from; the program needs the value only. */
const sourced = <T extends z.ZodType>(value: T) =>
  z
    .strictObject({ value, source: text })
    .transform((setting): z.output<T> => (setting as { value: z.output<T> }).value)

const settingsSchema = z.strictObject({
  label: sourced(text),
  index: z.strictObject({
    method: sourced(z.enum(methodIds)),
    minimumPeople: sourced(z.int().min(2).max(1000)),
  }),
  questions: z.strictObject({
    questionnaire: sourced(text),
    itemsAPerson: sourced(z.int().min(1).max(3)),
    outsideIndexOneIn: sourced(z.int().min(1).max(1000)),
    rotationSeed: sourced(text),
  }),
  asking: z.strictObject({
    delayMinutes: sourced(
      z
        .int()
        .min(0)
        .max(7 * 1440),
    ),
    quietHours: sourced(z.strictObject({ from: timeOfDay, to: timeOfDay })),
    daysBetweenInvitations: sourced(z.int().min(1).max(365)),
    latestDaysAfterHandOver: sourced(z.int().min(1).max(90)),
    reminderAfterDays: sourced(z.int().min(1).max(30)),
    expiresAfterDays: sourced(z.int().min(1).max(90)),
    changeWithinHours: sourced(z.int().min(0).max(168)),
  }),
  signs: z.strictObject({
    sameDevice: sourced(z.int().min(2)),
    secondsAfterHandOver: sourced(z.int().min(1)),
    equalAnswersInAForm: sourced(z.int().min(3)),
    equalRunOneIn: sourced(z.int().min(2)),
  }),
  /** As published; there are no records behind them. */
  historic: z.array(
    z.strictObject({
      year: z.int().min(2000).max(2100),
      value: z
        .string()
        .regex(/^(?:100,00|\d{1,2},\d{2})$/)
        .transform((words) => Number(words.replace(',', ''))),
      sent: z.int().min(1).optional(),
      valid: z.int().min(1).optional(),
      source: text,
    }),
  ),
})

export type SurveySettings = z.infer<typeof settingsSchema>
export type AskingRules = SurveySettings['asking']
export type QuietHours = AskingRules['quietHours']
export type SignLimits = SurveySettings['signs']

export type ParsedSurveySettings =
  | { kind: 'settings'; settings: SurveySettings }
  | { kind: 'problems'; problems: Problem[] }

/** @param questionnaires those of `data/questionnaires/`: the one in use must be among them, and ready */
export function parseSurveySettings(
  file: { name: string; text: string },
  questionnaires: readonly Questionnaire[],
  checks: CheckTexts,
  texts: SurveyTexts,
): ParsedSurveySettings {
  const parsed = parseCheckedYaml(file.name, file.text, settingsSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const { questions, asking, historic } = parsed.value
  const problems: Problem[] = []
  const report = (path: PropertyKey[], message: string) =>
    problems.push({ file: file.name, line: parsed.lineOf(path), message })

  const { questionnaire: id } = questions
  const inUse = questionnaires.filter((one) => one.id === id && one.state === 'ready')
  if (inUse.length === 0) {
    report(['questions', 'questionnaire'], texts.say('survey.check.no-questionnaire', { id }))
  }
  for (const one of inUse) {
    const shares = one.items.reduce((sum, { share }) => sum + share, 0)
    const greedy = one.items.find(({ share }) => share * questions.itemsAPerson > shares)
    if (greedy) {
      report(['questions', 'itemsAPerson'], texts.say('survey.check.share', { id, item: greedy.id }))
    }
  }
  if (asking.reminderAfterDays >= asking.expiresAfterDays) {
    report(['asking', 'reminderAfterDays'], texts.say('survey.check.reminder-late'))
  }
  if (asking.quietHours.from === asking.quietHours.to) {
    report(['asking', 'quietHours'], texts.say('survey.check.always-quiet'))
  }
  for (const [index, { year }] of historic.entries()) {
    if (historic.findIndex((other) => other.year === year) < index) {
      report(['historic', index, 'year'], texts.say('survey.check.same-year', { year }))
    }
  }
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'settings', settings: parsed.value }
}

/** The newest ready version; settings that passed `parseSurveySettings` have one. */
export function questionnaireInUse(
  settings: SurveySettings,
  questionnaires: readonly Questionnaire[],
): Questionnaire | undefined {
  return questionnaires
    .filter(({ id, state }) => id === settings.questions.questionnaire && state === 'ready')
    .sort((a, b) => b.version - a.version)[0]
}
