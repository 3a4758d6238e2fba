import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shareRunning } from '../../src/lib/share-running.ts'
import { eachInSteps, finish, inSteps, sortInSteps } from '../../src/lib/steps.ts'

it('sorts as the language does, stably, whatever the number of rows', () => {
  const row = fc.record({ rank: fc.integer({ min: 0, max: 9 }), name: fc.string({ maxLength: 3 }) })
  const byRank = (a: { rank: number }, b: { rank: number }) => a.rank - b.rank
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 130 }), (rows, times) => {
      const many = Array.from({ length: times }, () => rows).flat()
      expect(finish(sortInSteps(many, byRank))).toEqual([...many].sort(byRank))
    }),
    { numRuns: 60 },
  )
})

it('gives the same in steps, and lets others have a turn', async () => {
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  let sum = 0
  const rows = Array.from({ length: 400_000 }, (_, index) => index)
  await inSteps(eachInSteps(rows, (row) => (sum += Math.hypot(row, Math.sqrt(row)) > 0 ? row : 0)))
  await inSteps(sortInSteps(rows, (a, b) => b - a))
  clearInterval(timer)
  expect(sum).toBe((400_000 * 399_999) / 2)
  expect(turns).toBeGreaterThan(3)
})

it('makes once for all who ask meanwhile, anew for who asks later, and forgets what failed', async () => {
  const share = shareRunning<number>()
  let made = 0
  const make = async () => ++made
  expect(await Promise.all([share('a', make), share('a', make), share('b', make)])).toEqual([1, 1, 2])
  expect(await share('a', make)).toBe(3)
  await expect(share('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await share('a', make)).toBe(4)
})
