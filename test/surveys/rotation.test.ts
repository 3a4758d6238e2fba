import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRotation } from '../../src/surveys/rotation.ts'
import { questionnaire } from './read-surveys.ts'

const shipped = questionnaire('sipas-19')

const designs = fc
  .record({
    shares: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 20 }),
    itemsAPerson: fc.integer({ min: 1, max: 3 }),
    seed: fc.string(),
    firstLap: fc.integer({ min: 0, max: 50 }),
  })
  .filter(({ shares, itemsAPerson }) => {
    const sum = shares.reduce((total, share) => total + share, 0)
    return shares.every((share) => share * itemsAPerson <= sum)
  })

function rotationOf(shares: readonly number[], itemsAPerson: number, seed: string) {
  const items = shares.map((share, place) => ({ ...shipped.items[0]!, id: `${place}`, share }))
  return createRotation({ ...shipped, items }, { seed, itemsAPerson, outsideIndexOneIn: 4 })
}

const total = (shares: readonly number[]) => shares.reduce((sum, share) => sum + share, 0)

describe('the rotation', () => {
  it('asks every item of exactly its share of each lap, never twice of one person', () => {
    fc.assert(
      fc.property(designs, ({ shares, itemsAPerson, seed, firstLap }) => {
        const rotation = rotationOf(shares, itemsAPerson, seed)
        const lap = total(shares)
        const counts = shares.map(() => 0)
        for (let number = firstLap * lap; number < (firstLap + 1) * lap; number++) {
          const { items } = rotation.assign(number)
          expect(new Set(items.map(({ item }) => item)).size).toBe(itemsAPerson)
          for (const { item } of items) counts[Number(item)]!++
        }
        expect(counts).toEqual(shares.map((share) => share * itemsAPerson))
      }),
      { numRuns: 150 },
    )
  })

  it('puts every item first, second and third equally often', () => {
    fc.assert(
      fc.property(designs, ({ shares, itemsAPerson, seed }) => {
        const rotation = rotationOf(shares, itemsAPerson, seed)
        const counts = shares.map(() => Array<number>(itemsAPerson).fill(0))
        for (let number = 0; number < total(shares) * itemsAPerson; number++) {
          for (const [place, { item }] of rotation.assign(number).items.entries()) {
            counts[Number(item)]![place]!++
          }
        }
        for (const [item, places] of counts.entries()) {
          expect(places).toEqual(Array(itemsAPerson).fill(shares[item]! * itemsAPerson))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('states the chance that it gives: how often an item is asked in the long run', () => {
    fc.assert(
      fc.property(designs, ({ shares, itemsAPerson, seed }) => {
        for (const { item, chance } of rotationOf(shares, itemsAPerson, seed).assign(7).items) {
          expect(chance.part * total(shares)).toBe(shares[Number(item)]! * itemsAPerson * chance.whole)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is the same for the same seed and number, in any order and process', () => {
    fc.assert(
      fc.property(designs, fc.array(fc.nat(3000), { minLength: 1, maxLength: 40 }), (design, numbers) => {
        const { shares, itemsAPerson, seed } = design
        const one = rotationOf(shares, itemsAPerson, seed)
        const other = rotationOf(shares, itemsAPerson, seed)
        const backwards = new Map([...numbers].reverse().map((number) => [number, other.assign(number)]))
        for (const number of numbers) expect(one.assign(number)).toEqual(backwards.get(number))
      }),
      { numRuns: 40 },
    )
  })

  it('differs between seeds and lets nearly all pairs of items meet', () => {
    const ask = (seed: string) => createRotation(shipped, { seed, itemsAPerson: 2, outsideIndexOneIn: 4 })
    const first = Array.from({ length: 19 }, (_, n) => ask('a').assign(n).items[0]!.item)
    const second = Array.from({ length: 19 }, (_, n) => ask('b').assign(n).items[0]!.item)
    expect(first).not.toEqual(second)
    const rotation = ask('pairs')
    const pairs = new Set<string>()
    for (let number = 0; number < 19 * 200; number++) {
      const [a, b] = rotation.assign(number).items.map(({ item }) => item)
      pairs.add([a!, b!].sort().join())
    }
    expect(pairs.size).toBe((19 * 18) / 2)
  })

  it('asks the question outside the index of exactly one in four, last, and never as a fourth question', () => {
    const rotation = createRotation(shipped, { seed: 's', itemsAPerson: 2, outsideIndexOneIn: 4 })
    for (let row = 0; row < 100; row++) {
      const asked = [0, 1, 2, 3].filter((place) => rotation.assign(row * 4 + place).outsideIndex === 'cau-5')
      expect(asked).toHaveLength(1)
    }
    const three = createRotation(shipped, { seed: 's', itemsAPerson: 3, outsideIndexOneIn: 1 })
    expect(three.assign(5).outsideIndex).toBeUndefined()
  })

  it('refuses a design that would ask one person the same twice', () => {
    expect(() => rotationOf([5, 1, 1], 2, 's')).toThrow(RangeError)
  })
})
