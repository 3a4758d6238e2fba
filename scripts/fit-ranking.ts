import { featureNames } from '../src/catalogue/search/feature-names.ts'
import {
  confidenceNames,
  type Logistic,
  type RankingWeights,
} from '../src/catalogue/search/ranking-weights.ts'

/** One question's candidates and which of them are right. */
export interface RankingExample {
  features: readonly Float64Array[]
  isRight: readonly boolean[]
  weight: number
}

/** Plain Adam; the problems are convex and small, so its usual constants do. */
function minimise(
  size: number,
  steps: number,
  rate: number,
  gradient: (at: Float64Array) => Float64Array,
): Float64Array {
  const at = new Float64Array(size)
  const mean = new Float64Array(size)
  const square = new Float64Array(size)
  for (let step = 1; step <= steps; step++) {
    const slope = gradient(at)
    for (let i = 0; i < size; i++) {
      mean[i] = 0.9 * mean[i]! + 0.1 * slope[i]!
      square[i] = 0.999 * square[i]! + 0.001 * slope[i]! ** 2
      at[i]! -= (rate * (mean[i]! / (1 - 0.9 ** step))) / (Math.sqrt(square[i]! / (1 - 0.999 ** step)) + 1e-8)
    }
  }
  return at
}

const rankingSteps = 200

/** Listwise softmax: the right candidates of a question should take all of its probability. */
export function fitRanking(examples: readonly RankingExample[], l2: number): RankingWeights['ranking'] {
  const size = featureNames.length
  const { means, scales } = standardise(
    examples.flatMap(({ features }) => features),
    size,
  )
  // One flat array: the sum below runs over all candidates some hundred times.
  const starts = new Int32Array(examples.length + 1)
  for (const [n, { features }] of examples.entries()) starts[n + 1] = starts[n]! + features.length
  const values = new Float64Array(starts[examples.length]! * size)
  const isRight = new Uint8Array(starts[examples.length]!)
  for (const [n, example] of examples.entries()) {
    for (const [i, row] of example.features.entries()) {
      const at = starts[n]! + i
      isRight[at] = example.isRight[i] ? 1 : 0
      for (let k = 0; k < size; k++) values[at * size + k] = (row[k]! - means[k]!) / scales[k]!
    }
  }
  const shares = new Float64Array(isRight.length)
  const total = examples.reduce((sum, { weight }) => sum + weight, 0)
  const fitted = minimise(size, rankingSteps, 0.08, (at) => {
    const slope = at.map((value) => (l2 * value) / total)
    for (const [n, { weight }] of examples.entries()) {
      const start = starts[n]!
      const end = starts[n + 1]!
      const right = softmaxInto(shares, values, at, isRight, start, end)
      for (let i = start; i < end; i++) {
        const scaled = ((shares[i]! - (isRight[i] ? shares[i]! / right : 0)) * weight) / total
        if (Math.abs(scaled) < 1e-8) continue
        const row = i * size
        for (let k = 0; k < size; k++) slope[k]! += scaled * values[row + k]!
      }
    }
    return slope
  })
  return Object.fromEntries(
    featureNames.map((name, i) => [
      name,
      { weight: round(fitted[i]!), mean: round(means[i]!), scale: round(scales[i]!) },
    ]),
  )
}

export interface LogisticExample {
  features: Float64Array
  isTrue: boolean
  weight: number
}

export function fitLogistic(examples: readonly LogisticExample[], l2: number): Logistic {
  const size = confidenceNames.length
  const { means, scales } = standardise(
    examples.map(({ features }) => features),
    size,
  )
  const rows = examples.map((example) => ({
    ...example,
    values: Float64Array.from([1, ...example.features.map((value, i) => (value - means[i]!) / scales[i]!)]),
  }))
  const total = rows.reduce((sum, { weight }) => sum + weight, 0)
  const fitted = minimise(size + 1, 500, 0.05, (at) => {
    const slope = at.map((value, i) => (i === 0 ? 0 : (l2 * value) / total))
    for (const { values, isTrue, weight } of rows) {
      const error = 1 / (1 + Math.exp(-dot(values, at))) - (isTrue ? 1 : 0)
      for (let k = 0; k <= size; k++) slope[k]! += (error * weight * values[k]!) / total
    }
    return slope
  })
  const weights = Object.fromEntries(
    confidenceNames.map((name, i) => [name, round(fitted[i + 1]! / scales[i]!)]),
  ) as Logistic['weights']
  const bias = fitted[0]! - means.reduce((sum, mean, i) => sum + (fitted[i + 1]! * mean) / scales[i]!, 0)
  return { bias: round(bias), weights }
}

function standardise(rows: readonly Float64Array[], size: number) {
  const means = new Float64Array(size)
  const scales = new Float64Array(size)
  for (const row of rows) for (let i = 0; i < size; i++) means[i]! += row[i]! / rows.length
  for (const row of rows)
    for (let i = 0; i < size; i++) scales[i]! += (row[i]! - means[i]!) ** 2 / rows.length
  return { means, scales: scales.map((variance) => Math.max(Math.sqrt(variance), 0.01)) }
}

/** Puts the softmax of a question's candidates into `shares`. @returns the share of the right ones together */
function softmaxInto(
  shares: Float64Array,
  values: Float64Array,
  weights: Float64Array,
  isRight: Uint8Array,
  start: number,
  end: number,
): number {
  const size = weights.length
  let best = Number.NEGATIVE_INFINITY
  for (let i = start; i < end; i++) {
    let score = 0
    for (let k = 0, at = i * size; k < size; k++, at++) score += weights[k]! * values[at]!
    shares[i] = score
    if (score > best) best = score
  }
  let sum = 0
  for (let i = start; i < end; i++) {
    shares[i] = Math.exp(shares[i]! - best)
    sum += shares[i]!
  }
  let right = 0
  for (let i = start; i < end; i++) {
    shares[i]! /= sum
    if (isRight[i]) right += shares[i]!
  }
  return right
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function round(value: number): number {
  return Math.round(value * 1e5) / 1e5
}
