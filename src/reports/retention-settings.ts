import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'

/** `data/retention.yaml`: what is kept for how long, and why. The only place for each of these numbers. */
export const timedClasses = [
  /** A report with its identity, notes and files, from the day on which it was closed. */
  'closed-reports',
  /** Notices to officers. */
  'notices',
  /** Masked questions, from the last time one was asked. */
  'unanswered-questions',
  /** Who wants to hear of the answer to a question, from the day on which they said so. */
  'waiting-people',
  /** What the web chat said, both sides. */
  'web-messages',
  /** A dossier's code and digits with its events, from the day of the result; what figures need stays. */
  'closed-dossiers',
  /** Who wants to hear of a dossier, from the day on which they said so. */
  'dossier-links',
  /** The same after the last news, so that the question of the survey can still be sent. */
  'finished-dossier-links',
  /** What the codes on printed slips open, from the day of printing. */
  'dossier-slips',
  /** Apologies and corrections that a person decided on. */
  'settled-dossier-reviews',
  /** What citizens told of their filing, from the published day of the result. */
  'self-reports',
  /** What people wrote after an answer; the answer itself stays. */
  'survey-comments',
  /** What is known of a person on Zalo, from the last time they showed themselves. */
  'zalo-contacts',
] as const
export type TimedClass = (typeof timedClasses)[number]

/** Kept for good: without them published figures could not be computed again. None of them names a person. */
const lastingClasses = [
  /** Invitations without their chat, and answers. */
  'survey-answers',
  /** Every version that was asked, and when asking was switched off and on. */
  'questionnaires',
  /** The wish not to be asked. */
  'survey-opt-outs',
  /** What was taken in when, in counts. */
  'dossier-imports',
  /** Words that staff taught the search, with who, when and why. */
  'search-aliases',
] as const

/** Kept as long as something works that is set elsewhere. */
const settingOf = {
  /** Which chat an invitation went to. */
  'survey-chats': 'data/surveys.yaml: asking.expiresAfterDays',
  /** When somebody was last asked. */
  'survey-contacts': 'data/surveys.yaml: asking.daysBetweenInvitations',
} as const

export const retentionClasses = [
  ...timedClasses,
  ...lastingClasses,
  ...(Object.keys(settingOf) as (keyof typeof settingOf)[]),
] as const

const ofRule = {
  /** Collections and folders that it stands in. */
  collections: z.array(z.string().min(1)).min(1),
  /** Article of law, or that the office has set it itself. */
  basis: z.string().min(1),
}
const ruleSchema = z.discriminatedUnion('class', [
  z.strictObject({ class: z.enum(timedClasses), days: z.int().min(1).max(36_500), ...ofRule }),
  z.strictObject({ class: z.enum(lastingClasses), keep: z.literal('always'), ...ofRule }),
  z.strictObject({
    class: z.literal('survey-chats'),
    setting: z.literal(settingOf['survey-chats']),
    ...ofRule,
  }),
  z.strictObject({
    class: z.literal('survey-contacts'),
    setting: z.literal(settingOf['survey-contacts']),
    ...ofRule,
  }),
])

const settingsSchema = z.strictObject({
  rules: z.array(ruleSchema).superRefine((rules, context) => {
    for (const name of retentionClasses) {
      if (rules.filter((rule) => rule.class === name).length !== 1) {
        context.addIssue({ code: 'custom', path: [] })
      }
    }
  }),
})

export type RetentionRule = z.infer<typeof ruleSchema>

export interface RetentionSettings {
  rules: readonly RetentionRule[]
  daysOf(name: TimedClass): number
}

export type ParsedRetention =
  | { kind: 'settings'; settings: RetentionSettings }
  | { kind: 'problems'; problems: Problem[] }

/** Each class stands there exactly once. */
export function parseRetention(file: { name: string; text: string }, checks: CheckTexts): ParsedRetention {
  const parsed = parseCheckedYaml(file.name, file.text, settingsSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const { rules } = parsed.value
  const days = new Map<string, number>(
    rules.flatMap((rule) => ('days' in rule ? [[rule.class, rule.days] as const] : [])),
  )
  return { kind: 'settings', settings: { rules, daysOf: (name) => days.get(name)! } }
}
