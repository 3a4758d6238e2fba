import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'
import type { ClockRule } from './clock-settings.ts'
import { reportKinds, reportQueues } from './report.ts'

/** `data/reporting.yaml`: who receives what, whom to call, and the few numbers of the hotline. */
const optional = z
  .string()
  .trim()
  .min(1)
  .nullish()
  .transform((value) => value ?? undefined)

const bodySchema = z.strictObject({
  name: z.string().min(1),
  address: optional,
  phone: optional,
  email: optional,
  url: optional,
})

const clocksSchema = z.strictObject({ classify: z.string(), forward: z.string(), answer: z.string() })

const settingsSchema = z.strictObject({
  /** Said before anything else when somebody is in danger. */
  emergency: z
    .array(
      z.strictObject({
        number: z.string().regex(/^\d{3,11}$/),
        who: z.string().min(1),
        source: z.string().min(1),
      }),
    )
    .min(1),
  /** The province's own hotline for informal payments; not named while it has no telephone. */
  provincialHotline: bodySchema,
  /** Where papers of complaint and denunciation are taken. */
  citizenReception: bodySchema,
  /** Reports about leaders of the office are passed on to it. */
  outside: bodySchema,
  queues: z.strictObject({
    feedback: z.enum(reportQueues),
    delay: z.enum(reportQueues),
    'informal-payment': z.enum(reportQueues),
  }),
  /** Clocks of `data/clocks.yaml` for each kind. */
  clocks: z.strictObject({
    feedback: clocksSchema,
    delay: clocksSchema,
    'informal-payment': clocksSchema,
  }),
  limits: z.strictObject({
    /** Of one sender; more are taken too, in a slower lane. */
    reportsPerHour: z.int().min(1).max(1000),
    /** Working days after the answer in which the reporter may say "chưa thoả đáng". */
    reopenWithinWorkingDays: z.int().min(1).max(60),
    /** A draft is forgotten after so many days. */
    draftDays: z.int().min(1).max(30),
    wrongReceiptsPerHour: z.int().min(1).max(100),
  }),
})

export type ReportSettings = z.infer<typeof settingsSchema>

export type ParsedReportSettings =
  | { kind: 'settings'; settings: ReportSettings }
  | { kind: 'problems'; problems: Problem[] }

/** @param rules of `data/clocks.yaml`; without them the clocks named here are not looked up */
export function parseReportSettings(
  file: { name: string; text: string },
  checks: CheckTexts,
  rules?: readonly Pick<ClockRule, 'clock'>[],
): ParsedReportSettings {
  const parsed = parseCheckedYaml(file.name, file.text, settingsSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const settings = parsed.value
  const problems: Problem[] = []
  for (const kind of reportKinds) {
    for (const [timed, clock] of Object.entries(settings.clocks[kind])) {
      if (!rules || rules.some((rule) => rule.clock === clock)) continue
      const line = parsed.lineOf(['clocks', kind, timed])
      problems.push({ file: file.name, line, message: checks.say('check.wrong', { key: clock }) })
    }
  }
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'settings', settings }
}
