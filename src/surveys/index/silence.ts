import { eachInSteps, finish, type Steps } from '../../lib/steps.ts'
import type { Level } from '../questionnaire.ts'
import { type IndexOptions, type Judged, wholeSteps } from './compute-index.ts'
import type { IndexLayout, SurveyForm } from './form.ts'
import { type CountedForm, sortFormsSteps } from './sort-forms.ts'

/**
 * What the index would be if those who did not answer had answered. Silence is never counted as consent: the truth lies
 * between the extremes, and the naive figure is only one of the possibilities between.
 */
export interface SilenceBounds {
  /** Every question that got no answer, counted as level 1. */
  allUnhappy: Judged
  /** Silent people like those who answered: the index itself. */
  likeAnswered: Judged
  /** Every question that got no answer, counted as level 5. */
  allHappy: Judged
  /** Answers that were asked for and did not come. */
  unanswered: number
  /**
   * From the lower end of `allUnhappy`'s interval to the upper end of `likeAnswered`'s: holds the truth as long as silent
   * people are not happier than the others. Absent when nobody answered.
   */
  cautious?: { low: number; high: number }
  /** Up to the upper end of `allHappy`'s interval: holds the truth whatever the silent think. */
  widest?: { low: number; high: number }
}

/** The same forms under the three suppositions about silent people. */
export interface Suppositions {
  allUnhappy: readonly CountedForm[]
  likeAnswered: readonly CountedForm[]
  allHappy: readonly CountedForm[]
}

/**
 * @param forms those of silent people too, every answer of theirs `unanswered`
 * @param weigh such as `weighByVolume`; asked again for each supposition, since those who count as answering change
 */
export function suppose(
  forms: readonly SurveyForm[],
  layout: IndexLayout,
  weigh: (forms: readonly SurveyForm[]) => readonly SurveyForm[] = (same) => same,
): Suppositions {
  return finish(supposeSteps(forms, layout, weigh))
}

function* supposeSteps(
  forms: readonly SurveyForm[],
  layout: IndexLayout,
  weigh: (forms: readonly SurveyForm[]) => readonly SurveyForm[],
): Steps<Suppositions> {
  return {
    allUnhappy: yield* sortFormsSteps(weigh(yield* fillIn(forms, 1)), layout),
    likeAnswered: yield* sortFormsSteps(weigh(forms), layout),
    allHappy: yield* sortFormsSteps(weigh(yield* fillIn(forms, 5)), layout),
  }
}

/** The bounds of unweighed forms. */
export function* silenceSteps(
  forms: readonly SurveyForm[],
  layout: IndexLayout,
  options: IndexOptions,
): Steps<SilenceBounds> {
  return yield* boundsSteps(yield* supposeSteps(forms, layout, (same) => same), layout, options)
}

export function silenceBounds(
  suppositions: Suppositions,
  layout: IndexLayout,
  options: IndexOptions,
): SilenceBounds {
  return finish(boundsSteps(suppositions, layout, options))
}

function* boundsSteps(
  suppositions: Suppositions,
  layout: IndexLayout,
  options: IndexOptions,
): Steps<SilenceBounds> {
  const allUnhappy = yield* wholeSteps(suppositions.allUnhappy, layout, options)
  const likeAnswered = yield* wholeSteps(suppositions.likeAnswered, layout, options)
  const allHappy = yield* wholeSteps(suppositions.allHappy, layout, options)
  const low = allUnhappy.interval?.low
  return {
    allUnhappy,
    likeAnswered,
    allHappy,
    unanswered: likeAnswered.unanswered,
    ...(low !== undefined && likeAnswered.interval
      ? { cautious: { low, high: likeAnswered.interval.high } }
      : {}),
    ...(low !== undefined && allHappy.interval ? { widest: { low, high: allHappy.interval.high } } : {}),
  }
}

function* fillIn(forms: readonly SurveyForm[], silent: Level): Steps<SurveyForm[]> {
  const filled = new Map<SurveyForm['asked'], SurveyForm['asked']>()
  const fill = (asked: SurveyForm['asked']) => {
    const known = filled.get(asked)
    if (known) return known
    const made = asked.some(({ answer }) => answer === 'unanswered')
      ? asked.map((one) => (one.answer === 'unanswered' ? { ...one, answer: silent } : one))
      : asked
    filled.set(asked, made)
    return made
  }
  const all: SurveyForm[] = []
  yield* eachInSteps(forms, (form) => {
    const asked = fill(form.asked)
    all.push(asked === form.asked ? form : { ...form, asked })
  })
  return all
}
