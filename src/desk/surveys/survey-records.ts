import type { AnswerArchive } from '../../surveys/answer-archive.ts'

/** Days, both included, "2026-01-01". */
export interface Period {
  from: string
  to: string
}

/** What a person wrote after an answer; nothing in it says who. */
export interface SurveyComment {
  /** The day in Viet Nam on which it was written. */
  day: string
  /** As it was written; the desk masks it before it is shown. */
  text: string
}

/** Port: what the desk reads of the survey beside the answers of the index; absent without encryption keys. */
export interface SurveyExtras {
  /** Newest first. */
  comments(period: Period, limit: number): Promise<SurveyComment[]>
}

export type SurveyRecords = Pick<AnswerArchive, 'read'> & Partial<SurveyExtras>
