import { describe, expect, it } from 'vitest'
import { readLabelled } from '../../../scripts/labelled-questions.ts'
import { type Measured, measure, summarise } from '../../../scripts/measure-search.ts'
import { readSearchInputs, searchOf } from '../../../scripts/search-files.ts'
import { readSearchTexts } from '../../../scripts/search-texts.ts'
import { referenceFolder, skipReason } from '../read-content.ts'
import { hasNationalCatalogue } from './national-catalogue.ts'

/**
 * 211 questions of the kinds that an office gets, which nobody has read who wrote rules, sayings or topics, and from which
 * nothing was learnt: real people's stories (A), the portal's questions and answers (B), short ones of testers (C).
 */
const questions = 'test/catalogue/search/questions/set-aside.jsonl'
const suffix = hasNationalCatalogue ? '' : ` ${skipReason}`

describe.runIf(hasNationalCatalogue)(
  'row 20: questions that were set aside, over the national list of names',
  () => {
    let all: Measured[] = []
    const of = (tier: string) => summarise(measured().filter(({ line }) => line.tier === tier))

    function measured(): Measured[] {
      if (all.length > 0) return all
      const search = searchOf(readSearchInputs([`${referenceFolder}/dvcqg-index-2026-07.csv`]))
      all = readLabelled(questions, 'all', readSearchTexts()).map((line) => measure(search, line))
      return all
    }

    it.each([
      { tier: 'A', goal: { top1: 72, top3: 88, top5: 94 } },
      { tier: 'B', goal: { top1: 91, top3: 97, top5: 98 } },
      { tier: 'C', goal: { top1: 86, top3: 94, top5: 96 } },
    ])('kind $tier: the right one is first, among three, among five: $goal', ({ tier, goal }) => {
      const { top1, top3, top5 } = of(tier)
      expect(top1).toBeGreaterThanOrEqual(goal.top1)
      expect(top3).toBeGreaterThanOrEqual(goal.top3)
      expect(top5).toBeGreaterThanOrEqual(goal.top5)
    })

    it('answers much outright and hardly ever wrongly, and has the right one among its choices else', () => {
      const { answered, answered_wrong: wrong, refused } = summarise(measured())
      expect(answered).toBeGreaterThanOrEqual(44)
      expect(wrong).toBeLessThanOrEqual(2)
      expect(refused).toBeLessThanOrEqual(5)
      const answerable = measured().filter(({ line }) => line.expect === 'answer')
      const shown = answerable.filter(({ meetsExpectation }) => meetsExpectation)
      expect(shown.length / answerable.length).toBeGreaterThanOrEqual(0.94)
    })
  },
)

it.skipIf(hasNationalCatalogue)(`row 20: questions that were set aside${suffix}`, () => {})
