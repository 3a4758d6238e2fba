import { layoutOf, type SurveyForm } from './index/form.ts'
import type { IndexData } from './index/report-index.ts'
import type { QuestionnaireVersion, ServiceFacts } from './invitation/invitation.ts'
import type { ReminderHalf } from './invitation/plan-reminder.ts'
import type { Questionnaire } from './questionnaire.ts'

/**
 * Where the stored answers of a period come from: everything that the index of the period is made of.
 * @public for the store of answers
 */
export interface AnswerArchive {
  /**
   * One entry a questionnaire version, for answers to different questions are never mixed. A form belongs to the day in
   * Viet Nam on which its invitation was sent; silent people are forms with every answer `unanswered`.
   *
   * The forms may be shared with other readers: nobody changes them.
   *
   * @param from first and last day, both included, "2026-01-01"
   */
  read(period: { from: string; to: string }): Promise<AnswersOfPeriod[]>
}

export interface AnswersOfPeriod {
  questionnaire: QuestionnaireVersion
  forms: readonly ArchivedForm[]
}

/** A form with what stands beside its answers; nothing here names a person or a dossier. */
export interface ArchivedForm extends SurveyForm {
  /** On which it was sent, or for which staff typed it in. */
  day: string
  facts: ServiceFacts
  /** How the asking went; absent for entries by staff, which nobody was sent. */
  poll?: PollTrace
}

/** Times are exact while a poll can still be answered; afterwards the hour alone is left. */
export interface PollTrace {
  /** In the order of sending, each once. */
  number: number
  isUndelivered: boolean
  half: ReminderHalf
  sentAtMs: number
  /** Of the first answer. */
  answeredAtMs?: number
  /** From the hand-over to the first answer, cut to ten seconds; known when it was less than an hour. */
  secondsAfterHandOver?: number
  /** Equal for the same chat, while the polls are open: no longer, for then nothing leads to the chat. */
  chatMark?: string
  /** A question outside the index that was asked too. */
  outside?: { question: string; answer?: string }
}

/** What `reportIndex` needs of a period; every asked person is known, so the bounds of silence are too. */
export function indexDataOf(
  { forms }: Pick<AnswersOfPeriod, 'forms'>,
  questionnaire: Questionnaire,
): IndexData {
  return { forms, layout: layoutOf(questionnaire), withSilent: forms }
}

/** Row by row smaller; entries by staff were not sent. */
export function countSent(forms: readonly ArchivedForm[]): { sent: number; delivered: number } {
  const counts = { sent: 0, delivered: 0 }
  for (const { poll } of forms) {
    if (!poll) continue
    counts.sent++
    if (!poll.isUndelivered) counts.delivered++
  }
  return counts
}
