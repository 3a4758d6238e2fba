import type { CitizenFigure } from '../../dossiers/shadow-clock.ts'
import { eachInSteps, inSteps, type Steps, sortInSteps } from '../../lib/steps.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import { type ArchivedForm, countSent } from '../../surveys/answer-archive.ts'
import { countDropOff, countReminders, type ReminderFigures } from '../../surveys/asking-figures.ts'
import { type Comparison, compareFigures } from '../../surveys/index/compare.ts'
import {
  computeIndexSteps,
  type IndexOptions,
  type IndexResult,
  type Judged,
  wholeSteps,
} from '../../surveys/index/compute-index.ts'
import { countEqual } from '../../surveys/index/count-equal.ts'
import { type IndexLayout, layoutOf, type SurveyForm } from '../../surveys/index/form.ts'
import { type MethodId, methodIds } from '../../surveys/index/methods.ts'
import { type SilenceBounds, silenceSteps } from '../../surveys/index/silence.ts'
import { sortFormsSteps } from '../../surveys/index/sort-forms.ts'
import type { LowScoreCounter, LowScoreCounts } from '../../surveys/low-score-counts.ts'
import { countOutside, type OutsideCount } from '../../surveys/outside-counts.ts'
import type { Questionnaire } from '../../surveys/questionnaire.ts'
import { findSigns, type SignFinding } from '../../surveys/trace-forms.ts'
import {
  chooseEntry,
  isSameVersion,
  type QuestionnaireSources,
  questionnaireKey,
} from './choose-questionnaire.ts'
import type { DossierFigures, ReadDossierFigures } from './dossier-figures.ts'
import { fits, type IndexFilter, isFiltered, type PartKind, partKinds, partOf } from './index-filter.ts'
import { byName, type RankedPart, rankParts, type WeightedIndex, weighFields } from './parts-of-work.ts'
import type { Period, SurveyRecords } from './survey-records.ts'
import { periodBefore, sliceTime, type TimeSlice } from './time-slices.ts'

export interface IndexSources extends QuestionnaireSources {
  records: Pick<SurveyRecords, 'read'>
  dossierFigures: ReadDossierFigures
  /** On time as citizens tell it; absent without encryption keys. */
  citizenFigure?: ((range: { from: string; until: string }) => Promise<CitizenFigure>) | undefined
  /** What followed bad answers. */
  lowScores?: Pick<LowScoreCounter, 'between'> | undefined
}

export interface IndexWish {
  period: Period
  method: MethodId
  /** "sipas-19@1"; otherwise the one with most forms. */
  questionnaire?: string | undefined
  filter: IndexFilter
}

/** The answers of one questionnaire version in one period, with everything that is counted from them. */
export interface PeriodIndex {
  questionnaire: Questionnaire
  layout: IndexLayout
  forms: readonly ArchivedForm[]
  funnel: { sent: number; delivered: number }
  result: IndexResult
  silence: SilenceBounds
}

export interface IndexView extends PeriodIndex {
  period: Period
  method: MethodId
  filter: IndexFilter
  /** Of a filter so narrow that its counts would tell what single people answered: nothing of it is shown. */
  isTooNarrow: boolean
  /** What can be chosen, of the whole period. */
  choices: Record<PartKind, string[]>
  /** Every questionnaire version with forms in the period; figures of different ones are never mixed. */
  others: { key: string; title: string }[]
  /** Versions with stored answers whose words are nowhere any more: nothing is counted of them. */
  unknown: string[]
  byMethod: { id: MethodId; figure: Judged }[]
  /** Beside the plain figure, never in its place. */
  weighted?: WeightedIndex
  series: (TimeSlice & { figure: Judged })[]
  parts: Record<PartKind, RankedPart[]>
  change: { before: Period; comparison: Comparison }
  outside: OutsideCount[]
  dropOff: ReturnType<typeof countDropOff>
  reminders: ReminderFigures
  signs: SignFinding[]
  dossiers: DossierFigures
  citizens?: CitizenFigure
  /** Absent under a filter, for they are counted by month alone. */
  lowScores?: LowScoreCounts
}

