import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../../lib/checked-yaml.ts'
import type { Problem } from '../../lib/problem.ts'
import type { SurveyDeskTexts } from '../surveys/survey-desk-texts.ts'

/** `data/yearly-report.yaml`: the frame of the yearly report, what staff write in it, and which share is called what. */
const text = z.string().trim().min(1)
const day = z.iso.date()
const share = z
  .string()
  .regex(/^(?:100,00|\d{1,2},\d{2})$/)
  .transform((words) => Number(words.replace(',', '')))
/** Hundredths of a percent, from the highest down. */
const bands = z.array(z.strictObject({ atLeast: share, words: text, source: text }))

/** What the program counts itself, in the place where a section asks for it. */
export const yearlyFigures = ['survey', 'payment', 'dossiers', 'reports', 'index'] as const
export type YearlyFigure = (typeof yearlyFigures)[number]

const settingsSchema = z.strictObject({
  heading: z.strictObject({
    parent: text,
    office: text,
    symbol: text,
    place: text,
    nation: text,
    motto: text,
  }),
  title: text,
  subject: text,
  legalBasis: z.array(text),
  legalBasisPrompt: text,
  opening: z.array(text),
  previousPeriod: z.strictObject({ from: day, to: day }).optional(),
  quantifiers: z.strictObject({ minimumPeople: z.int().min(2).max(1000), source: text, bands: bands.min(1) }),
  /** Words for the index itself; without any the figure stands alone. */
  indexBands: bands,
  sections: z
    .array(
      z.strictObject({
        title: text,
        /** Questionnaire → its items that the section speaks of. */
        items: z.record(z.string(), z.array(text)),
        figures: z.array(z.enum(yearlyFigures)),
        staff: z.array(text),
      }),
    )
    .min(1),
  closing: text,
  receivers: z.array(text),
  signature: z.array(text),
})

export type YearlySettings = z.infer<typeof settingsSchema>
export type Bands = YearlySettings['indexBands']

export type ParsedYearlySettings =
  | { kind: 'settings'; settings: YearlySettings }
  | { kind: 'problems'; problems: Problem[] }

export function parseYearlySettings(
  file: { name: string; text: string },
  checks: CheckTexts,
  texts: SurveyDeskTexts,
): ParsedYearlySettings {
  const parsed = parseCheckedYaml(file.name, file.text, settingsSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const { quantifiers, indexBands, previousPeriod } = parsed.value
  const problems: Problem[] = []
  const report = (path: PropertyKey[], message: string) =>
    problems.push({ file: file.name, line: parsed.lineOf(path), message })
  for (const [path, list] of [
    [['quantifiers', 'bands'], quantifiers.bands],
    [['indexBands'], indexBands],
  ] as const) {
    for (const [at, { atLeast }] of list.entries()) {
      if (at > 0 && atLeast >= list[at - 1]!.atLeast) {
        report([...path, at, 'atLeast'], texts.say('yearly.check.quantifier-order'))
      }
    }
  }
  if (previousPeriod && previousPeriod.from > previousPeriod.to) {
    report(['previousPeriod', 'from'], texts.say('yearly.check.period'))
  }
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'settings', settings: parsed.value }
}
