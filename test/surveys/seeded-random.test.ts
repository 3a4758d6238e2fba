import { describe, expect, it } from 'vitest'
import { seededRandom, shuffled } from '../../src/surveys/seeded-random.ts'

const pinned = [924, 213, 570, 236, 802, 786, 743, 83]

describe('seeded draws', () => {
  it('are the same for the same seed for ever: stored rotations are drawn again after an upgrade', () => {
    const random = seededRandom('dot-1')
    expect(Array.from({ length: 8 }, () => random.below(1000))).toEqual(pinned)
    expect(seededRandom('dot-2').below(1000)).not.toBe(pinned[0])
  })

  it('are even: 60,000 throws of a die, chi-square under its 99.9 % point', () => {
    const random = seededRandom('die')
    const counts = Array<number>(6).fill(0)
    for (let thrown = 0; thrown < 60_000; thrown++) counts[random.below(6)]!++
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(chiSquare).toBeLessThan(20.5)
  })

  it('bring every thing to every place equally often, and lose none', () => {
    const random = seededRandom('cards')
    const places = Array.from({ length: 4 }, () => Array<number>(4).fill(0))
    for (let round = 0; round < 12_000; round++) {
      const cards = shuffled([0, 1, 2, 3], random)
      expect([...cards].sort()).toEqual([0, 1, 2, 3])
      for (const [place, card] of cards.entries()) places[card]![place]!++
    }
    // 3,000 each; four standard deviations are 190.
    for (const count of places.flat()) expect(Math.abs(count - 3000)).toBeLessThan(190)
  })
})
