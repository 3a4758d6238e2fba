import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { indexSection } from '../../src/desk/surveys/index-routes.tsx'
import { surveyDeskTexts } from '../../src/desk/surveys/survey-desk-texts.ts'
import type {
  OutsideCount,
  Period,
  SurveyComment,
  SurveyRecords,
} from '../../src/desk/surveys/survey-records.ts'
import type { YearlySources } from '../../src/desk/yearly/yearly-facts.ts'
import type { YearlyWords } from '../../src/desk/yearly/yearly-report.ts'
import { yearlySection } from '../../src/desk/yearly/yearly-routes.tsx'
import { parseYearlySettings, type YearlySettings } from '../../src/desk/yearly/yearly-settings.ts'
import type { Dossier } from '../../src/dossiers/dossier.ts'
import type { DossierScope, DossierStore } from '../../src/dossiers/dossier-store.ts'
import { dossierTexts } from '../../src/dossiers/dossier-texts.ts'
import { formatProblem } from '../../src/lib/problem.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import type { ReportStore } from '../../src/reports/report-store.ts'
import type { SurveyForm } from '../../src/surveys/index/form.ts'
import { calendar } from '../support/made-report.ts'
import { checkTexts, shippedQuestionnaires, shippedSettings, surveyTexts } from '../surveys/read-surveys.ts'

const root = join(import.meta.dirname, '../..')
const read = (name: string) => readFileSync(join(root, name), 'utf8')

export const surveyDeskWords = loadTexts(parse(read('data/texts/desk-surveys.yaml')), surveyDeskTexts)
const dossierWords = loadTexts(parse(read('data/texts/dossiers.yaml')), dossierTexts)

export function shippedYearly(): YearlySettings {
  const name = 'data/yearly-report.yaml'
  const parsed = parseYearlySettings({ name, text: read(name) }, checkTexts, surveyDeskWords)
  if (parsed.kind === 'settings') return parsed.settings
  throw new Error(parsed.problems.map(formatProblem).join('\n'))
}

/** What a town has answered; a form belongs to the day on which its invitation was sent. */
export interface KeptForm {
  day: string
  form: SurveyForm
}

export interface Records {
  questionnaire: { id: string; version: number }
  forms: KeptForm[]
  comments: SurveyComment[]
  outside: (OutsideCount & { day: string })[]
  dossiers: Dossier[]
  /** Of the dossiers, how many people were written to without any form of theirs being kept. */
  notDelivered: number
}

export function noRecords(): Records {
  const questionnaire = { id: 'sipas-19', version: 1 }
  return { questionnaire, forms: [], comments: [], outside: [], dossiers: [], notDelivered: 0 }
}

const within = ({ from, to }: Period, day: string) => day >= from && day <= to

/** The ports over plain lists. */
export function portsOf(records: Records): {
  records: Required<SurveyRecords>
  dossiers: Pick<DossierStore, 'each'>
} {
  return {
    records: {
      async read(period) {
        const forms = records.forms.filter(({ day }) => within(period, day)).map(({ form }) => form)
        const delivered = forms.length
        const finishedDossiers = records.dossiers.filter(
          ({ doneDay }) => doneDay !== undefined && within(period, doneDay),
        ).length
        const sent = delivered === 0 ? 0 : delivered + records.notDelivered
        if (delivered === 0) return []
        return [
          { questionnaire: records.questionnaire, forms, funnel: { finishedDossiers, sent, delivered } },
        ]
      },
      async comments(period, limit) {
        return records.comments.filter(({ day }) => within(period, day)).slice(0, limit)
      },
      async outsideAnswers(period) {
        return records.outside.filter(({ day }) => within(period, day))
      },
    },
    dossiers: {
      async *each(scope: DossierScope) {
        for (const dossier of records.dossiers) {
          const { doneDay } = dossier
          if (scope.kind === 'done' && !(doneDay && doneDay >= scope.from && doneDay <= scope.until)) continue
          yield dossier
        }
      },
    },
  }
}

export function yearlyWords(settings = shippedYearly()): YearlyWords {
  return {
    texts: surveyDeskWords,
    surveyTexts,
    dossierTexts: dossierWords,
    settings,
    survey: shippedSettings(),
  }
}

export function yearlySources(
  records: Records,
  reports: Pick<ReportStore, 'receivedBetween'>,
): YearlySources {
  return {
    ...portsOf(records),
    reports,
    questionnaires: shippedQuestionnaires(),
    settings: shippedSettings(),
    calendar,
  }
}

/** The pages of the index and of the yearly report. */
export function surveySections(records: Records, reports: Pick<ReportStore, 'receivedBetween'>) {
  const sources = yearlySources(records, reports)
  return [
    indexSection({ ...sources, texts: surveyDeskWords, surveyTexts }),
    yearlySection({ ...sources, words: yearlyWords() }),
  ]
}
