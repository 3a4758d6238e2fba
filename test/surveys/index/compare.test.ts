import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Comparable, compareFigures, rankUnits } from '../../../src/surveys/index/compare.ts'
import { computeIndex, type Judged } from '../../../src/surveys/index/compute-index.ts'
import type { MethodId } from '../../../src/surveys/index/methods.ts'
import { decimal, wordComparison } from '../../../src/surveys/index/word-index.ts'
import { surveyTexts } from '../read-surveys.ts'

function figure(satisfied: number, n: number, method: MethodId = 'share45_pooled'): Judged {
  const layout = { groups: [{ id: 'A', name: 'A', weight: 1, items: [{ id: '1', weight: 1 }] }] }
  const forms = Array.from({ length: n }, (_, form) => ({
    asked: [{ item: '1', answer: form < satisfied ? (5 as const) : (1 as const) }],
  }))
  return computeIndex(forms, layout, { method, minimumPeople: 30 }).whole
}

const of = (judged: Judged, version = 1, id: MethodId = 'share45_pooled'): Comparable => ({
  method: { id, version: 1 },
  questionnaire: { id: 'sipas-19', version },
  figure: judged,
})

describe('a change between two figures', () => {
  it('has the interval that Newcombe published', () => {
    // Statistics in Medicine 17 (1998) 873–890, table II, method 10: 56/70 − 48/80 is 0.0524 to 0.3339.
    const compared = compareFigures(of(figure(48, 80)), of(figure(56, 70)))
    expect(compared).toEqual({
      kind: 'compared',
      points: 2000,
      interval: { low: 524, high: 3339 },
      isMoreThanNoise: true,
    })
  })

  it('of 0,04 points with 80 forms is noise, and says so', () => {
    // 76 and 77 of 80 are 95,00 % and 96,25 %.
    const compared = compareFigures(of(figure(76, 80)), of(figure(77, 80)))
    expect(wordComparison(compared, surveyTexts)).toMatch(
      /^Chênh \+1,25 điểm phần trăm, chưa thể coi là thay đổi/,
    )
    expect(wordComparison(compareFigures(of(figure(950, 1000)), of(figure(800, 1000))), surveyTexts)).toMatch(
      /^Giảm 15,00 điểm phần trăm, nhiều hơn mức dao động ngẫu nhiên/,
    )
    expect(wordComparison(compareFigures(of(figure(800, 1000)), of(figure(950, 1000))), surveyTexts)).toMatch(
      /^Tăng 15,00 điểm phần trăm/,
    )
  })

  it.each([
    ['other-method', of(figure(76, 80)), of(figure(76, 80), 1, 'mean_over_5')],
    ['other-questionnaire', of(figure(76, 80)), of(figure(76, 80), 2)],
    ['too-few', of(figure(76, 80)), of(figure(20, 29))],
    ['no-figure', of(figure(0, 0)), of(figure(76, 80))],
  ] as const)('is refused: %s', (reason, before, after) => {
    expect(compareFigures(before, after)).toEqual({ kind: 'not-comparable', reason })
    expect(wordComparison({ kind: 'not-comparable', reason }, surveyTexts)).toMatch(/không so sánh được/)
  })

  it('turns its sign when the periods change places', () => {
    const shares = fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 90 }))
    fc.assert(
      fc.property(shares, ([a, b]) => {
        const there = compareFigures(of(figure(a, 90)), of(figure(b, 90)))
        const back = compareFigures(of(figure(b, 90)), of(figure(a, 90)))
        if (there.kind !== 'compared' || back.kind !== 'compared') throw new Error('not compared')
        expect(there.points + back.points).toBe(0)
        expect(there.isMoreThanNoise).toBe(back.isMoreThanNoise)
        expect(Math.abs(there.interval.low + back.interval.high)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a row of units', () => {
  it('gives places only where intervals part, and none to units of too few people', () => {
    const unit = (name: string, satisfied: number, n: number) => ({ name, figure: figure(satisfied, n) })
    const { ranked, tooFew } = rankUnits([
      unit('c', 600, 1000),
      unit('a', 960, 1000),
      unit('few', 10, 10),
      unit('b', 955, 1000),
      unit('d', 590, 1000),
    ])
    expect(ranked.map(({ place, unit: { name } }) => [place, name])).toEqual([
      [1, 'a'],
      [1, 'b'],
      [3, 'c'],
      [3, 'd'],
    ])
    expect(tooFew.map(({ name }) => name)).toEqual(['few'])
  })
})

describe('hundredths in words', () => {
  it.each([
    [9605, '96,05'],
    [4, '0,04'],
    [-4, '-0,04'],
    [10_000, '100,00'],
    [0, '0,00'],
    [-1250, '-12,50'],
  ])('%d is %s', (hundredths, words) => expect(decimal(hundredths)).toBe(words))
})
