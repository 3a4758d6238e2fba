import { describe, expect, it } from 'vitest'
import { shownOrder } from '../../../src/catalogue/search/build-search.ts'
import { loadContent } from '../../../src/content.ts'
import { skipReason } from '../read-content.ts'
import { hasNationalCatalogue, nationalSearch } from './national-catalogue.ts'

const { intents } = loadContent('.', 'data/agency.yaml')
const tests = intents.layWords.flatMap(({ test }) => (test ? [test] : []))

describe.runIf(hasNationalCatalogue)('each lay word with a test question', () => {
  it.each(tests)(
    '$ask',
    ({ ask, finds }) => {
      const { outcome, ranking } = nationalSearch().explain(ask)
      expect(outcome.kind).not.toBe('other')
      const first = shownOrder(ranking)
        .slice(0, 5)
        .map(({ code }) => code)
      expect(
        first.some((code) => [finds].flat().includes(code)),
        first.join(' '),
      ).toBe(true)
    },
    30_000,
  )
})

it.skipIf(hasNationalCatalogue)(`lay words ${skipReason}`, () => {})
