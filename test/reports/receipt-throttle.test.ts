import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createReceiptThrottle, type TrySource } from '../../src/reports/receipt-throttle.ts'

const conversation = (id: string): TrySource => ({ kind: 'conversation', id })
const address = (id: string): TrySource => ({ kind: 'address', id })

// The library reads the time and sets timers itself.
beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-23T03:00:00Z') }))
afterEach(() => void vi.useRealTimers())

describe('wrong receipts', () => {
  test('ten an hour, exactly, of 200 at once', async () => {
    const throttle = createReceiptThrottle()
    const tries = await Promise.all(Array.from({ length: 200 }, () => throttle.take([conversation('a')])))
    expect(tries.filter(({ kind }) => kind === 'taken')).toHaveLength(10)
    expect(await throttle.take([conversation('b')])).toMatchObject({ kind: 'taken' })
  })

  test('says when to try again, and lets through then', async () => {
    const throttle = createReceiptThrottle({ wrongTriesPerHour: 1 })
    await throttle.take([conversation('a')])
    vi.advanceTimersByTime(600_000)
    expect(await throttle.take([conversation('a')])).toEqual({ kind: 'too-many', retryAfterSeconds: 3_000 })
    vi.advanceTimersByTime(3_000_000)
    expect(await throttle.take([conversation('a')])).toMatchObject({ kind: 'taken' })
  })

  test('a right one gives its place back, even when others were refused meanwhile', async () => {
    const throttle = createReceiptThrottle({ wrongTriesPerHour: 2 })
    const right = await throttle.take([conversation('a')])
    await throttle.take([conversation('a')])
    const refused = await Promise.all(Array.from({ length: 20 }, () => throttle.take([conversation('a')])))
    expect(refused.every(({ kind }) => kind === 'too-many')).toBe(true)
    if (right.kind === 'taken') await right.giveBack()
    expect((await throttle.take([conversation('a')])).kind).toBe('taken')
    expect((await throttle.take([conversation('a')])).kind).toBe('too-many')
  })

  test('nor does giving back when the hour is over but its timer is late', async () => {
    const throttle = createReceiptThrottle({ wrongTriesPerHour: 1 })
    const right = await throttle.take([conversation('a')])
    vi.setSystemTime(new Date('2026-11-23T04:00:01Z'))
    if (right.kind === 'taken') await right.giveBack()
    expect((await throttle.take([conversation('a')])).kind).toBe('taken')
    expect((await throttle.take([conversation('a')])).kind).toBe('too-many')
  })

  test('giving back twice, or after the hour, opens no place', async () => {
    const throttle = createReceiptThrottle({ wrongTriesPerHour: 2 })
    const right = await throttle.take([conversation('a')])
    vi.advanceTimersByTime(3_700_000)
    if (right.kind === 'taken') {
      await right.giveBack()
      await right.giveBack()
    }
    const kinds = []
    for (let n = 0; n < 4; n++) kinds.push((await throttle.take([conversation('a')])).kind)
    expect(kinds).toEqual(['taken', 'taken', 'too-many', 'too-many'])
  })

  test('a thousand right ones in a row are no matter', async () => {
    const throttle = createReceiptThrottle()
    for (let n = 0; n < 1_000; n++) {
      const taken = await throttle.take([conversation('a'), address('203.0.113.7')])
      expect(taken.kind).toBe('taken')
      if (taken.kind === 'taken') await taken.giveBack()
    }
  })

  test('each source counts; a refusal by one takes nothing from the other', async () => {
    const throttle = createReceiptThrottle({ wrongTriesPerHour: 3 })
    for (const id of ['a', 'b', 'c']) await throttle.take([conversation(id), address('203.0.113.7')])
    for (let n = 0; n < 9; n++) {
      expect((await throttle.take([conversation('d'), address('203.0.113.7')])).kind).toBe('too-many')
    }
    const kinds = []
    for (let n = 0; n < 4; n++) kinds.push((await throttle.take([conversation('d')])).kind)
    expect(kinds).toEqual(['taken', 'taken', 'taken', 'too-many'])
  })

  test('the same source named twice counts once; a conversation is no address', async () => {
    const throttle = createReceiptThrottle({ wrongTriesPerHour: 1 })
    expect((await throttle.take([conversation('x'), conversation('x')])).kind).toBe('taken')
    expect((await throttle.take([address('x')])).kind).toBe('taken')
  })
})
