import type { DossierStore } from '../../dossiers/dossier-store.ts'
import { type OnTimeFigure, tallyOnTime } from '../../dossiers/on-time-figures.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { HolidayCalendar } from '../../lib/working-days/holiday-calendar.ts'
import { everyReport } from '../../reports/case/access.ts'
import { type Figures, figuresOf } from '../../reports/figures.ts'
import { type ReportOutcome, type ReportSummary, reportOutcomes } from '../../reports/report.ts'
import type { ReportStore } from '../../reports/report-store.ts'
import { type Comparison, compareFigures } from '../../surveys/index/compare.ts'
import { computeIndex, type IndexResult, type Judged } from '../../surveys/index/compute-index.ts'
import { type MethodId, methodIds } from '../../surveys/index/methods.ts'
import type { Questionnaire } from '../../surveys/questionnaire.ts'
import type { SurveySettings } from '../../surveys/survey-settings.ts'
import { startOfDay } from '../display-time.ts'
import { chooseEntry, indexOf, type PeriodIndex } from '../surveys/read-index.ts'
import type { OutsideCount, Period, SurveyRecords } from '../surveys/survey-records.ts'

export interface YearlySources {
  records: SurveyRecords
  dossiers: Pick<DossierStore, 'each'>
  /** Absent without encryption keys: then there are no reports. */
  reports?: Pick<ReportStore, 'receivedBetween'> | undefined
  questionnaires: readonly Questionnaire[]
  settings: SurveySettings
  calendar: HolidayCalendar
}

/** Every figure that the yearly report prints, computed from records; nothing of it is entered by hand. */
export interface YearlyFacts {
  period: Period
  now: Date
  method: MethodId
  index: PeriodIndex
  /** Always the share of satisfied answers, whatever method the index has: words such as "hầu hết" speak of shares. */
  shares: IndexResult
  byMethod: { id: MethodId; figure: Judged }[]
  /** Questionnaire versions with answers in the period; only the one with most forms is reported. */
  questionnaires: number
  before: { period: Period; figure: Judged; comparison: Comparison }
  /** The question about payments outside the rules; absent when it is not asked or its answers cannot be read. */
  payment?: PaymentQuestion
  onTime: OnTimeFigure
  /** Absent where no reports are taken: that is not the same as none. */
  reports?: Figures
  paymentReports: { count: number; open: number; outcomes: { name: ReportOutcome; count: number }[] }
}

export interface PaymentQuestion {
  question: Questionnaire['outsideIndex'][number]
  answered: number
  /** Answers after which a report is offered: those that tell of payments. */
  telling: { words: string; count: number }[]
}

export async function gatherYearly(
  sources: YearlySources,
  { period, method, now }: { period: Period; method: MethodId; now: Date },
): Promise<YearlyFacts> {
  const { records, questionnaires, settings, calendar } = sources
  const options = { method, minimumPeople: settings.index.minimumPeople }
  const { entry, questionnaire, known } = chooseEntry(await records.read(period), questionnaires, settings)
  const index = indexOf(entry, questionnaire, options)
  const { forms, layout } = index

  const lastYear = { from: yearBefore(period.from), to: yearBefore(period.to) }
  const { id, version } = questionnaire
  const earlier = (await records.read(lastYear)).find(
    (one) => one.questionnaire.id === id && one.questionnaire.version === version,
  )
  const figure = computeIndex(earlier?.forms ?? [], layout, options).whole
  const comparable = (of: Judged) => ({ method: index.result.method, questionnaire, figure: of })

  const tally = tallyOnTime({ from: period.from, until: period.to, today: vietnamDay(now) })
  for await (const dossier of sources.dossiers.each({ kind: 'all' })) tally.add(dossier)

  const received: ReportSummary[] = []
  const between = [startOfDay(period.from)!, startOfDay(period.to, 1)!] as const
  if (sources.reports) {
    for await (const report of sources.reports.receivedBetween(everyReport, ...between)) received.push(report)
  }
  const outside = await records.outsideAnswers?.(period)
  const payment = outside && paymentQuestion(questionnaire, outside)
  return {
    period,
    now,
    method,
    index,
    shares: computeIndex(forms, layout, { ...options, method: 'share45_pooled' }),
    byMethod: methodIds.map((other) => ({
      id: other,
      figure: computeIndex(forms, layout, { ...options, method: other }).whole,
    })),
    questionnaires: known.length,
    before: {
      period: lastYear,
      figure,
      comparison: compareFigures(comparable(figure), comparable(index.result.whole)),
    },
    ...(payment ? { payment } : {}),
    onTime: tally.figure(),
    ...(sources.reports ? { reports: figuresOf(received, { calendar, now }) } : {}),
    paymentReports: countPayments(received),
  }
}

function paymentQuestion(
  { id, outsideIndex }: Questionnaire,
  counts: readonly OutsideCount[],
): PaymentQuestion | undefined {
  const question = outsideIndex.find(({ offersReport }) => offersReport.length > 0)
  if (!question) return undefined
  const given = counts.filter((count) => count.questionnaire.id === id && count.question === question.id)
  const times = (answer: string) => given.reduce((sum, { answers }) => sum + (answers[answer] ?? 0), 0)
  return {
    question,
    answered: Object.keys(question.answers).reduce((sum, answer) => sum + times(answer), 0),
    telling: question.offersReport.map((answer) => ({
      words: question.answers[answer]!,
      count: times(answer),
    })),
  }
}

/** In any state: a report counts from the moment it was sent, whatever came of it. */
function countPayments(reports: readonly ReportSummary[]): YearlyFacts['paymentReports'] {
  const some = reports.filter(({ kind }) => kind === 'informal-payment')
  return {
    count: some.length,
    open: some.filter(({ outcome }) => outcome === undefined).length,
    outcomes: reportOutcomes.map((name) => ({
      name,
      count: some.filter(({ outcome }) => outcome === name).length,
    })),
  }
}

/** The same day a year earlier; of 29 February the 28th. */
function yearBefore(day: string): string {
  const year = String(Number(day.slice(0, 4)) - 1).padStart(4, '0')
  return day.endsWith('-02-29') ? `${year}-02-28` : `${year}${day.slice(4)}`
}
