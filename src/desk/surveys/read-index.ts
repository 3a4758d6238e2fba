import type { Dossier } from '../../dossiers/dossier.ts'
import type { DossierStore } from '../../dossiers/dossier-store.ts'
import { type OnTimeFigure, tallyMonths } from '../../dossiers/on-time-figures.ts'
import type { AnswersOfPeriod } from '../../surveys/answer-archive.ts'
import { type Comparison, compareFigures, rankUnits } from '../../surveys/index/compare.ts'
import {
  computeIndex,
  type IndexOptions,
  type IndexResult,
  type Judged,
} from '../../surveys/index/compute-index.ts'
import { type IndexLayout, layoutOf, type SurveyForm } from '../../surveys/index/form.ts'
import { type MethodId, methodIds } from '../../surveys/index/methods.ts'
import { type SilenceBounds, silenceBounds, suppose } from '../../surveys/index/silence.ts'
import type { Questionnaire } from '../../surveys/questionnaire.ts'
import { questionnaireInUse, type SurveySettings } from '../../surveys/survey-settings.ts'
import type { Period, SurveyRecords } from './survey-records.ts'
import { periodBefore, sliceTime, type TimeSlice } from './time-slices.ts'

export interface IndexSources {
  records: Pick<SurveyRecords, 'read'>
  dossiers: Pick<DossierStore, 'each'>
  questionnaires: readonly Questionnaire[]
  settings: SurveySettings
}

export interface IndexWish {
  period: Period
  method: MethodId
  /** "sipas-19@1"; otherwise the one with most forms. */
  questionnaire?: string | undefined
}

/** The answers of one questionnaire version in one period, with everything that is counted from them. */
export interface PeriodIndex {
  questionnaire: Questionnaire
  layout: IndexLayout
  forms: readonly SurveyForm[]
  funnel: AnswersOfPeriod['funnel']
  result: IndexResult
  silence: SilenceBounds
}

export interface IndexView extends PeriodIndex {
  period: Period
  method: MethodId
  /** Every questionnaire version with forms in the period; figures of different ones are never mixed. */
  others: { key: string; title: string }[]
  /** Versions with stored answers whose words are no longer in the files: nothing is counted of them. */
  unknown: string[]
  byMethod: { id: MethodId; figure: Judged }[]
  series: (TimeSlice & { figure: Judged })[]
  fields: { place?: number; name: string; figure: Judged }[]
  change: { before: Period; comparison: Comparison }
  onTime: (OnTimeFigure & { month: string })[]
}

export function questionnaireKey({ id, version }: { id: string; version: number }): string {
  return `${id}@${version}`
}

/** Everything that the page of the index shows, read and computed anew. */
export async function readIndex(
  { records, dossiers, questionnaires, settings }: IndexSources,
  wish: IndexWish,
  today: string,
): Promise<IndexView> {
  const { period, method } = wish
  const options: IndexOptions = { method, minimumPeople: settings.index.minimumPeople }
  const entries = await records.read(period)
  const chosen = chooseEntry(entries, questionnaires, settings, wish.questionnaire)
  const now = indexOf(chosen.entry, chosen.questionnaire, options)
  const { layout, questionnaire, forms } = now
  const ofSame = async (other: Period) =>
    (await records.read(other)).find((entry) => isSame(entry.questionnaire, questionnaire))?.forms ?? []
  const whole = (some: readonly SurveyForm[]) => computeIndex(some, layout, options).whole

  const series: IndexView['series'] = []
  for (const slice of sliceTime(period)) series.push({ ...slice, figure: whole(await ofSame(slice)) })
  const before = periodBefore(period)
  const comparable = (figure: Judged) => ({ method: now.result.method, questionnaire, figure })
  return {
    ...now,
    period,
    method,
    others: chosen.known.map((one) => ({ key: questionnaireKey(one), title: one.title })),
    unknown: chosen.unknown,
    byMethod: methodIds.map((id) => ({
      id,
      figure: computeIndex(forms, layout, { ...options, method: id }).whole,
    })),
    series,
    fields: fieldsOf(forms, whole),
    change: {
      before,
      comparison: compareFigures(comparable(whole(await ofSame(before))), comparable(now.result.whole)),
    },
    onTime: await onTimeByMonth(dossiers, period, today),
  }
}

export function indexOf(
  entry: Pick<AnswersOfPeriod, 'forms' | 'funnel'>,
  questionnaire: Questionnaire,
  options: IndexOptions,
): PeriodIndex {
  const layout = layoutOf(questionnaire)
  const { forms, funnel } = entry
  return {
    questionnaire,
    layout,
    forms,
    funnel,
    result: computeIndex(forms, layout, options),
    silence: silenceBounds(suppose(forms, layout), layout, options),
  }
}

const nothing = { forms: [], funnel: { finishedDossiers: 0, sent: 0, delivered: 0 } }

/** The wanted one; else that with most forms; else the one in use, with nothing in it. */
export function chooseEntry(
  entries: readonly AnswersOfPeriod[],
  questionnaires: readonly Questionnaire[],
  settings: SurveySettings,
  wanted?: string,
): {
  entry: Pick<AnswersOfPeriod, 'forms' | 'funnel'>
  questionnaire: Questionnaire
  known: Questionnaire[]
  unknown: string[]
} {
  const pairs = entries.map((entry) => ({
    entry,
    questionnaire: questionnaires.find((one) => isSame(one, entry.questionnaire)),
  }))
  const known = pairs.flatMap(({ entry, questionnaire }) => (questionnaire ? [{ entry, questionnaire }] : []))
  const [most] = [...known].sort((a, b) => b.entry.forms.length - a.entry.forms.length)
  const found = known.find(({ questionnaire }) => questionnaireKey(questionnaire) === wanted) ?? most
  return {
    ...(found ?? { entry: nothing, questionnaire: questionnaireInUse(settings, questionnaires)! }),
    known: known.map(({ questionnaire }) => questionnaire),
    unknown: pairs
      .filter(({ questionnaire }) => !questionnaire)
      .map(({ entry }) => questionnaireKey(entry.questionnaire)),
  }
}

function isSame(a: { id: string; version: number }, b: { id: string; version: number }): boolean {
  return a.id === b.id && a.version === b.version
}

/** By the part of the work that the forms belong to; a place of its own only where the intervals part. */
function fieldsOf(
  forms: readonly SurveyForm[],
  whole: (forms: readonly SurveyForm[]) => Judged,
): IndexView['fields'] {
  const names = [...new Set(forms.flatMap(({ stratum }) => stratum ?? []))].sort((a, b) =>
    a.localeCompare(b, 'vi'),
  )
  const units = names.map((name) => ({
    name,
    figure: whole(forms.filter(({ stratum }) => stratum === name)),
  }))
  const { ranked, tooFew } = rankUnits(units)
  return [...ranked.map(({ place, unit }) => ({ place, ...unit })), ...tooFew]
}

async function onTimeByMonth(
  dossiers: Pick<DossierStore, 'each'>,
  { from, to }: Period,
  today: string,
): Promise<IndexView['onTime']> {
  const tally = tallyMonths({ first: from.slice(0, 7), last: to.slice(0, 7), today })
  const results = dossiers.each({ kind: 'done', from, until: to })
  for await (const dossier of results as AsyncIterable<Dossier>) tally.add(dossier)
  return tally.figures()
}
