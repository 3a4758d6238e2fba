import { z } from 'zod'
import { parseCheckedYaml } from '../../lib/checked-yaml.ts'
import type { Problem } from '../../lib/problem.ts'
import type { FormatTexts } from '../formats/format-texts.ts'
import { procedureCodePattern } from '../procedure.ts'

const phrases = z.array(z.string().trim().min(1)).min(1)

const ruleSchema = z.strictObject({
  say: phrases,
  /** Words of the catalogue, or of `topics.yaml` and `sections.yaml`. */
  means: z.string().min(1),
  /** `finds` is empty where any procedure but silence will do. */
  test: z
    .strictObject({ ask: z.string().min(1), finds: z.array(z.string().regex(procedureCodePattern)) })
    .optional(),
})

const fileSchema = z.strictObject({
  words: phrases,
  loanwords: phrases,
  names: phrases,
  commands: z.array(z.strictObject({ command: z.string().min(1), say: phrases })),
  asked: z.array(ruleSchema).min(1),
  actions: z.array(ruleSchema).min(1),
  things: z.array(ruleSchema).min(1),
})

/** `intents/english.yaml`: what foreigners say, and what it is called officially. */
export type EnglishWords = z.infer<typeof fileSchema>

export type ParsedEnglish = { kind: 'words'; words: EnglishWords } | { kind: 'problems'; problems: Problem[] }

export function parseEnglishWords(file: { name: string; text: string }, texts: FormatTexts): ParsedEnglish {
  const parsed = parseCheckedYaml(file.name, file.text, fileSchema, texts)
  return parsed.kind === 'parsed' ? { kind: 'words', words: parsed.value } : parsed
}
