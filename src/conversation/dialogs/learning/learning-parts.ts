import type { QuestionWords } from '../../../catalogue/learning/question-words.ts'
import type { WaitingPeople } from '../../../catalogue/learning/waiting-people.ts'

/** What the dialogs need to learn from what was not answered. */
export interface LearningParts {
  wordsOf: QuestionWords
  waiting: WaitingPeople
  /** A wish to be told is forgotten after so many days. */
  waitDays: number
}