/** Everything that the page of the index shows, computed anew; chats are answered in between. */
export async function readIndex(sources: IndexSources, wish: IndexWish, now: Date): Promise<IndexView> {
  const { records, dossierFigures, citizenFigure, lowScores, settings } = sources
  const { period, method, filter } = wish
  const options: IndexOptions = { method, minimumPeople: settings.index.minimumPeople }
  const before = periodBefore(period)
  const [entries, earlier, dossiers, citizens, low] = await Promise.all([
    records.read(period),
    records.read(before),
    dossierFigures(period, filter, vietnamDay(now)),
    citizenFigure?.({ from: period.from, until: period.to }),
    isFiltered(filter) ? undefined : lowScores?.between(period.from.slice(0, 7), period.to.slice(0, 7)),
  ])
  const chosen = await chooseEntry(entries, sources, wish.questionnaire)
  const formsBefore =
    earlier.find((entry) => isSameVersion(entry.questionnaire, chosen.questionnaire))?.forms ?? []
  return inSteps(viewOf())

  function* viewOf(): Steps<IndexView> {
    const { questionnaire } = chosen
    const forms = yield* within(chosen.forms, filter)
    const slices = sliceTime(period)
    const counted = yield* countEqual(forms, partNamer(slices))
    const named = (name: string) => counted.get(name) ?? []
    const all = named(everything)
    const index = yield* indexOfCounted({ questionnaire, forms }, all, options)
    const { layout } = index
    const whole = function* (some: readonly SurveyForm[]): Steps<Judged> {
      return yield* wholeSteps(yield* sortFormsSteps(some, layout), layout, options)
    }
    const ofKind = (kind: PartKind) =>
      [...counted].flatMap(([name, own]) => {
        const [of, part] = splitName(name)
        return of === kind ? [{ name: part, forms: own }] : []
      })
    const weighted = yield* weighFields(ofKind('field'), dossiers.volumes, whole)
    const series: IndexView['series'] = []
    for (const slice of slices) {
      series.push({ ...slice, figure: yield* whole(named(joinName('slice', slice.to))) })
    }
    const parts: IndexView['parts'] = { unit: [], field: [], procedure: [] }
    for (const kind of partKinds) parts[kind] = yield* rankParts(ofKind(kind), whole)
    const sorted = yield* sortFormsSteps(all, layout)
    const byMethod: IndexView['byMethod'] = []
    for (const id of methodIds) {
      byMethod.push({ id, figure: yield* wholeSteps(sorted, layout, { ...options, method: id }) })
    }
    const earlierForms = yield* countEqual(yield* within(formsBefore, filter), () => [everything])
    const figureBefore = yield* whole(earlierForms.get(everything) ?? [])
    const comparable = (figure: Judged) => ({ method: index.result.method, questionnaire, figure })
    const choices = yield* choicesOf(chosen.forms)
    const outside = countOutside(forms, questionnaire)
    yield
    const dropOff = countDropOff(forms)
    yield
    const reminders = countReminders(forms, settings.asking, now)
    const signs = yield* findSigns(forms, settings.signs)
    return {
      ...index,
      period,
      method,
      filter,
      isTooNarrow: isFiltered(filter) && index.result.whole.isTooFew,
      choices,
      others: chosen.known.map((one) => ({ key: questionnaireKey(one), title: one.title })),
      unknown: chosen.unknown,
      byMethod,
      ...(weighted ? { weighted } : {}),
      series,
      parts,
      change: {
        before,
        comparison: compareFigures(comparable(figureBefore), comparable(index.result.whole)),
      },
      outside,
      dropOff,
      reminders,
      signs,
      dossiers,
      ...(citizens ? { citizens } : {}),
      ...(low ? { lowScores: low } : {}),
    }
  }
}

export function* indexSteps(
  asked: Pick<PeriodIndex, 'questionnaire' | 'forms'>,
  options: IndexOptions,
): Steps<PeriodIndex> {
  const counted = yield* countEqual(asked.forms, () => [everything])
  return yield* indexOfCounted(asked, counted.get(everything) ?? [], options)
}

function* indexOfCounted(
  { questionnaire, forms }: Pick<PeriodIndex, 'questionnaire' | 'forms'>,
  all: readonly SurveyForm[],
  options: IndexOptions,
): Steps<PeriodIndex> {
  const layout = layoutOf(questionnaire)
  return {
    questionnaire,
    layout,
    forms,
    funnel: countSent(forms),
    result: yield* computeIndexSteps(all, layout, options),
    silence: yield* silenceSteps(all, layout, options),
  }
}

function* within(forms: readonly ArchivedForm[], filter: IndexFilter): Steps<readonly ArchivedForm[]> {
  if (!isFiltered(filter)) return forms
  const fitting: ArchivedForm[] = []
  yield* eachInSteps(forms, (form) => {
    if (fits(form.facts, filter)) fitting.push(form)
  })
  return fitting
}

const everything = 'everything'
const joinName = (of: PartKind | 'slice', part: string) => `${of}\n${part}`
function splitName(name: string): [of: string, part: string] {
  const end = name.indexOf('\n')
  return end < 0 ? [name, ''] : [name.slice(0, end), name.slice(end + 1)]
}

/** Every part of the page to which a form belongs, so that all are counted in one pass. Entries by staff are of no kind of work. */
function partNamer(slices: readonly TimeSlice[]): (form: ArchivedForm) => readonly string[] {
  const ofFacts = new WeakMap<ArchivedForm['facts'], string[]>()
  const ofDay = new Map<string, string[]>()
  return ({ facts, day, isAssisted }) => {
    let kinds = ofFacts.get(facts)
    if (!kinds) {
      kinds = partKinds.map((kind) => joinName(kind, partOf(facts, kind)))
      ofFacts.set(facts, kinds)
    }
    let slice = ofDay.get(day)
    if (!slice) {
      const found = slices.find(({ to }) => day <= to)
      slice = found ? [everything, joinName('slice', found.to)] : [everything]
      ofDay.set(day, slice)
    }
    return isAssisted ? slice : [...slice, ...kinds]
  }
}

function* choicesOf(forms: readonly ArchivedForm[]): Steps<IndexView['choices']> {
  const different = new Set<ArchivedForm['facts']>()
  yield* eachInSteps(forms, ({ facts }) => different.add(facts))
  const choices: IndexView['choices'] = { unit: [], field: [], procedure: [] }
  for (const kind of partKinds) {
    const names = new Set<string>()
    yield* eachInSteps(different, (facts) => names.add(partOf(facts, kind)))
    names.delete('')
    choices[kind] = yield* sortInSteps([...names], byName)
  }
  return choices
}
