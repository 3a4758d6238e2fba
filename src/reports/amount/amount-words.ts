import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../../lib/checked-yaml.ts'
import type { Problem } from '../../lib/problem.ts'

const someWords = z.array(z.string().trim().min(1))
const words = someWords.min(1)
const sayings = {
  say: someWords,
  /** Only as written with marks: without them it is a common other word ("vé", "về"). */
  'only-marked': someWords.default([]),
}
const digit = z.strictObject({ value: z.int().min(1).max(9), say: words })

const amountsFileSchema = z.strictObject({
  units: z
    .array(
      z.strictObject({
        ...sayings,
        vnd: z.int().positive(),
        /** Accept wrong marks: the word without them is no other word. */
        loose: z.boolean().default(false),
        'not-before': someWords.default([]),
      }),
    )
    .min(1),
  /** Slang whose readings differ by a factor of ten or more: asked, never guessed. */
  doubtful: z.array(
    z.strictObject({
      ...sayings,
      readings: z.array(z.int().positive()),
      'not-before': someWords.default([]),
      glued: z.boolean().default(false),
      alone: z.boolean().default(false),
      'money-talk': z.boolean().default(false),
    }),
  ),
  currencies: z.array(z.strictObject({ ...sayings, code: z.string().regex(/^[A-Z]{3}$/) })),
  dong: words,
  numbers: z.array(digit).min(1),
  'last-numbers': z.array(digit),
  ten: words,
  tens: words,
  twenty: words,
  hundred: words,
  'zero-hundred': words,
  odd: words,
  'half-after': words,
  'half-before': words,
  'vague-before': words,
  'vague-after': words,
  'about-before': words,
  'about-after': words,
  'up-to': words,
  'money-talk': words,
  'not-money-before': words,
  counted: words,
  'not-counted': words,
  'year-before': words,
  'no-before': words,
  per: words,
})

/** The words of `intents/amounts.yaml`. */
export type AmountWords = z.infer<typeof amountsFileSchema>

export type ParsedAmountWords =
  | { kind: 'parsed'; words: AmountWords }
  | { kind: 'problems'; problems: Problem[] }

/** Reads `intents/amounts.yaml`; a mistake comes with its line. */
export function parseAmountWords(file: { name: string; text: string }, texts: CheckTexts): ParsedAmountWords {
  const parsed = parseCheckedYaml(file.name, file.text, amountsFileSchema, texts)
  return parsed.kind === 'parsed' ? { kind: 'parsed', words: parsed.value } : parsed
}
