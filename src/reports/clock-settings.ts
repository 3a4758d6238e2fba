import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'
import type { Counting } from '../lib/working-days/working-days.ts'
import type { ClockTexts } from './clock-texts.ts'

/** `data/clocks.yaml`: how days are counted, which periods the law and the office set, who is reminded when. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const weekdays = z.array(z.int().min(1).max(7))
const day = z.iso
  .date()
  .nullish()
  .transform((date) => date ?? undefined)
const key = z.string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/)

const countingSchema = z.strictObject({
  startsOn: z.enum(['next-day', 'same-day']),
  lateEvent: z.enum(['next-working-day', 'as-is']),
  dayOffEnd: z.enum(['next-working-day', 'as-is']),
  dueTime: z.enum(['office-end', 'day-end']),
})

const ruleSchema = z.strictObject({
  /** One version of a rule; stored with every deadline, so never used again for another. */
  id: key,
  /** What is timed; versions of one rule share it. */
  clock: key,
  title: z.string().min(1),
  event: z.enum(['received', 'reception', 'accepted']),
  days: z.int().min(0),
  unit: z.enum(['working', 'calendar', 'at-once']),
  /** Longer periods that the law allows in some cases, counted from the same event, extensions included. */
  longer: z
    .array(z.strictObject({ when: key, days: z.int().min(1) }))
    .nullish()
    .transform((list) => list ?? []),
  /** Where the rule counts otherwise than all others. */
  counting: countingSchema
    .partial()
    .nullish()
    .transform((counting) => counting ?? {}),
  article: z.string().min(1).optional(),
  /** First and last day on which the rule is in force; open when empty. */
  validFrom: day,
  validTo: day,
  mark: z.enum(['confirmed', 'single-source', 'unverified', 'office-default']),
  source: z.string().min(1),
})

const settingsSchema = z.strictObject({
  weeklyDaysOff: weekdays.max(6),
  officeHours: z.array(z.strictObject({ days: weekdays.min(1), from: timeOfDay, to: timeOfDay })).min(1),
  counting: countingSchema,
  rules: z.array(ruleSchema).min(1),
  reminders: z.strictObject({
    quiet: z.strictObject({ from: timeOfDay, to: timeOfDay }),
    steps: z
      .array(
        z.strictObject({
          key,
          /** Of the working time from the event to the due instant; more than 100 is after it. */
          percent: z.int().min(1).max(400),
          to: z.array(z.enum(['handler', 'unit-head', 'leader'])).min(1),
        }),
      )
      .min(1),
  }),
})

type ParsedSettings = z.infer<typeof settingsSchema>
export type ReminderPlan = ParsedSettings['reminders']
export type ReminderRole = ReminderPlan['steps'][number]['to'][number]

/** `counting` is complete: the common one where the rule has no own. */
export type ClockRule = Omit<ParsedSettings['rules'][number], 'counting'> & { counting: Counting }

export type ClockSettings = Omit<ParsedSettings, 'rules' | 'counting'> & { rules: readonly ClockRule[] }

export type ParsedClocks =
  | { kind: 'clocks'; clocks: ClockSettings }
  | { kind: 'problems'; problems: Problem[] }

export function parseClocks(
  file: { name: string; text: string },
  checks: CheckTexts,
  texts: ClockTexts,
): ParsedClocks {
  const parsed = parseCheckedYaml(file.name, file.text, settingsSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const { counting, rules, ...others } = parsed.value
  const problems: Problem[] = []
  const report = (path: PropertyKey[], message: string) =>
    problems.push({ file: file.name, line: parsed.lineOf(path), message })

  for (const [index, rule] of rules.entries()) {
    const { id, clock, days, unit, mark } = rule
    const at = (part: string) => ['rules', index, part]
    if ((unit === 'at-once') !== (days === 0)) report(at('days'), texts.say('clock.check.days', { id }))
    if (rule.article === undefined && mark !== 'office-default') {
      report(at('id'), texts.say('clock.check.no-article', { id }))
    }
    if (rule.validFrom && rule.validTo && rule.validTo < rule.validFrom) {
      report(at('validTo'), texts.say('clock.check.reversed-validity', { id }))
    }
    for (const { when, days: more } of rule.longer) {
      if (more <= days) report(at('longer'), texts.say('clock.check.shorter', { id, when }))
    }
    for (const other of rules.slice(0, index)) {
      if (other.id === id) report(at('id'), texts.say('clock.check.same-id', { id }))
      else if (other.clock === clock && areBothInForce(other, rule)) {
        report(at('id'), texts.say('clock.check.overlap', { id, other: other.id, clock }))
      }
    }
  }
  const { steps } = others.reminders
  if (steps.some((step, index) => index > 0 && step.percent <= steps[index - 1]!.percent)) {
    report(['reminders', 'steps'], texts.say('clock.check.step-order'))
  } else if (new Set(steps.map((step) => step.key)).size < steps.length) {
    report(['reminders', 'steps'], texts.say('clock.check.step-order'))
  }
  if (problems.length > 0) return { kind: 'problems', problems }
  const complete = rules.map((rule) => ({ ...rule, counting: { ...counting, ...rule.counting } }))
  return { kind: 'clocks', clocks: { ...others, rules: complete } }
}

type Validity = { validFrom?: string | undefined; validTo?: string | undefined }

function areBothInForce(a: Validity, b: Validity): boolean {
  return (a.validFrom ?? '') <= (b.validTo ?? '9999') && (b.validFrom ?? '') <= (a.validTo ?? '9999')
}
