import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'
import { reportKinds } from './report.ts'

/** What a message can turn out to be: a report that we take, or something that the law treats otherwise. */
export const reportTalkKinds = [...reportKinds, 'complaint', 'denunciation', 'danger'] as const
export type ReportTalkKind = (typeof reportTalkKinds)[number]

const phrases = z.array(z.string().trim().min(1)).min(1)

const reportsFileSchema = z.strictObject({
  /** The score from which a kind is believed. */
  enough: z.number().positive(),
  negations: phrases,
  'not-negated-when': phrases,
  groups: z
    .array(
      z.strictObject({
        kind: z.enum(reportTalkKinds),
        weight: z.number().positive(),
        say: phrases,
        unless: phrases.optional(),
        /** A phrase after a negation does not count. */
        deny: z.boolean().default(false),
      }),
    )
    .min(1),
})

/** The words of `intents/reports.yaml`. */
export type ReportWords = z.infer<typeof reportsFileSchema>

export type ParsedReportWords =
  | { kind: 'parsed'; words: ReportWords }
  | { kind: 'problems'; problems: Problem[] }

/** Reads `intents/reports.yaml`; a mistake comes with its line. */
export function parseReportWords(file: { name: string; text: string }, texts: CheckTexts): ParsedReportWords {
  const parsed = parseCheckedYaml(file.name, file.text, reportsFileSchema, texts)
  return parsed.kind === 'parsed' ? { kind: 'parsed', words: parsed.value } : parsed
}
