import type { Reply } from '../../message.ts'
import { nextStep, type ReportDraft, type ReportStep } from './draft.ts'
import { optionsOf, promptFor } from './prompts.ts'
import type { ReportContext } from './report-talk-parts.ts'
import type { PlainReportText } from './report-texts.ts'
import type { StepInput } from './step-input.ts'

/** What an answer leads to. */
export interface Answered {
  draft: ReportDraft
  say: Reply[]
  next: ReportStep | 'send' | 'end' | 'drop'
  /** `say` asks already, so that the step's own question is not repeated. */
  isAsked?: true
}

/** An answer's surroundings. */
export interface At {
  draft: ReportDraft
  step: ReportStep
  context: ReportContext
  now: Date
}

/** The draft and, behind it, the next open question. */
export function onward(draft: ReportDraft, replies: Reply[] = []): Answered {
  return { draft, say: replies, next: nextStep(draft) }
}

/** The same question again, after a sentence that says why. Options are listed again, other questions are not. */
export function askAgain(
  { draft, step, context }: Pick<At, 'draft' | 'step' | 'context'>,
  why: string,
): Answered {
  const { text, buttons } = promptFor(draft, step, context)
  const listsOptions = optionsOf(step, draft).length > 0 && step !== 'procedure'
  return {
    draft,
    say: [{ text: listsOptions ? `${why}\n\n${text}` : why, buttons }],
    next: step,
    isAsked: true,
  }
}

/** Said or tapped. */
export function isWord(input: StepInput, word: string): boolean {
  return input.kind === 'word' ? input.word === word : input.kind === 'tap' && input.value === word
}

export function say({ context }: Pick<At, 'context'>, key: PlainReportText): string {
  return context.reports.texts.say(key)
}
