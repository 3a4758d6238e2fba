import type { Procedure, Replaced, Section } from './procedure.ts'

/** What a search for a question comes to; the dialog words it, `npm run ask` prints it. */
export type SearchOutcome =
  /** `replaced`: the question named this former procedure, of which the answer's took the place. */
  | { kind: 'answer'; procedure: Procedure; sections: Section[]; replaced?: Replaced }
  /** Two to five, best first. */
  | { kind: 'choices'; procedures: Procedure[]; sections: Section[] }
  /** Nothing but section words was said ("phí bao nhiêu?"): of which procedure, the talk before may tell. */
  | { kind: 'only-sections'; sections: Section[] }
  | { kind: 'not-found' }
  /** The question is not for the catalogue; `topic` is a key of `intents/topics.yaml`. */
  | { kind: 'other'; topic: string }

export interface ProcedureSearch {
  search(question: string): SearchOutcome
  /** By national code; a local tail ("1.014199.000.00.00.H56") is stripped. A former code leads to what replaced it. */
  byCode(code: string): Procedure | undefined
  /** The section words of a message, when it has any: `['fee']` for "còn lệ phí?". */
  sectionsAsked(text: string): Section[]
}
