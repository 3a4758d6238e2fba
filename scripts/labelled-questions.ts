import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { procedureCodePattern, sections } from '../src/catalogue/procedure.ts'
import { AppError } from '../src/lib/errors.ts'
import type { SearchTexts } from './search-texts.ts'

const labelledSchema = z.object({
  question: z.string().min(1),
  codes: z.array(z.string().regex(procedureCodePattern)),
  expect: z.enum(['answer', 'clarify', 'no-match', 'out-of-scope', 'dossier-status', 'agency-info']),
  tier: z.string().optional(),
  section: z.enum(sections).optional(),
})
/** A question and what the search should make of it. */
export type Labelled = z.infer<typeof labelledSchema>

export const parts = ['dev', 'held-out', 'all'] as const
export type Part = (typeof parts)[number]

/** @throws {AppError} CONTENT_INVALID naming the first wrong line, not its words. */
export function readLabelled(file: string, part: Part, texts: SearchTexts): Labelled[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, at) => (text.trim() === '' ? [] : [parseLine(text, file, at + 1, texts)]))
    .filter((line) => part === 'all' || isHeldOut(line) === (part === 'held-out'))
}

/** The share of labelled questions that nobody reads while writing rules. */
const heldOutShare = 0.4

/** Questions with the same first right code fall on the same side. */
export function isHeldOut({ codes, question }: Pick<Labelled, 'codes' | 'question'>): boolean {
  const hash = createHash('sha256')
    .update(codes[0] ?? question)
    .digest()
  return hash.readUInt32BE(0) / 2 ** 32 < heldOutShare
}

function parseLine(text: string, file: string, line: number, texts: SearchTexts): Labelled {
  const parsed = labelledSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new AppError('CONTENT_INVALID', texts.say('search.eval-line', { file, line }))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
