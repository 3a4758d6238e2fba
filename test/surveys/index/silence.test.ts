import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeIndex } from '../../../src/surveys/index/compute-index.ts'
import { type Answer, layoutOf, type SurveyForm } from '../../../src/surveys/index/form.ts'
import { methodIds } from '../../../src/surveys/index/methods.ts'
import { silenceBounds, suppose } from '../../../src/surveys/index/silence.ts'
import { weighByVolume } from '../../../src/surveys/index/volume-weights.ts'
import type { Level } from '../../../src/surveys/questionnaire.ts'
import { questionnaire } from '../read-surveys.ts'

const layout = layoutOf(questionnaire('sipas-19'))
const options = { method: 'share45_pooled', minimumPeople: 30 } as const
const form = (answer: Answer, item = '15'): SurveyForm => ({ asked: [{ item, answer }] })

describe('silence', () => {
  it('of 20 among 100, where 76 of 80 were satisfied, by hand', () => {
    const forms = [
      ...Array.from({ length: 76 }, () => form(5)),
      ...Array.from({ length: 4 }, () => form(2)),
      ...Array.from({ length: 20 }, () => form('unanswered')),
    ]
    const bounds = silenceBounds(suppose(forms, layout), layout, options)
    expect(bounds.allUnhappy.value).toBe(7600)
    expect(bounds.likeAnswered.value).toBe(9500)
    expect(bounds.allHappy.value).toBe(9600)
    expect(bounds.unanswered).toBe(20)
    expect(bounds.cautious).toEqual({
      low: bounds.allUnhappy.interval!.low,
      high: bounds.likeAnswered.interval!.high,
    })
  })

  it('of everybody leaves no figure but all possibilities', () => {
    const bounds = silenceBounds(suppose([form('unanswered')], layout), layout, options)
    expect(bounds.likeAnswered.value).toBeUndefined()
    expect(bounds.cautious).toBeUndefined()
    expect([bounds.allUnhappy.value, bounds.allHappy.value]).toEqual([0, 10_000])
  })

  it('whatever the silent think, the index of all lies between the extremes: every method', () => {
    const level = fc.constantFrom<Level>(1, 2, 3, 4, 5)
    const thoughts = fc.record({
      item: fc.constantFrom('15', '16', '19', '23', '31'),
      thought: fc.oneof(
        { weight: 5, arbitrary: level },
        { weight: 1, arbitrary: fc.constant('never-used' as const) },
      ),
      isSilent: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(thoughts, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(...methodIds),
        (people, method) => {
          const truth = computeIndex(
            people.map(({ item, thought }) => form(thought, item)),
            layout,
            { method, minimumPeople: 30 },
          ).whole.value
          fc.pre(truth !== undefined)
          const held = people.map(({ item, thought, isSilent }) =>
            form(isSilent ? 'unanswered' : thought, item),
          )
          const bounds = silenceBounds(suppose(held, layout), layout, { method, minimumPeople: 30 })
          // With means over items a silent "never used" can bring an item in that nobody else was asked.
          fc.pre(people.every(({ thought, isSilent }) => !(isSilent && thought === 'never-used')))
          expect(bounds.allUnhappy.value!).toBeLessThanOrEqual(truth!)
          expect(bounds.allHappy.value!).toBeGreaterThanOrEqual(truth!)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('weights by volume', () => {
  const place = (stratum: string, answer: Answer): SurveyForm => ({ stratum, ...form(answer) })
  const forms = [
    ...Array.from({ length: 40 }, () => place('easy', 5)),
    ...Array.from({ length: 4 }, () => place('hard', 1)),
    ...Array.from({ length: 6 }, () => place('hard', 4)),
    ...Array.from({ length: 30 }, () => place('hard', 'unanswered')),
  ]

  it('give every field the say of its finished dossiers', () => {
    const volumes = new Map([
      ['easy', 500],
      ['hard', 500],
      ['unseen', 20],
    ])
    const weighed = weighByVolume(forms, volumes)
    expect(weighed.uncovered).toEqual(['unseen'])
    // Half of 100 % and half of 60 %; the plain figure is 46 of 50.
    expect(computeIndex(weighed.forms, layout, options).whole.value).toBe(8000)
    expect(computeIndex(forms, layout, options).whole.value).toBe(9200)
  })

  it('are taken anew when silent people are supposed to answer', () => {
    const volumes = new Map([
      ['easy', 500],
      ['hard', 500],
    ])
    const weigh = (some: readonly SurveyForm[]) => weighByVolume(some, volumes).forms
    const bounds = silenceBounds(suppose(forms, layout, weigh), layout, options)
    // Hard: 6 of 40 if all silent ones are unhappy, 36 of 40 if they are happy.
    expect(bounds.allUnhappy.value).toBe(5750)
    expect(bounds.allHappy.value).toBe(9500)
  })

  it('refuse a form whose field has no volume', () => {
    expect(() => weighByVolume(forms, new Map([['easy', 1]]))).toThrow(RangeError)
  })
})
