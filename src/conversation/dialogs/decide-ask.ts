import type { Procedure, Replaced, Section } from '../../catalogue/procedure.ts'
import type { ProcedureSearch } from '../../catalogue/search-outcome.ts'

/** What a question comes to, given what was spoken of before. */
export type AskDecision =
  | {
      kind: 'answer'
      procedure: Procedure
      sections: Section[]
      isFollowUp: boolean
      /** The former procedure that was named. */
      replaced?: Replaced
    }
  | { kind: 'choices'; procedures: Procedure[]; sections: Section[] }
  /** "phí bao nhiêu" with nothing before it. */
  | { kind: 'which-procedure' }
  | { kind: 'unknown-code'; code: string }
  | { kind: 'topic'; topic: string }
  | { kind: 'not-found' }

/** How long "còn lệ phí?" still means the procedure spoken of. */
export const followUpMs = 15 * 60_000

const typedCode = /(?<![\d.])\d\.\d{6}(?!\d)/

/** @param topic the procedure spoken of less than `followUpMs` ago */
export function decideAsk(text: string, topic: Procedure | undefined, search: ProcedureSearch): AskDecision {
  const code = typedCode.exec(text)?.[0]
  if (code !== undefined && !search.byCode(code)) return { kind: 'unknown-code', code }

  const outcome = search.search(text)
  switch (outcome.kind) {
    case 'answer':
      return { ...outcome, isFollowUp: false }
    case 'choices':
      return outcome
    case 'other':
      return { kind: 'topic', topic: outcome.topic }
    case 'only-sections':
      if (!topic) return { kind: 'which-procedure' }
      return { kind: 'answer', procedure: topic, sections: outcome.sections, isFollowUp: true }
    case 'not-found':
      return { kind: 'not-found' }
  }
}
