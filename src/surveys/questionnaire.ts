import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'
import type { SurveyTexts } from './survey-texts.ts'

/** `data/questionnaires/*.yaml`: what is asked, in which words, under which version. */
export const levels = [1, 2, 3, 4, 5] as const
export type Level = (typeof levels)[number]

/** The official criteria of the service half of SIPAS, to which every group belongs. */
const criteria = ['I', 'II', 'III', 'IV', 'V'] as const

const text = z.string().trim().min(1)
/** Goes into button payloads, which are short: `s1:<invitation>:<question>:<level>` has 64 bytes on Telegram. */
const key = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,11}$/)
const weight = z.int().min(1).max(1000)

const questionnaireSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
  version: z.int().min(1),
  title: text,
  /** A draft is shown to officers and asked of nobody. */
  state: z.enum(['ready', 'draft']),
  source: text,
  scale: z.strictObject({
    levels: z.strictObject({ '1': text, '2': text, '3': text, '4': text, '5': text }),
    neverUsed: text,
    source: text,
  }),
  groups: z.array(z.strictObject({ id: key, criterion: z.enum(criteria), name: text, weight })),
  items: z.array(
    z.strictObject({
      id: key,
      group: key,
      weight,
      /** How often it is asked, beside items with 1. */
      share: z.int().min(1).max(20),
      text,
      source: text,
    }),
  ),
  /** Not part of any index, such as the question about informal payments. */
  outsideIndex: z.array(
    z.strictObject({
      id: key,
      text,
      source: text,
      answers: z.record(z.string().regex(/^[1-9]$/), text),
      /** Answers after which the way to a report is offered, never forced. */
      offersReport: z.array(z.string()),
    }),
  ),
})

export type Questionnaire = z.infer<typeof questionnaireSchema>

export type ParsedQuestionnaires =
  | { kind: 'questionnaires'; questionnaires: Questionnaire[] }
  | { kind: 'problems'; problems: Problem[] }

/** All files as one: none is used while one has a problem. Several versions of one questionnaire may stand side by side. */
export function parseQuestionnaires(
  files: readonly { name: string; text: string }[],
  checks: CheckTexts,
  texts: SurveyTexts,
): ParsedQuestionnaires {
  const problems: Problem[] = []
  const questionnaires: Questionnaire[] = []
  for (const file of files) {
    const parsed = parseCheckedYaml(file.name, file.text, questionnaireSchema, checks)
    if (parsed.kind === 'problems') {
      problems.push(...parsed.problems)
      continue
    }
    const { id, version } = parsed.value
    const found = faultsOf(parsed.value, texts)
    if (questionnaires.some((other) => other.id === id && other.version === version)) {
      found.push({ path: ['version'], message: texts.say('survey.check.same-version', { id, version }) })
    }
    for (const { path, message } of found) {
      problems.push({ file: file.name, line: parsed.lineOf(path), message })
    }
    questionnaires.push(parsed.value)
  }
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'questionnaires', questionnaires }
}

/**
 * Of everything that a person reads or that changes a figure. A stored questionnaire with the same id and version but
 * another fingerprint was edited without a new version: its old answers would stand under new words.
 */
export function fingerprint(questionnaire: Questionnaire): string {
  const { state: _, source: __, ...asked } = questionnaire
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex')
}

interface Fault {
  path: PropertyKey[]
  message: string
}

/** What the schema cannot say. */
function faultsOf(questionnaire: Questionnaire, texts: SurveyTexts): Fault[] {
  const { groups, items, outsideIndex, state } = questionnaire
  const faults: Fault[] = []
  const report = (path: PropertyKey[], message: string) => faults.push({ path, message })
  const groupIds = groups.map(({ id }) => id)

  for (const [index, id] of groupIds.entries()) {
    if (groupIds.indexOf(id) < index) {
      report(['groups', index, 'id'], texts.say('survey.check.same-id', { id }))
    }
    if (!items.some((item) => item.group === id)) {
      report(['groups', index, 'id'], texts.say('survey.check.empty-group', { id }))
    }
  }
  const questionIds = [...items, ...outsideIndex].map(({ id }) => id)
  for (const [index, id] of questionIds.entries()) {
    const path = index < items.length ? ['items', index, 'id'] : ['outsideIndex', index - items.length, 'id']
    if (questionIds.indexOf(id) < index) report(path, texts.say('survey.check.same-id', { id }))
    if (id === reservedQuestion) report(path, texts.say('survey.check.reserved-id', { id }))
  }
  for (const [index, { id, group }] of items.entries()) {
    if (!groupIds.includes(group)) {
      report(['items', index, 'group'], texts.say('survey.check.unknown-group', { id, group }))
    }
  }
  for (const [index, { id, answers, offersReport }] of outsideIndex.entries()) {
    const unknown = offersReport.filter((answer) => !(answer in answers))
    if (unknown.length > 0) {
      const message = texts.say('survey.check.unknown-answer', { id, answer: unknown.join(', ') })
      report(['outsideIndex', index, 'offersReport'], message)
    }
  }
  if (state === 'ready' && items.length === 0) report(['items'], texts.say('survey.check.no-items'))
  return faults
}

/** In a payload in place of a question: "do not ask me again". */
export const reservedQuestion = 'stop'
