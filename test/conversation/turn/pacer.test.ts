import { describe, expect, it } from 'vitest'
import { createPacer } from '../../../src/conversation/turn/pacer.ts'
import { FakeClock } from '../../../src/lib/clock.ts'

const start = Date.UTC(2026, 10, 23)
const never = new AbortController().signal

/** Lets everything that is ready run. */
const settle = async () => {
  for (let n = 0; n < 20; n++) await Promise.resolve()
}

/** Runs the simulated clock until all sends have left; gives who left when, in milliseconds from the start. */
async function simulate(sends: { conversation: string; isBulk: boolean }[], perSecond: number, stepMs = 5) {
  const clock = new FakeClock(new Date(start))
  const pacer = createPacer({ perSecond, perConversationPerSecond: 1 }, clock)
  const left: { conversation: string; atMs: number }[] = []
  for (const { conversation, isBulk } of sends) {
    void pacer.waitForSlot(conversation, { isBulk, signal: never }).then(() => {
      left.push({ conversation, atMs: clock.now().getTime() - start })
    })
  }
  await settle()
  while (left.length < sends.length) {
    clock.advanceMs(stepMs)
    await settle()
  }
  return left
}

describe('pacer (feature 11)', () => {
  it('never lets more than the platform takes leave in any second', async () => {
    const sends = Array.from({ length: 100 }, (_, n) => ({ conversation: `c${n}`, isBulk: true }))
    const left = await simulate(sends, 25)
    for (const { atMs } of left) {
      const inThatSecond = left.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1000)
      expect(inThatSecond.length).toBeLessThanOrEqual(25)
    }
    expect(left.at(-1)!.atMs).toBeLessThanOrEqual(1.03 * 99 * 40)
  })

  it('lets answers pass everything in bulk that waits', async () => {
    const bulk = Array.from({ length: 50 }, (_, n) => ({ conversation: `b${n}`, isBulk: true }))
    const left = await simulate([...bulk, { conversation: 'citizen', isBulk: false }], 25)
    expect(left.findIndex(({ conversation }) => conversation === 'citizen')).toBeLessThanOrEqual(1)
  })

  it('does not hold up others while one conversation waits for its own second', async () => {
    const clock = new FakeClock(new Date(start))
    const pacer = createPacer({ perSecond: 25, perConversationPerSecond: 1 }, clock)
    const left: string[] = []
    const send = (conversation: string) =>
      pacer.waitForSlot(conversation, { isBulk: false, signal: never }).then(() => left.push(conversation))
    await send('a')
    void send('a')
    void send('b')
    clock.advanceMs(40)
    await settle()
    expect(left).toEqual(['a', 'b'])
    clock.advanceMs(1000)
    await settle()
    expect(left).toEqual(['a', 'b', 'a'])
  })

  it('lets nothing leave before the instant that the platform gave', async () => {
    const clock = new FakeClock(new Date(start))
    const pacer = createPacer({ perSecond: 25, perConversationPerSecond: 1 }, clock)
    pacer.pauseUntil(new Date(start + 7_000))
    let left = false
    void pacer.waitForSlot('a', { isBulk: false, signal: never }).then(() => (left = true))
    await settle()
    clock.advanceMs(6_999)
    await settle()
    expect(left).toBe(false)
    clock.advanceMs(1)
    await settle()
    expect(left).toBe(true)
  })

  it('lets everybody go when the service stops', async () => {
    const stopping = new AbortController()
    const pacer = createPacer({ perSecond: 1, perConversationPerSecond: 1 }, new FakeClock(new Date(start)))
    await pacer.waitForSlot('a', { isBulk: false, signal: stopping.signal })
    const waiting = pacer.waitForSlot('b', { isBulk: false, signal: stopping.signal })
    stopping.abort()
    expect(await waiting).toBe(false)
  })
})
