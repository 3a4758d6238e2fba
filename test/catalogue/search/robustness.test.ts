import { describe, expect, it } from 'vitest'
import { dropAndShuffle, namesSpread, seeded, withTypo } from '../../../scripts/spoilt-names.ts'
import { fold } from '../../../src/catalogue/text/fold.ts'
import { skipReason } from '../read-content.ts'
import { hasNationalCatalogue, nationalSearch } from './national-catalogue.ts'

const suffix = hasNationalCatalogue ? '' : ` ${skipReason}`

/** Ways in which people spoil a name; each must still be found among the first three. */
const spoilings: {
  how: string
  spoil: (name: string, random: () => number) => string
  /** Among how many of the first it must be. */
  first: number
  atLeast: number
}[] = [
  { how: 'as published', spoil: (name) => name, first: 3, atLeast: 0.97 },
  { how: 'NFD', spoil: (name) => name.normalize('NFD'), first: 3, atLeast: 0.97 },
  { how: 'capitals', spoil: (name) => name.toUpperCase(), first: 3, atLeast: 0.97 },
  {
    how: 'no marks, one typo',
    spoil: (name, random) => withTypo(fold(name), random),
    first: 3,
    atLeast: 0.9,
  },
  { how: 'raw Telex', spoil: (name) => toTelex(name), first: 1, atLeast: 0.9 },
  {
    how: 'a quarter of the words dropped, the rest shuffled',
    spoil: dropAndShuffle,
    first: 3,
    atLeast: 0.88,
  },
]

const sampleSize = 500

describe.runIf(hasNationalCatalogue)('rows 18, 19: spoilt names', () => {
  it.each(spoilings)(
    '$how: among the first $first',
    ({ spoil, first, atLeast }) => {
      const search = nationalSearch()
      const random = seeded(7)
      const sample = namesSpread(search.index.procedures, sampleSize)
      expect(new Set(sample).size).toBe(sampleSize)
      const found = sample.filter(({ code, name }) => {
        const { ranking } = search.explain(spoil(name, random))
        // Copies of one name stand together, and nobody can tell them apart by the name.
        return ranking
          .slice(0, first)
          .some(({ members }) => members.some(({ procedure }) => procedure.code === code))
      })
      expect(found.length / sampleSize).toBeGreaterThanOrEqual(atLeast)
    },
    60_000,
  )
})

it.skipIf(hasNationalCatalogue)(`rows 18, 19: spoilt names${suffix}`, () => {})

const toneKeys: Record<string, string> = {
  '\u0301': 's',
  '\u0300': 'f',
  '\u0309': 'r',
  '\u0303': 'x',
  '\u0323': 'j',
}

function toTelex(name: string): string {
  return name
    .toLowerCase()
    .split(' ')
    .map((word) => {
      let tone = ''
      const letters = word
        .normalize('NFD')
        .replace(/[\u0300\u0301\u0303\u0309\u0323]/g, (mark) => {
          tone = toneKeys[mark]!
          return ''
        })
        .replace(/([aeo])\u0302/g, '$1$1')
        .replace(/a\u0306/g, 'aw')
        .replace(/([ou])\u031b/g, '$1w')
        .replaceAll('đ', 'dd')
      const end = /[a-z]+/.exec(letters)
      return end ? letters.replace(/[a-z]+/, (run) => run + tone) : letters
    })
    .join(' ')
}
