import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'

/** `data/retention.yaml`: what is kept for how long, and why. */
export const retentionClasses = [
  /** A report with its identity, notes and files, from the day on which it was closed. */
  'closed-reports',
  /** Notices to officers. */
  'notices',
  /** Masked questions, from the last time one was asked. */
  'unanswered-questions',
  /** What the web chat said, both sides. */
  'web-messages',
] as const
export type RetentionClass = (typeof retentionClasses)[number]

const ruleSchema = z.strictObject({
  class: z.enum(retentionClasses),
  /** Collections and folders that it stands in. */
  collections: z.array(z.string().min(1)).min(1),
  days: z.int().min(1).max(36_500),
  /** Article of law, or that the office has set it itself. */
  basis: z.string().min(1),
})

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
  daysOf(name: RetentionClass): number
}

export type ParsedRetention =
  | { kind: 'settings'; settings: RetentionSettings }
  | { kind: 'problems'; problems: Problem[] }

/** Each class stands there exactly once. */
export function parseRetention(file: { name: string; text: string }, checks: CheckTexts): ParsedRetention {
  const parsed = parseCheckedYaml(file.name, file.text, settingsSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const { rules } = parsed.value
  const days = new Map(rules.map((rule) => [rule.class, rule.days]))
  return { kind: 'settings', settings: { rules, daysOf: (name) => days.get(name)! } }
}
