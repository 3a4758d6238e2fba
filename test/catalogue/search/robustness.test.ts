import { describe, expect, it } from 'vitest'
import { shownOrder } from '../../../src/catalogue/search/build-search.ts'
import { fold } from '../../../src/catalogue/text/fold.ts'
import { skipReason } from '../read-content.ts'
import { hasNationalCatalogue, nationalSearch } from './national-catalogue.ts'

const suffix = hasNationalCatalogue ? '' : ` ${skipReason}`

/** Ways in which people spoil a name; each must still be found among the first three. */
const spoilings: { how: string; spoil: (name: string, random: () => number) => string; atLeast: number }[] = [
  { how: 'as published', spoil: (name) => name, atLeast: 0.97 },
  { how: 'NFD', spoil: (name) => name.normalize('NFD'), atLeast: 0.97 },
  { how: 'capitals', spoil: (name) => name.toUpperCase(), atLeast: 0.97 },
  { how: 'no marks, one typo', spoil: (name, random) => withTypo(fold(name), random), atLeast: 0.93 },
  { how: 'raw Telex', spoil: (name) => toTelex(name), atLeast: 0.93 },
  { how: 'a quarter of the words dropped, the rest shuffled', spoil: dropAndShuffle, atLeast: 0.85 },
]

describe.runIf(hasNationalCatalogue)('spoilt names', () => {
  it.each(spoilings)(
    '$how',
    ({ spoil, atLeast }) => {
      const search = nationalSearch()
      const random = seeded(7)
      // A fixed sample of names that one procedure alone carries and that a person could type.
      const counts = new Map<string, number>()
      for (const { name } of search.index.procedures) counts.set(name, (counts.get(name) ?? 0) + 1)
      const sample = search.index.procedures
        .filter(({ name }) => counts.get(name) === 1 && name.length >= 25 && name.length <= 140)
        .filter((_, i) => i % 18 === 0)
      const found = sample.filter(({ code, name }) => {
        const { ranking } = search.explain(spoil(name, random))
        const group = ranking
          .slice(0, 3)
          .flatMap(({ members }) => members.map(({ procedure }) => procedure.code))
        return group.includes(code) || shownOrder(ranking)[0]?.code === code
      })
      expect(sample.length).toBeGreaterThan(150)
      expect(found.length / sample.length).toBeGreaterThanOrEqual(atLeast)
    },
    60_000,
  )
})

it.skipIf(hasNationalCatalogue)(`spoilt names${suffix}`, () => {})

function withTypo(name: string, random: () => number): string {
  const words = name.split(' ')
  const long = words.flatMap((word, i) => (/^[a-z]{4,}$/.test(word) ? [i] : []))
  const at = long[Math.floor(random() * long.length)]
  if (at === undefined) return name
  const word = words[at]!
  const cut = 1 + Math.floor(random() * (word.length - 2))
  const slip = Math.floor(random() * 3)
  const typo =
    slip === 0
      ? word.slice(0, cut) + word.slice(cut + 1)
      : slip === 1
        ? word.slice(0, cut) + word[cut + 1]! + word[cut]! + word.slice(cut + 2)
        : word.slice(0, cut) + word[cut]! + word.slice(cut)
  return words.map((known, i) => (i === at ? typo : known)).join(' ')
}

function dropAndShuffle(name: string, random: () => number): string {
  const kept = name.split(' ').filter(() => random() >= 0.25)
  return kept
    .map((word) => ({ word, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ word }) => word)
    .join(' ')
}

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

/** A small generator with a seed, so that every run spoils alike. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
