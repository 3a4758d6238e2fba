import { describe, expect, it } from 'vitest'
import type { Procedure } from '../../../src/catalogue/procedure.ts'
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

describe.runIf(hasNationalCatalogue)('spoilt names', () => {
  it.each(spoilings)(
    '$how: among the first $first',
    ({ spoil, first, atLeast }) => {
      const search = nationalSearch()
      const random = seeded(7)
      const found = sampleOf(search.index.procedures).filter(({ code, name }) => {
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

/** A fixed sample of all names, long ones too, spread evenly over the list. */
function sampleOf(procedures: readonly Procedure[]): Procedure[] {
  const distinct = [...new Map(procedures.map((procedure) => [procedure.name, procedure])).values()]
  const sample = Array.from(
    { length: sampleSize },
    (_, i) => distinct[Math.floor((i * distinct.length) / sampleSize)]!,
  )
  expect(new Set(sample).size).toBe(sampleSize)
  return sample
}

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
