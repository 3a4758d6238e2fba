import { z } from 'zod'
import { fold, isMarked, PhraseIndex, tokenise } from '../../../catalogue/entry.ts'
import { type CheckTexts, parseCheckedYaml } from '../../../lib/checked-yaml.ts'
import type { Problem } from '../../../lib/problem.ts'
import { type IdentityMode, identityModes } from '../../../reports/report.ts'

/** Short answers that mean the same at every step of a report. */
export const answerWords = ['back', 'skip', 'done', 'send', 'edit', 'yes', 'no'] as const
export type AnswerWord = (typeof answerWords)[number]

const phrases = z.array(z.string().trim().min(1)).min(1)

const fileSchema = z.strictObject({
  answers: z.record(z.enum(answerWords), phrases),
  identity: z.record(z.enum(identityModes), phrases),
  'procedure-begins': phrases,
  'procedure-ends': phrases,
  fee: z.strictObject({ say: phrases, unless: phrases, told: phrases }),
})

/** What people say while they report, as `intents/report-talk.yaml` has it. */
export interface ReportTalkWords {
  /** The whole message is one of these. */
  answer(text: string): AnswerWord | undefined
  identity(text: string): IdentityMode | undefined
  /** Folded words behind which the name of a procedure stands in a story. */
  procedureBegins: ReadonlySet<string>
  procedureEnds: ReadonlySet<string>
  /** Of a message that names an amount: whether it speaks of money to be paid, and of somebody who took it. */
  fee(text: string): { isFee: boolean; isTold: boolean }
}

type ParsedReportTalkWords =
  | { kind: 'words'; words: ReportTalkWords }
  | { kind: 'problems'; problems: Problem[] }

/** Reads `intents/report-talk.yaml`; a mistake comes with its line. */
export function parseReportTalkWords(
  file: { name: string; text: string },
  checks: CheckTexts,
): ParsedReportTalkWords {
  const parsed = parseCheckedYaml(file.name, file.text, fileSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const { answers, identity, fee } = parsed.value
  const wholes = new Map(
    answerWords.flatMap((word) => answers[word].map((saying) => [plain(saying), word] as const)),
  )
  const modes = new PhraseIndex<IdentityMode>()
  for (const mode of identityModes) for (const phrase of identity[mode]) modes.add(phrase, mode)
  const [say, unless, told] = [indexOf(fee.say), indexOf(fee.unless), indexOf(fee.told)]
  return {
    kind: 'words',
    words: {
      answer: (text) => wholes.get(plain(text)),
      procedureBegins: new Set(parsed.value['procedure-begins'].map(plain)),
      procedureEnds: new Set(parsed.value['procedure-ends'].map(plain)),
      identity(text) {
        const found = modes.find(tokenise(text)).map(({ value }) => value)
        // "không ghi tên" holds "ghi tên": the more careful mode is the one that was meant.
        return [...identityModes].reverse().find((mode) => found.includes(mode))
      },
      fee(text) {
        const tokens = tokenise(text)
        const marked = isMarked(tokens)
        const has = (index: PhraseIndex<true>) => index.find(tokens, marked).length > 0
        const isFee = has(say) && !has(unless)
        return { isFee, isTold: isFee && has(told) }
      },
    },
  }
}

function indexOf(sayings: readonly string[]): PhraseIndex<true> {
  const index = new PhraseIndex<true>()
  for (const saying of sayings) index.add(saying, true)
  return index
}

function plain(text: string): string {
  return fold(text)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
