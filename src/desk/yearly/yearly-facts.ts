import type { DossierStore } from '../../dossiers/dossier-store.ts'
import { type OnTimeFigure, tallyOnTime } from '../../dossiers/on-time-figures.ts'
import type { CitizenFigure } from '../../dossiers/shadow-clock.ts'
import { inSteps } from '../../lib/steps.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { HolidayCalendar } from '../../lib/working-days/holiday-calendar.ts'
import { everyReport } from '../../reports/case/access.ts'
import { type Figures, figuresOf } from '../../reports/figures.ts'
import { type ReportOutcome, type ReportSummary, reportOutcomes } from '../../reports/report.ts'
import type { ReportStore } from '../../reports/report-store.ts'
import type { ArchivedForm } from '../../surveys/answer-archive.ts'
import { type Comparison, compareFigures } from '../../surveys/index/compare.ts'
import { computeIndexSteps, type IndexResult, type Judged } from '../../surveys/index/compute-index.ts'
import { type MethodId, methodIds } from '../../surveys/index/methods.ts'
import type { LowScoreCounter, LowScoreCounts } from '../../surveys/low-score-counts.ts'
import { countOutside, type OutsideCount } from '../../surveys/outside-counts.ts'
import type { Questionnaire } from '../../surveys/questionnaire.ts'
import { startOfDay } from '../display-time.ts'
import { chooseEntry, isSameVersion, type QuestionnaireSources } from '../surveys/choose-questionnaire.ts'
import { indexSteps, type PeriodIndex } from '../surveys/read-index.ts'
import type { Period, SurveyRecords } from '../surveys/survey-records.ts'

export interface YearlySources extends QuestionnaireSources {
  records: Pick<SurveyRecords, 'read'>
  dossiers: Pick<DossierStore, 'each'>
  /** On time as citizens tell it; absent without encryption keys. */
  citizenFigure?: ((range: { from: string; until: string }) => Promise<CitizenFigure>) | undefined
  /** Absent without encryption keys: then there are no reports. */
  reports?: Pick<ReportStore, 'receivedBetween'> | undefined
  calendar: HolidayCalendar
  /** What followed bad answers. */
  lowScores?: Pick<LowScoreCounter, 'between'> | undefined
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
  /** The question about payments outside the rules; absent when the questionnaire has none. */
  payment?: PaymentQuestion
  /** What followed bad answers, in the months of the period. */
  lowScores?: LowScoreCounts
  onTime: OnTimeFigure
  /** Beside the office's own figure, never mixed with it. */
  citizens?: CitizenFigure
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
  const { records, settings, calendar } = sources
  const options = { method, minimumPeople: settings.index.minimumPeople }
  const { known, ...chosen } = await chooseEntry(await records.read(period), sources)
  const { questionnaire } = chosen
  const index = await inSteps(indexSteps(chosen, options))
  const { forms, layout } = index

  const lastYear = { from: yearBefore(period.from), to: yearBefore(period.to) }
  const earlier = (await records.read(lastYear)).find((one) =>
    isSameVersion(one.questionnaire, questionnaire),
  )
  const compute = (some: readonly ArchivedForm[], other = method) =>
    inSteps(computeIndexSteps(some, layout, { ...options, method: other }))
  const figure = (await compute(earlier?.forms ?? [])).whole
  const comparable = (of: Judged) => ({ method: index.result.method, questionnaire, figure: of })

  const tally = tallyOnTime({ from: period.from, until: period.to, today: vietnamDay(now) })
  for await (const dossier of sources.dossiers.each({ kind: 'all' })) tally.add(dossier)

  const received: ReportSummary[] = []
  const between = [startOfDay(period.from)!, startOfDay(period.to, 1)!] as const
  if (sources.reports) {
    for await (const report of sources.reports.receivedBetween(everyReport, ...between)) received.push(report)
  }
  const payment = paymentQuestion(countOutside(forms, questionnaire))
  const byMethod: YearlyFacts['byMethod'] = []
  for (const id of methodIds) byMethod.push({ id, figure: (await compute(forms, id)).whole })
  const lowScores = await sources.lowScores?.between(period.from.slice(0, 7), period.to.slice(0, 7))
  const citizens = await sources.citizenFigure?.({ from: period.from, until: period.to })
  return {
    period,
    now,
    method,
    index,
    shares: await compute(forms, 'share45_pooled'),
    byMethod,
    questionnaires: known.length,
    before: {
      period: lastYear,
      figure,
      comparison: compareFigures(comparable(figure), comparable(index.result.whole)),
    },
    ...(payment ? { payment } : {}),
    ...(lowScores ? { lowScores } : {}),
    onTime: tally.figure(),
    ...(citizens ? { citizens } : {}),
    ...(sources.reports ? { reports: figuresOf(received, { calendar, now }) } : {}),
    paymentReports: countPayments(received),
  }
}

function paymentQuestion(counts: readonly OutsideCount[]): PaymentQuestion | undefined {
  const counted = counts.find(({ question }) => question.offersReport.length > 0)
  if (!counted) return undefined
  const { question, answered, answers } = counted
  return { question, answered, telling: answers.filter(({ tellsOfIt }) => tellsOfIt) }
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
