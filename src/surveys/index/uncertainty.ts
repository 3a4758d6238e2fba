import type { Steps } from '../../lib/steps.ts'
import { effectiveSize, unseenShare, wilson } from './interval.ts'
import { type IndexMethod, scoreNumber } from './methods.ts'
import type { CountedForm } from './sort-forms.ts'

/** In which part of a figure an item stands, and its weight there; items of other figures are absent. */
export type PartOf = ReadonlyMap<number, { part: number; weight: number }>

/** What surrounds a figure: as how many independent answers it counts. */
export interface Uncertainty {
  effectiveAnswers: number
  /** Fewer than people where some have more say than others. */
  effectivePeople: number
  /** One yes-no answer a person, all with the same weight: Wilson's interval needs no approximation. */
  isPlain: boolean
}

export interface Estimate {
  partOf: PartOf
  method: IndexMethod
  mean: number
  parts: readonly { say: number; mean: number; base: number }[]
  people: number
}

/**
 * Answers of one person resemble each other, so the variance is that of people, not of answers: Taylor linearisation of
 * the ratios with a form as the sampling unit. A part in which few people answered alike would look certain; no part
 * is taken for more certain than independent answers with a spread drawn towards the common one (`leaning` answers' worth).
 */
export function* uncertaintySteps(
  forms: readonly CountedForm[],
  { partOf, method, mean, parts, people }: Estimate,
): Steps<Uncertainty> {
  const spreads = parts.map(() => ({ forms: 0, squares: 0, weights: 0, weightSquares: 0, spread: 0 }))
  let isPlain = method.score === 'satisfied' && parts.length === 1
  let onlyWeight: number | undefined
  for (const { count, answers } of forms) {
    const rest = new Map<number, number>()
    let valid = 0
    for (const { item, answer, worth } of answers) {
      const place = partOf.get(item)
      if (!place || typeof answer === 'string') continue
      const { mean: partMean } = parts[place.part]!
      const spread = spreads[place.part]!
      const w = worth * place.weight
      const off = scoreNumber(method, answer) - partMean
      rest.set(place.part, (rest.get(place.part) ?? 0) + w * off)
      spread.weights += count * w
      spread.weightSquares += count * w * w
      spread.spread += count * w * off * off
      onlyWeight ??= w
      if (onlyWeight !== w) isPlain = false
      valid++
    }
    if (valid > 1) isPlain = false
    for (const [part, sum] of rest) {
      spreads[part]!.forms += count
      spreads[part]!.squares += count * sum * sum
    }
  }
  yield
  if (isPlain) return { effectiveAnswers: people, effectivePeople: people, isPlain }

  const corrections = spreads.map(({ forms: n }) => (n > 1 ? Math.sqrt(n / (n - 1)) : 1))
  let variance = 0
  let sayOfForms = 0
  for (const { count, answers } of forms) {
    let influence = 0
    let say = 0
    for (const { item, answer, worth } of answers) {
      const place = partOf.get(item)
      if (!place || typeof answer === 'string') continue
      const part = parts[place.part]!
      const w = (part.say * worth * place.weight) / part.base
      influence += w * (scoreNumber(method, answer) - part.mean) * corrections[place.part]!
      say += w
    }
    variance += count * influence * influence
    sayOfForms += count * say * say
  }

  const answersWorth = spreads.map(({ weights, weightSquares }) => (weights * weights) / weightSquares)
  const commonSpread =
    spreads.reduce((sum, { spread }) => sum + spread, 0) /
    spreads.reduce((sum, { weights }) => sum + weights, 0)
  for (const [part, { spread, weights, squares, forms: n }] of spreads.entries()) {
    const { say, base } = parts[part]!
    if (n === 0 || say === 0) continue
    const worth = answersWorth[part]!
    const leaned = ((worth * spread) / weights + leaning * commonSpread) / (worth + leaning)
    const estimated = (squares * corrections[part]! * corrections[part]!) / (base * base)
    variance += say * say * Math.max(0, leaned / worth - estimated)
  }
  // Everybody said the same: as many answers as there are people, for theirs may hang together.
  const effectivePeople = 1 / sayOfForms
  const isAlike = variance === 0 || mean <= 0 || mean >= 1
  const effectiveAnswers = isAlike ? effectivePeople : effectiveSize(mean, variance, people)
  return { effectiveAnswers, effectivePeople, isPlain }
}

const leaning = 4

/** 95 %, on the scale of scores from 0 to 1. */
export function intervalOf(
  mean: number,
  { effectiveAnswers, effectivePeople }: Uncertainty,
  levels: readonly number[],
  { score }: IndexMethod,
): { low: number; high: number } {
  const { low, high } = wilson(mean, effectiveAnswers)
  if (score === 'satisfied') return { low, high }
  const unseen = unseenShare(effectivePeople)
  return {
    low: levels[0] === 0 ? Math.min(low, mean * (1 - unseen)) : low,
    high: levels[4] === 0 ? Math.max(high, mean + unseen * (1 - mean)) : high,
  }
}
