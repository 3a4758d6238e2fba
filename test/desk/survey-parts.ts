import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { CountedDossiers } from '../../src/desk/surveys/dossier-figures.ts'
import { indexSection } from '../../src/desk/surveys/index-routes.tsx'
import { surveyDeskTexts } from '../../src/desk/surveys/survey-desk-texts.ts'
import type { Period, SurveyComment, SurveyRecords } from '../../src/desk/surveys/survey-records.ts'
import type { YearlySources } from '../../src/desk/yearly/yearly-facts.ts'
import type { YearlyWords } from '../../src/desk/yearly/yearly-report.ts'
import { yearlySection } from '../../src/desk/yearly/yearly-routes.tsx'
import { parseYearlySettings, type YearlySettings } from '../../src/desk/yearly/yearly-settings.ts'
import type { Dossier } from '../../src/dossiers/dossier.ts'
import type { DossierScope } from '../../src/dossiers/dossier-store.ts'
import { dossierTexts } from '../../src/dossiers/dossier-texts.ts'
import type { CitizenFigure } from '../../src/dossiers/shadow-clock.ts'
import { formatProblem } from '../../src/lib/problem.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import type { ReportStore } from '../../src/reports/report-store.ts'
import type { ArchivedForm, PollTrace } from '../../src/surveys/answer-archive.ts'
import type { SurveyForm } from '../../src/surveys/index/form.ts'
import type { LowScoreCounts } from '../../src/surveys/low-score-counts.ts'
import type { Questionnaire } from '../../src/surveys/questionnaire.ts'
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
  form: SurveyForm & { facts?: ArchivedForm['facts']; poll?: Partial<PollTrace> }
}

/** Answers to the question outside the index, each of a form of its own. */
interface KeptOutside {
  day: string
  questionnaire: { id: string; version: number }
  question: string
  answers: Readonly<Record<string, number>>
  asked: number
}

export interface Records {
  questionnaire: { id: string; version: number }
  forms: KeptForm[]
  comments: SurveyComment[]
  outside: KeptOutside[]
  dossiers: Dossier[]
  citizens?: CitizenFigure
  lowScores?: LowScoreCounts
  /** Versions that are in the files no longer. */
  oldQuestionnaires?: Questionnaire[]
}

export function noRecords(): Records {
  const questionnaire = { id: 'sipas-19', version: 1 }
  return { questionnaire, forms: [], comments: [], outside: [], dossiers: [] }
}

const within = ({ from, to }: Period, day: string) => day >= from && day <= to

function archived({ day, form }: KeptForm, number: number): ArchivedForm {
  const { facts, poll, ...answers } = form
  const { stratum: field } = answers
  const base = { ...answers, day, facts: facts ?? (field === undefined ? {} : { field }) }
  if (answers.isAssisted) return base
  const sentAtMs = Date.parse(`${day}T03:00:00Z`)
  const isSilent =
    answers.asked.every(({ answer }) => answer === 'unanswered') && poll?.outside?.answer === undefined
  const trace: PollTrace = {
    number,
    isUndelivered: false,
    half: number % 2 === 0 ? 'reminded' : 'control',
    sentAtMs,
    ...(isSilent ? {} : { answeredAtMs: sentAtMs + 3_600_000 }),
    ...poll,
  }
  return { ...base, poll: trace }
}

function outsideForms({ day, question, answers, asked }: KeptOutside): KeptForm[] {
  const given = Object.entries(answers).flatMap(([answer, count]) => Array<string>(count).fill(answer))
  const silent = Array<undefined>(Math.max(0, asked - given.length)).fill(undefined)
  return [...given, ...silent].map((answer) => ({
    day,
    form: { asked: [], poll: { outside: answer === undefined ? { question } : { question, answer } } },
  }))
}

/** The ports over plain lists. */
export function portsOf(records: Records): { records: Required<SurveyRecords>; dossiers: CountedDossiers } {
  return {
    records: {
      async read(period) {
        const kept = [...records.forms, ...records.outside.flatMap(outsideForms)]
        const forms = kept.map(archived).filter(({ day }) => within(period, day))
        return forms.length === 0 ? [] : [{ questionnaire: records.questionnaire, forms }]
      },
      async comments(period, limit) {
        return records.comments.filter(({ day }) => within(period, day)).slice(0, limit)
      },
    },
    dossiers: {
      imports: async () => [],
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
): YearlySources & ReturnType<typeof portsOf> {
  const { citizens, lowScores, oldQuestionnaires = [] } = records
  return {
    ...portsOf(records),
    lowScores: lowScores && { between: async () => lowScores },
    citizenFigure: citizens && (async () => citizens),
    findQuestionnaire: async (id, version) =>
      oldQuestionnaires.find((one) => one.id === id && one.version === version),
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
