import { type MaskedText, maskPersonalData } from './masking.ts'

/**
 * A question that the catalogue did not settle, for the staff to learn from: which words to add, which answers are
 * missing. It holds no user id and no personal numbers; equal questions are counted together.
 */
export interface UnansweredQuestion {
  /** Folded form: questions that differ only in marks, case or a masked number share it. */
  key: string
  text: MaskedText
  outcome: QuestionOutcome
  channel: string
  askedAt: Date
}

/**
 * not-found: nothing fitted · choices-rejected: none of the offered ones was meant · unhelpful: the person said so ·
 * re-asked: right after the answer it was asked again in other words.
 */
export const questionOutcomes = ['not-found', 'choices-rejected', 'unhelpful', 're-asked'] as const
export type QuestionOutcome = (typeof questionOutcomes)[number]

export interface CountedQuestion {
  key: string
  /** As first asked. */
  text: MaskedText
  outcome: QuestionOutcome
  count: number
  channels: string[]
  firstAskedAt: Date
  lastAskedAt: Date
}

export interface QuestionStore {
  /** Counts the question. */
  record(question: UnansweredQuestion): Promise<void>
  /** Most often asked first; only those asked at or after `since`, and with `isOpen` those that nobody has settled. */
  mostAsked(query: {
    since: Date
    limit: number
    outcome?: QuestionOutcome
    isOpen?: boolean
  }): Promise<CountedQuestion[]>
}

/** What the staff reviews. */
export interface ReviewedQuestions extends QuestionStore {
  /** The staff is done with these questions; one that is asked again later is open again. */
  settle(keys: readonly string[], at: Date): Promise<void>
  /** They wait for the staff again. */
  reopen(keys: readonly string[]): Promise<void>
}

/** Longer stories are cut: the staff needs the gist, and less is kept of what people tell. */
const maxTextChars = 500

/** @param fold the search's own folding, so that the key groups what the search cannot tell apart */
export function unansweredQuestion(
  asked: { text: string; outcome: QuestionOutcome; channel: string; askedAt: Date },
  fold: (text: string) => string,
): UnansweredQuestion {
  // Masked before it is cut, so that a number at the cut cannot lose the digits that give it away.
  const text = maskPersonalData(asked.text).slice(0, maxTextChars).trim() as MaskedText
  return { ...asked, text, key: fold(text) }
}
