import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { oneAtATime } from '../../src/lib/one-at-a-time.ts'

test('runs work in order, one at a time, and goes on after a failure', async () => {
  const inTurn = oneAtATime()
  const seen: string[] = []
  const work = (name: string, ms: number) => async () => {
    seen.push(`${name} in`)
    await wait(ms)
    seen.push(`${name} out`)
    if (name === 'b') throw new Error('b')
    return name
  }
  const all = await Promise.allSettled([inTurn(work('a', 5)), inTurn(work('b', 1)), inTurn(work('c', 0))])
  expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
