import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../src/surveys/index/form.ts'
import { manipulationSigns, type TracedForm } from '../../../src/surveys/index/manipulation-signs.ts'
import { wordSign } from '../../../src/surveys/index/word-index.ts'
import { seededRandom } from '../../../src/surveys/seeded-random.ts'
import { shippedSettings, surveyTexts } from '../read-surveys.ts'

const limits = shippedSettings().signs
const start = new Date('2026-11-23T02:00:00Z').getTime()

function traced(number: number, answers: Answer[], over: Partial<TracedForm> = {}): TracedForm {
  return {
    id: `f${String(number).padStart(4, '0')}`,
    answeredAt: new Date(start + number * 60_000),
    answers: answers.map((answer, place) => ({ item: String(place), answer })),
    ...over,
  }
}
/** Answers that say nothing odd. */
const ordinary = (number: number): Answer[] => {
  const random = seededRandom(`ordinary ${number}`)
  return [random.share() < 0.8 ? 5 : 4, random.share() < 0.8 ? 5 : 3]
}

describe('signs', () => {
  it('are none in ordinary answers, even where most people are very satisfied', () => {
    const forms = Array.from({ length: 400 }, (_, number) => traced(number, ordinary(number)))
    expect(manipulationSigns(forms, limits)).toEqual([])
  })

  it('name the same device from the third form on', () => {
    const forms = [0, 1, 2, 3, 4].map((number) =>
      traced(number, ordinary(number), { deviceMark: number === 1 ? 'b' : 'a' }),
    )
    const signs = manipulationSigns(forms, limits)
    expect(signs).toEqual([{ kind: 'same-device', forms: ['f0000', 'f0002', 'f0003', 'f0004'] }])
    expect(wordSign(signs[0]!, surveyTexts)).toBe('4 phiếu từ cùng một thiết bị')
  })

  it('name answers within a minute of the hand-over, not after it', () => {
    const handedOverAt = new Date(start)
    const forms = [59, 60].map((seconds, number) =>
      traced(number, [5], { handedOverAt, answeredAt: new Date(start + seconds * 1000) }),
    )
    expect(manipulationSigns(forms, limits)).toEqual([{ kind: 'seconds-after-hand-over', forms: ['f0000'] }])
  })

  it('name whole forms on one level, not the two answers of a chat', () => {
    const forms = [
      traced(0, Array<Answer>(10).fill(5)),
      traced(1, Array<Answer>(9).fill(5)),
      traced(2, [5, 5]),
    ]
    const nearly = traced(3, [...Array<Answer>(18).fill(5), 4])
    const flat = manipulationSigns([...forms, nearly], limits)
    expect(flat).toEqual([{ kind: 'equal-answers', forms: ['f0000'] }])
  })

  it('name a run that chance does not make, by its rarity and not by its length alone', () => {
    const rare = Array.from({ length: 300 }, (_, number) =>
      traced(number, number >= 100 && number < 112 ? [2, 2] : ordinary(number)),
    )
    expect(manipulationSigns(rare, limits)).toEqual([
      { kind: 'equal-run', forms: rare.slice(100, 112).map(({ id }) => id) },
    ])
  })

  it('are the same in any order, and every form stays', () => {
    const forms = Array.from({ length: 60 }, (_, number) =>
      traced(number, number % 7 === 0 ? [1] : [5], { deviceMark: `d${number % 25}` }),
    )
    const expected = manipulationSigns(forms, limits)
    expect(expected.length).toBeGreaterThan(0)
    fc.assert(
      fc.property(fc.shuffledSubarray(forms, { minLength: forms.length }), (mixed) => {
        expect(manipulationSigns(mixed, limits)).toEqual(expected)
        expect(mixed).toHaveLength(60)
      }),
      { numRuns: 20 },
    )
  })
})
