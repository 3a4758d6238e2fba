import { type ReportStep, reportSteps } from './draft.ts'
import type { AnswerWord, ReportTalkWords } from './report-talk-words.ts'

/** What a person answered at a step, before the step itself looks at it. */
export type StepInput =
  | { kind: 'tap'; value: string }
  | { kind: 'word'; word: AnswerWord; text: string }
  /** The number of an option or of a line. */
  | { kind: 'number'; number: number; text: string }
  | { kind: 'text'; text: string }
  /** A sticker, a voice message, a file alone. */
  | { kind: 'nothing' }

/**
 * Buttons of a draft or an offer: `r:<nonce>:<step>.<value>`. They hold their step, so a tap on an older message
 * changes that answer and nothing else.
 */
export interface ReportTap {
  nonce: string
  step: ReportStep | 'offer' | 'draft'
  value: string
}

export function reportChoice(nonce: string, step: ReportTap['step'], value: string): string {
  return `r:${nonce}:${step}.${value}`
}

/** "Tôi đã ghi lại mã": the same under every receipt, so that it leads from a chat to no report. */
export const notedChoice = 'r:noted'

/** Undefined for anything that we never sent. */
export function parseReportChoice(choice: string): ReportTap | undefined {
  const match = /^r:([0-9a-f]{8}):([a-z-]{1,16})\.([a-z0-9.-]{1,32})$/.exec(choice)
  if (!match) return undefined
  const [, nonce, named, value] = match
  const step = ([...reportSteps, 'offer', 'draft'] as const).find((name) => name === named)
  return step && { nonce: nonce!, step, value: value! }
}

export function readTyped(text: string | undefined, words: ReportTalkWords): StepInput {
  const trimmed = text?.trim() ?? ''
  if (!/[\p{L}\p{N}]/u.test(trimmed)) return { kind: 'nothing' }
  const word = words.answer(trimmed)
  if (word) return { kind: 'word', word, text: trimmed }
  const number = /^(?:số\s*)?(\d{1,2})\s*[.)]?$/iu.exec(trimmed)?.[1]
  if (number) return { kind: 'number', number: Number(number), text: trimmed }
  return { kind: 'text', text: trimmed }
}
