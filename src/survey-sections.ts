import type { Content } from './content.ts'
import type { DeskSection } from './desk/desk-page.ts'
import { indexSection } from './desk/surveys/index-routes.tsx'
import { yearlySection } from './desk/yearly/yearly-routes.tsx'
import type { DossierStore } from './dossiers/dossier-store.ts'
import type { ReportStore } from './reports/report-store.ts'
import type { AnswerArchive } from './surveys/answer-archive.ts'

/** The pages of the index and of the yearly draft, over everything that the installation keeps. */
export function surveySections(parts: {
  records: AnswerArchive
  dossiers: DossierStore
  /** Absent where no reports are taken. */
  reports: ReportStore | undefined
  content: Content
}): DeskSection[] {
  const { records, dossiers, reports, content } = parts
  const { questionnaires, settings, texts: surveyTexts } = content.surveys
  const sources = { records, dossiers, questionnaires, settings }
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
