import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../../lib/checked-yaml.ts'
import type { Problem } from '../../lib/problem.ts'

/** `data/zalo.yaml`: what an office may set about Zalo besides its secrets. */
const text = z.string().trim().min(1)
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
/** Empty: the office has no such template. */
const templateId = z.string().regex(/^\d{0,20}$/)
/** Empty: not set, and shown as such. */
const dong = z.int().min(0).nullable()

const templateSchema = z.strictObject({
  /** Sent by Zalo's id of the person; cheaper. */
  byUser: templateId,
  /** Sent by telephone number, only with consent. */
  byPhone: templateId,
  /** Name of the parameter in the approved template → our fact. */
  parameters: z.record(text, text),
})

const stars = ['1', '2', '3', '4', '5'] as const

const contentSchema = z.strictObject({
  officerPauseHours: z.number().min(0).max(72),
  quietHours: z.strictObject({ from: timeOfDay, to: timeOfDay }),
  pace: z.strictObject({
    perSecond: z.number().min(0.1).max(66),
    perPersonPerSecond: z.number().min(0.1).max(1),
  }),
  prices: z.strictObject({
    paid: dong,
    'template-user': dong,
    'template-phone': dong,
    'rating-user': dong,
    'rating-phone': dong,
  }),
  templates: z.strictObject({ report: templateSchema, dossier: templateSchema }),
  rating: z.strictObject({
    /** One for each question that stars may answer: the id of an item of the questionnaire. */
    templates: z.array(z.strictObject({ question: text, byUser: templateId, byPhone: templateId })),
    parameters: z.record(text, text),
    /** Word of the questionnaire's scale. */
    stars: z.strictObject(
      Object.fromEntries(stars.map((star) => [star, text])) as Record<(typeof stars)[number], typeof text>,
    ),
  }),
})

export type ZaloContent = z.infer<typeof contentSchema>

export type ParsedZaloContent =
  | { kind: 'content'; content: ZaloContent }
  | { kind: 'problems'; problems: Problem[] }

/** Of the questionnaire that is in use: what stars may answer, and the words of its scale. */
export interface AskedQuestions {
  questions: readonly string[]
  levels: readonly string[]
}

export function parseZaloContent(
  file: { name: string; text: string },
  checks: CheckTexts,
  asked?: AskedQuestions,
): ParsedZaloContent {
  const parsed = parseCheckedYaml(file.name, file.text, contentSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const { templates, stars: words } = parsed.value.rating
  const problems: Problem[] = []
  const only = (path: PropertyKey[], allowed: readonly string[]) => {
    const message = checks.say('check.wrong-choice', {
      key: String(path.at(-1)),
      choices: allowed.join(', '),
    })
    problems.push({ file: file.name, line: parsed.lineOf(path), message })
  }
  // Without a template nobody is asked by stars, whatever they would stand for.
  if (asked && templates.length > 0) {
    for (const [index, { question }] of templates.entries()) {
      if (!asked.questions.includes(question))
        only(['rating', 'templates', index, 'question'], asked.questions)
    }
    for (const star of stars) {
      if (!asked.levels.includes(words[star])) only(['rating', 'stars', star], asked.levels)
    }
  }
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'content', content: parsed.value }
}
