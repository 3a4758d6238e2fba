import { describe, expect, it } from 'vitest'
import { runSituation } from '../../scripts/simulate-survey/run-situation.ts'
import { situations } from '../../scripts/simulate-survey/situations.ts'
import { summarise } from '../../scripts/simulate-survey/summarise.ts'
import { makeTown, truthOf } from '../../scripts/simulate-survey/town.ts'
import { computeIndex } from '../../src/surveys/index/compute-index.ts'
import { layoutOf } from '../../src/surveys/index/form.ts'
import { methodIds } from '../../src/surveys/index/methods.ts'
import { questionnaire, surveyTexts } from './read-surveys.ts'

/** The full simulation has 1,000 runs a situation (`npm run simulate:survey`); here 60, so the thresholds are wider. */
const runs = 60
const shipped = questionnaire('sipas-19')
const layout = layoutOf(shipped)
const towns = [-0.3, 0.2, 0.9].map((mood) => makeTown(layout, 2000, { seed: `test|${mood}`, mood }))

describe('in towns whose truth is known', () => {
  it.each(situations)('$id', (situation) => {
    const outcomes = runSituation(situation, towns, shipped, layout, { runs, seed: 'test' })
    for (const { covered } of outcomes) {
      if (situation.silence === 'random') expect(covered.stated).toBeGreaterThanOrEqual(0.86)
      else expect(covered.widest).toBe(1)
      if (situation.id === 'unhappy-silent' || situation.id === 'very-unhappy-silent') {
        expect(covered.cautious).toBe(1)
        expect(covered.naive).toBeLessThan(0.9)
      }
    }
  })

  it('the plain figure flatters when the unhappy keep silent, and the stated interval with it', () => {
    const situation = situations.find(({ id }) => id === 'very-unhappy-silent')!
    const [pooled] = runSituation(situation, towns.slice(0, 2), shipped, layout, {
      runs: 20,
      seed: 'flatter',
    })
    expect(pooled!.naive).toBeGreaterThan(pooled!.truth + 5)
    expect(pooled!.covered.stated).toBeLessThan(0.3)
  })

  it('the truth is what the index says of everybody asked everything', () => {
    const items = layout.groups.flatMap((group) => group.items.map(({ id }) => id))
    const forms = towns[0]!.people.slice(0, 300).map(({ opinions }) => ({
      asked: opinions.map((answer, place) => ({ item: items[place]!, answer })),
    }))
    const some = { ...towns[0]!, people: towns[0]!.people.slice(0, 300) }
    for (const method of methodIds) {
      const { value } = computeIndex(forms, layout, { method, minimumPeople: 30 }).whole
      expect(Math.abs(truthOf(some, layout, method) * 100 - value!)).toBeLessThanOrEqual(0.5001)
    }
  })

  it('the same seed gives the same report, and a missed promise is named', () => {
    const situation = situations[0]!
    const run = () => runSituation(situation, towns, shipped, layout, { runs: 5, seed: 'again' })
    expect(run()).toEqual(run())
    const outcomes = run().map((outcome) => ({ ...outcome, covered: { ...outcome.covered, stated: 0.929 } }))
    const { isGood, lines, report } = summarise(
      [{ situation, outcomes }],
      { runs: 5, seed: 'again' },
      surveyTexts,
    )
    expect(isGood).toBe(false)
    expect(report.rows.every(({ isMet }) => !isMet)).toBe(true)
    expect(lines.at(-1)).toBe('Chưa đạt: im lặng ngẫu nhiên, mỗi người 2 câu.')
  })
})
