import { describe, expect, it } from 'vitest'
import { computeIndex } from '../../../src/surveys/index/compute-index.ts'
import type { Answer, IndexLayout, SurveyForm } from '../../../src/surveys/index/form.ts'
import { wilson } from '../../../src/surveys/index/interval.ts'
import type { Level } from '../../../src/surveys/questionnaire.ts'
import { seededRandom } from '../../../src/surveys/seeded-random.ts'

describe("Wilson's interval", () => {
  // Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d in %d is the published one', (satisfied, n, low, high) => {
    const interval = wilson(satisfied / n, n)
    expect(interval.low).toBeCloseTo(low, 4)
    expect(interval.high).toBeCloseTo(high, 4)
  })
})

const layoutOfItems = (...items: string[]): IndexLayout => ({
  groups: [{ id: 'A', name: 'A', weight: 1, items: items.map((id) => ({ id, weight: 1 })) }],
})
const form = (...answers: Answer[]): SurveyForm => ({
  asked: answers.map((answer, place) => ({ item: String(place), answer })),
})
const whole = (forms: SurveyForm[], items: number, method: 'share45_pooled' | 'mean_rescaled') => {
  const layout = layoutOfItems(...Array.from({ length: items }, (_, place) => String(place)))
  return computeIndex(forms, layout, { method, minimumPeople: 30 }).whole
}

describe('the interval of a figure', () => {
  it('is plain Wilson for one yes-no answer a person', () => {
    const forms = Array.from({ length: 50 }, (_, n) => form(n < 48 ? 4 : 2))
    const { interval } = whole(forms, 1, 'share45_pooled')
    // 48 of 50: (0.96 + 0.03841 ∓ 1.96 × √(0.96 × 0.04 ÷ 50 + 0.000384)) ÷ 1.07683 = 0.8654 … 0.9890
    expect(interval).toEqual({ low: 8654, high: 9890, method: 'wilson', effectiveAnswers: 50 })
  })

  it('counts people, not answers, when those of one person agree', () => {
    const forms = Array.from({ length: 60 }, (_, n) => form(...Array<Answer>(10).fill(n < 54 ? 5 : 1)))
    const { interval, answers } = whole(forms, 10, 'share45_pooled')
    expect(answers).toBe(600)
    expect(interval!.method).toBe('wilson-effective')
    // (60 − 1) × (1.96 ÷ 2.02)² for the few forms
    expect(interval!.effectiveAnswers).toBeGreaterThan(54)
    expect(interval!.effectiveAnswers).toBeLessThan(60)
  })

  it('is not empty when everybody says the same', () => {
    const same = Array.from({ length: 40 }, () => form(5, 5, 5))
    for (const method of ['share45_pooled', 'mean_rescaled'] as const) {
      const { value, interval } = whole(same, 3, method)
      expect(value).toBe(10_000)
      expect(interval).toMatchObject({ high: 10_000, effectiveAnswers: 40 })
      expect(interval!.low).toBe(9124)
    }
  })

  it('of a mean of levels is narrower than that of a share with the same n, and wider for fewer forms', () => {
    const levels: Answer[] = [5, 4, 4, 5, 3, 4, 5, 2, 4, 5]
    const forms = (n: number) => Array.from({ length: n }, (_, place) => form(levels[place % 10]!))
    const width = (n: number, method: 'share45_pooled' | 'mean_rescaled') => {
      const { low, high } = whole(forms(n), 1, method).interval!
      return high - low
    }
    expect(width(50, 'mean_rescaled')).toBeLessThan(width(50, 'share45_pooled'))
    expect(width(30, 'mean_rescaled')).toBeGreaterThan(width(300, 'mean_rescaled') * 3)
  })

  // Shares of the levels 1 to 5. A rare worst answer is what small samples miss.
  it.each([
    ['long tail', 30, [0.05, 0.02, 0, 0.11, 0.82]],
    ['long tail', 60, [0.05, 0.02, 0, 0.11, 0.82]],
    ['very rare tail', 60, [0.02, 0, 0, 0.18, 0.8]],
    ['spread', 30, [0.05, 0.1, 0.25, 0.35, 0.25]],
    ['nearly all very satisfied', 40, [0.01, 0.01, 0.01, 0.07, 0.9]],
  ] as const)('of a mean of levels holds the truth: %s, %d people', (kind, people, shares) => {
    const truth = shares.reduce<number>((sum, share, level) => sum + 25 * share * level, 0)
    const runs = 1000
    const held = { ours: 0, plain: 0 }
    for (let run = 0; run < runs; run++) {
      const random = seededRandom(`${shares} ${run}`)
      const levels = Array.from({ length: people }, () => drawLevel(shares, random.share()))
      const { interval } = whole(
        levels.map((level) => form(level)),
        1,
        'mean_rescaled',
      )
      if (interval!.low <= truth * 100 && truth * 100 <= interval!.high) held.ours++
      if (Math.abs(meanOf(levels) - truth) <= plainMargin(levels)) held.plain++
    }
    expect(held.ours / runs).toBeGreaterThanOrEqual(0.93)
    // The usual ± t × s ÷ √n, for comparison: it loses where the tail is long.
    if (kind.endsWith('tail')) expect(held.plain).toBeLessThan(held.ours)
  })
})

function drawLevel(shares: readonly number[], drawn: number): Level {
  let sum = 0
  for (const [index, share] of shares.entries()) {
    sum += share
    if (drawn < sum) return (index + 1) as Level
  }
  return 5
}

/** On the scale of 0 to 100. */
function meanOf(levels: readonly Level[]): number {
  return levels.reduce<number>((sum, level) => sum + 25 * (level - 1), 0) / levels.length
}

function plainMargin(levels: readonly Level[]): number {
  const mean = meanOf(levels)
  const squares = levels.reduce<number>((sum, level) => sum + (25 * (level - 1) - mean) ** 2, 0)
  return 2.02 * Math.sqrt(squares / (levels.length - 1) / levels.length)
}
