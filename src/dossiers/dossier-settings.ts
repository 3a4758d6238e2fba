import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'

/** `data/dossiers.yaml`: the few numbers about dossiers that the office may set. */
const settingsSchema = z.strictObject({
  lookup: z.strictObject({
    wrongPerHour: z.int().min(1).max(100),
    wrongPerHourAndAddress: z.int().min(1).max(10_000),
    wrongPerDayAndCode: z.int().min(1).max(100),
  }),
  import: z.strictObject({
    maxFileMegabytes: z.int().min(1).max(1_000),
    maxRows: z.int().min(1).max(2_000_000),
  }),
  selfReport: z.strictObject({
    /** Without a year, a day that lies further back is taken for a slip. */
    guessYearWithinDays: z.int().min(30).max(360),
    maxAgeDays: z.int().min(30).max(3_660),
  }),
})

export type DossierSettings = z.infer<typeof settingsSchema>

export type ParsedDossierSettings =
  | { kind: 'settings'; settings: DossierSettings }
  | { kind: 'problems'; problems: Problem[] }

export function parseDossierSettings(
  file: { name: string; text: string },
  checks: CheckTexts,
): ParsedDossierSettings {
  const parsed = parseCheckedYaml(file.name, file.text, settingsSchema, checks)
  return parsed.kind === 'problems' ? parsed : { kind: 'settings', settings: parsed.value }
}
