import { layoutOf, type SurveyForm } from './index/form.ts'
import type { IndexData } from './index/report-index.ts'
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
   * @param from first and last day, both included, "2026-01-01"
   */
  read(period: { from: string; to: string }): Promise<AnswersOfPeriod[]>
}

export interface AnswersOfPeriod {
  questionnaire: { id: string; version: number }
  forms: SurveyForm[]
  /** Shown beside the figure, row by row smaller. */
  funnel: { finishedDossiers: number; sent: number; delivered: number }
}

/** What `reportIndex` needs of a period; every asked person is known, so the bounds of silence are too. */
export function indexDataOf({ forms }: AnswersOfPeriod, questionnaire: Questionnaire): IndexData {
  return { forms, layout: layoutOf(questionnaire), withSilent: forms }
}
