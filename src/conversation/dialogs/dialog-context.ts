import type { Agency } from '../../catalogue/agency.ts'
import type { AnswerTexts } from '../../catalogue/answers/answer-texts.ts'
import type { EnglishReader } from '../../catalogue/english/read-english.ts'
import type { Procedure } from '../../catalogue/procedure.ts'
import type { ProcedureSearch } from '../../catalogue/search-outcome.ts'
import type { QuestionStore } from '../../catalogue/unanswered-question.ts'
import type { ReadCommand } from './commands.ts'
import type { DossierTalkParts } from './dossier/dossier-talk-parts.ts'
import type { LearningParts } from './learning/learning-parts.ts'
import type { PollTalkParts } from './poll/poll-talk-parts.ts'
import type { ReportTalkParts } from './report/report-talk-parts.ts'
import type { TalkTexts } from './talk-texts.ts'

/** Everything that the dialogs draw on; put together in `open-talk.ts`. */
export interface DialogContext {
  /** The catalogue in use; asked for at each message, since an import switches it. */
  catalogue: () => { search: ProcedureSearch; procedures: readonly Procedure[] }
  agency: Agency
  talk: TalkTexts
  answers: AnswerTexts
  staleAfterDays: number
  questions: QuestionStore
  readCommand: ReadCommand
  /** What is said to who writes English; absent: everybody is answered in Vietnamese. */
  english?: { reader: EnglishReader; talk: TalkTexts; answers: AnswerTexts }
  /** Set by `inLanguage` for one turn: `talk` and `answers` are English. */
  language?: 'en'
  /** Absent where nothing is learnt from what is asked again. */
  learning?: LearningParts
  /** Absent where no reports are taken: an installation without keys. */
  reports?: ReportTalkParts
  /** Absent where nobody is asked: an installation without keys. */
  polls?: PollTalkParts
  /** Absent in an installation without keys: dossiers cannot be looked up there. */
  dossiers?: DossierTalkParts
  /** Told what each question came to, for the metrics. */
  onQuestion?: (outcome: string) => void
}
