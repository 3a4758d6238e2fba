import type { Content } from './content.ts'
import type { DeskSection } from './desk/desk-page.ts'
import { indexSection } from './desk/surveys/index-routes.tsx'
import type { IndexSources } from './desk/surveys/read-index.ts'
import type { SurveyExtras } from './desk/surveys/survey-records.ts'
import { yearlySection } from './desk/yearly/yearly-routes.tsx'
import type { DossierStore } from './dossiers/dossier-store.ts'
import type { ReportStore } from './reports/report-store.ts'
import type { AnswerArchive } from './surveys/answer-archive.ts'
import type { QuestionnaireStore } from './surveys/invitation/invitation-store.ts'
import type { LowScoreCounter } from './surveys/low-score-counts.ts'

/** The pages of the index and of the yearly draft, over everything that the installation keeps. */
export function surveySections(parts: {
  answers: AnswerArchive
  /** Absent without encryption keys, as is what citizens tell. */
  comments: SurveyExtras['comments'] | undefined
  citizenFigure: IndexSources['citizenFigure']
  lowScores: LowScoreCounter
  /** Every version that people were asked. */
  asked: Pick<QuestionnaireStore, 'find'>
  dossiers: DossierStore
  /** Absent where no reports are taken. */
  reports: ReportStore | undefined
  content: Content
}): DeskSection[] {
  const { answers, comments, citizenFigure, lowScores, asked, dossiers, reports, content } = parts
  const { questionnaires, settings, texts: surveyTexts } = content.surveys
  const sources = {
    records: { read: answers.read, ...(comments ? { comments } : {}) },
    dossiers,
    citizenFigure,
    lowScores,
    questionnaires,
    findQuestionnaire: asked.find,
    settings,
  }
  return [
    indexSection({ ...sources, texts: content.surveyDesk, surveyTexts }),
    yearlySection({
      ...sources,
      reports,
      calendar: content.reports.calendar,
      words: {
        texts: content.surveyDesk,
        surveyTexts,
        dossierTexts: content.dossiers.texts,
        settings: content.yearly,
        survey: settings,
      },
    }),
  ]
}
