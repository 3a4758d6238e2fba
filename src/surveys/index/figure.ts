import type { Steps } from '../../lib/steps.ts'
import { add, type Fraction, fraction, hundredths, isZero, over, times, toNumber, zero } from './fraction.ts'
import { type IndexMethod, percentOf, scoreOf } from './methods.ts'
import type { CountedForm } from './sort-forms.ts'
import { intervalOf, type PartOf, uncertaintySteps } from './uncertainty.ts'

/** One number of an index with what is needed to judge it. */
export interface Figure {
  /** Hundredths of a percent, half-up: 9605 is 96,05 %. Absent when nobody gave a valid answer. */
  value?: number
  /** Before rounding. */
  exact?: Fraction
  /** People with at least one valid answer (levels 1 to 5). */
  people: number
  answers: number
  satisfied: number
  /** How often each level was given, from 1 to 5. */
  levels: readonly [number, number, number, number, number]
  neverUsed: number
  unanswered: number
  /** 95 %. */
  interval?: FigureInterval
}

export interface FigureInterval {
  low: number
  high: number
  /** `wilson`: one yes-no answer a person. `wilson-effective`: everything else, by an effective number of answers. */
  method: 'wilson' | 'wilson-effective'
  /** How many independent answers the figure is worth. */
  effectiveAnswers: number
}

/** Items that are pooled into one ratio, and the say of that ratio in the whole figure. */
export interface Part {
  weight: number
  items: readonly { place: number; weight: number }[]
}

/**
 * The mean score over the parts. Each part is Σ score·w ÷ Σ w over its valid answers, w = answer weight × item weight
 * (Hájek's ratio when the rotation asks items with different chances). Parts without a valid answer have no say. Exact
 * until the last rounding; only the interval is floating-point.
 */
export function* figureSteps(
  forms: readonly CountedForm[],
  parts: readonly Part[],
  method: IndexMethod,
): Steps<Figure> {
  const partOf = new Map(
    parts.flatMap(({ items }, part) => items.map(({ place, weight }) => [place, { part, weight }] as const)),
  )
  const counts = countAnswers(forms, partOf)
  yield
  const totals = totalsOf(forms, parts.length, partOf, method)
  const weights = totals.map(({ base }, part) => (isZero(base) ? 0 : parts[part]!.weight))
  const sumOfWeights = weights.reduce((sum, weight) => sum + weight, 0)
  if (sumOfWeights === 0) return counts

  const means = totals.map(({ scored, base }) => (isZero(base) ? zero : over(scored, base)))
  const mean = means.reduce((sum, part, index) => {
    return weights[index] === 0 ? sum : add(sum, times(part, fraction(weights[index]!, sumOfWeights)))
  }, zero)
  const exact = percentOf(method, mean)
  yield
  const uncertainty = yield* uncertaintySteps(forms, {
    partOf,
    method,
    mean: toNumber(mean),
    parts: totals.map(({ base }, index) => ({
      say: weights[index]! / sumOfWeights,
      mean: toNumber(means[index]!),
      base: toNumber(base),
    })),
    people: counts.people,
  })
  const { low, high } = intervalOf(toNumber(mean), uncertainty, counts.levels, method)
  const percent = (score: number) =>
    Math.floor((method.worst + (method.best - method.worst) * score) * 100 + 0.5)
  const value = hundredths(exact)
  return {
    ...counts,
    value,
    exact,
    interval: {
      low: Math.min(value, percent(low)),
      high: Math.max(value, percent(high)),
      method: uncertainty.isPlain ? 'wilson' : 'wilson-effective',
      effectiveAnswers: Math.floor(uncertainty.effectiveAnswers * 10 + 0.5) / 10,
    },
  }
}

function countAnswers(forms: readonly CountedForm[], partOf: PartOf): Figure {
  const levels: [number, number, number, number, number] = [0, 0, 0, 0, 0]
  let people = 0
  let neverUsed = 0
  let unanswered = 0
  for (const { count, answers } of forms) {
    let isValid = false
    for (const { item, answer } of answers) {
      if (!partOf.has(item)) continue
      if (answer === 'never-used') neverUsed += count
      else if (answer === 'unanswered') unanswered += count
      else {
        levels[answer - 1]! += count
        isValid = true
      }
    }
    if (isValid) people += count
  }
  const answers = levels.reduce((sum, level) => sum + level, 0)
  return { people, answers, satisfied: levels[3] + levels[4], levels, neverUsed, unanswered }
}

/** Equal answers are counted first: there are few different ones, and long sums of fractions are slow. */
function totalsOf(
  forms: readonly CountedForm[],
  parts: number,
  partOf: PartOf,
  method: IndexMethod,
): { scored: Fraction; base: Fraction }[] {
  const cells = new Map<number, Map<Fraction, number[]>>()
  for (const { count, answers } of forms) {
    for (const { item, answer, weight } of answers) {
      if (typeof answer === 'string' || !partOf.has(item)) continue
      const ofItem = cells.get(item) ?? new Map<Fraction, number[]>()
      cells.set(item, ofItem)
      const levels = ofItem.get(weight) ?? [0, 0, 0, 0, 0]
      ofItem.set(weight, levels)
      levels[answer - 1]! += count
    }
  }
  const totals = Array.from({ length: parts }, () => ({ scored: zero, base: zero }))
  for (const [item, ofItem] of cells) {
    const { part, weight: itemWeight } = partOf.get(item)!
    const total = totals[part]!
    for (const [weight, levels] of ofItem) {
      for (const [index, count] of levels.entries()) {
        const share = times(weight, fraction(count * itemWeight))
        total.base = add(total.base, share)
        total.scored = add(total.scored, times(share, scoreOf(method, index + 1)))
      }
    }
  }
  return totals
}
