import type { AnswerContext } from '../../catalogue/answers/answer-card.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { DialogContext } from './dialog-context.ts'

/** What the catalogue's answers draw on, on the day of a message. */
export function answerContext(now: Date, context: DialogContext): AnswerContext {
  return {
    agency: context.agency,
    texts: context.answers,
    today: vietnamDay(now),
    staleAfterDays: context.staleAfterDays,
  }
}
