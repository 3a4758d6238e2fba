import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shareOf, wordShare } from '../../src/reports/exact-share.ts'

describe('a share', () => {
  it.each([
    [1, 3, '33,33'],
    [2, 3, '66,67'],
    [1, 7, '14,29'],
    // Exactly half a hundredth: to the even neighbour, up and down.
    [1, 800, '0,12'],
    [3, 800, '0,38'],
    [799, 800, '99,88'],
    [797, 800, '99,62'],
    // Nearly everything is not everything.
    [99_999, 100_000, '100,00'],
    [9_999, 10_000, '99,99'],
    [0, 5, '0,00'],
    [5, 5, '100,00'],
  ])('%i of %i is %s %%', (part, whole, expected) => {
    expect(wordShare(shareOf(part, whole)!)).toBe(expected)
  })

  it('of nothing there is none', () => {
    expect(shareOf(0, 0)).toBeUndefined()
  })

  it('is never further off than half a hundredth, in exact arithmetic', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (whole, n) => {
          const part = n % (whole + 1)
          const off = BigInt(shareOf(part, whole)!) * BigInt(whole) - BigInt(part) * 10_000n
          expect(2n * (off < 0n ? -off : off) <= BigInt(whole)).toBe(true)
        },
      ),
    )
  })
})
