import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../src/lib/clock.ts'
import { timeOf } from '../../../src/lib/working-days/day.ts'
import { expiryOf, type HandedOver, planInvitation } from '../../../src/surveys/invitation/plan-invitation.ts'
import { planReminder, reminderGain, reminderHalf } from '../../../src/surveys/invitation/plan-reminder.ts'
import { afterQuietHours } from '../../../src/surveys/invitation/quiet-hours.ts'
import { shippedSettings } from '../read-surveys.ts'

const rules = shippedSettings().asking
const at = (words: string) => new Date(`${words.replace(' ', 'T')}:00+07:00`)
const quiet = { from: '20:00', to: '08:00' }

describe('quiet hours', () => {
  it.each([
    ['2026-11-23 07:59', '2026-11-23 08:00'],
    ['2026-11-23 08:00', '2026-11-23 08:00'],
    ['2026-11-23 19:59', '2026-11-23 19:59'],
    ['2026-11-23 20:00', '2026-11-24 08:00'],
    ['2026-11-23 23:59', '2026-11-24 08:00'],
    ['2026-11-24 00:00', '2026-11-24 08:00'],
    ['2026-12-31 21:30', '2027-01-01 08:00'],
  ])('%s → %s', (from, to) => expect(afterQuietHours(at(from), quiet)).toEqual(at(to)))

  it('may lie within a day', () => {
    const noon = { from: '11:30', to: '13:30' }
    expect(afterQuietHours(at('2026-11-23 12:00'), noon)).toEqual(at('2026-11-23 13:30'))
    expect(afterQuietHours(at('2026-11-23 13:30'), noon)).toEqual(at('2026-11-23 13:30'))
  })
})

const handedOver = (over: Partial<HandedOver> = {}): HandedOver => ({
  handedOverAt: at('2026-11-23 09:00'),
  hasOptedOut: false,
  isInvited: false,
  ...over,
})

describe('an invitation', () => {
  it('waits for the delay, then goes out', () => {
    const clock = new FakeClock(at('2026-11-23 09:05'))
    expect(planInvitation(handedOver(), rules, clock.now())).toEqual({
      kind: 'later',
      at: at('2026-11-23 11:00'),
    })
    clock.advanceMs(115 * 60_000)
    expect(planInvitation(handedOver(), rules, clock.now())).toEqual({ kind: 'now' })
  })

  it('of an evening hand-over goes out at eight the next morning', () => {
    const late = handedOver({ handedOverAt: at('2026-11-23 18:30') })
    const clock = new FakeClock(at('2026-11-23 20:30'))
    expect(planInvitation(late, rules, clock.now())).toEqual({ kind: 'later', at: at('2026-11-24 08:00') })
  })

  it('waits until seven days after the last one of the same person, about whatever dossier', () => {
    const busy = handedOver({ lastInvitedAt: at('2026-11-20 10:00') })
    const clock = new FakeClock(at('2026-11-23 12:00'))
    expect(planInvitation(busy, rules, clock.now())).toEqual({ kind: 'later', at: at('2026-11-27 10:00') })
    clock.advanceMs(4 * 86_400_000)
    expect(planInvitation(busy, rules, clock.now())).toEqual({ kind: 'now' })
  })

  it.each([
    ['opted-out', { hasOptedOut: true }, '2026-11-23 12:00'],
    ['already-invited', { isInvited: true, hasOptedOut: true }, '2026-11-23 12:00'],
    ['too-late', {}, '2026-12-03 09:01'],
  ] as const)('is never sent: %s', (reason, over, now) => {
    expect(planInvitation(handedOver(over), rules, at(now))).toEqual({ kind: 'never', reason })
  })

  it('may still go out on the last minute of the tenth day, and not a minute later', () => {
    const old = handedOver({ handedOverAt: at('2026-11-13 19:00') })
    expect(planInvitation(old, rules, at('2026-11-23 19:00'))).toEqual({ kind: 'now' })
    expect(planInvitation(old, rules, at('2026-11-23 19:01'))).toEqual({ kind: 'never', reason: 'too-late' })
  })

  it('whatever happened before: never in quiet hours, never before the delay, never twice in seven days', () => {
    const minutes = fc.integer({ min: -20 * 1440, max: 20 * 1440 })
    fc.assert(
      fc.property(minutes, fc.option(minutes), minutes, (handed, last, now) => {
        const start = at('2026-11-23 00:00').getTime()
        const dossier = handedOver({
          handedOverAt: new Date(start + handed * 60_000),
          ...(last === null ? {} : { lastInvitedAt: new Date(start + last * 60_000) }),
        })
        const asked = new Date(start + now * 60_000)
        const plan = planInvitation(dossier, rules, asked)
        if (plan.kind === 'never') return
        const sent = plan.kind === 'now' ? asked : plan.at
        expect(timeOf(sent) >= '08:00' && timeOf(sent) < '20:00').toBe(true)
        expect(sent.getTime() - dossier.handedOverAt.getTime()).toBeGreaterThanOrEqual(120 * 60_000)
        if (dossier.lastInvitedAt) {
          expect(sent.getTime() - dossier.lastInvitedAt.getTime()).toBeGreaterThanOrEqual(7 * 86_400_000)
        }
        // Asked again at that moment, it goes out.
        expect(planInvitation(dossier, rules, sent)).toEqual({ kind: 'now' })
      }),
      { numRuns: 500 },
    )
  })
})

describe('a reminder', () => {
  const sentAt = at('2026-11-23 11:00')
  const ids = Array.from({ length: 2000 }, (_, n) => `invitation-${n}`)
  const reminded = ids.find((id) => reminderHalf(id, 's') === 'reminded')!
  const control = ids.find((id) => reminderHalf(id, 's') === 'control')!
  const open = { id: reminded, sentAt, hasAnswered: false, hasOptedOut: false, isReminded: false }

  it('goes to a random half that the seed decides', () => {
    const half = ids.filter((id) => reminderHalf(id, 's') === 'reminded').length
    // 2,000 fair coins: 1000 ± 3 × 22.4.
    expect(Math.abs(half - 1000)).toBeLessThan(68)
    const moved = ids.filter((id) => reminderHalf(id, 's') !== reminderHalf(id, 't')).length
    expect(Math.abs(moved - 1000)).toBeLessThan(68)
  })

  it('comes three days later, once', () => {
    expect(planReminder(open, rules, 's', at('2026-11-24 11:00'))).toEqual({
      kind: 'later',
      at: at('2026-11-26 11:00'),
    })
    expect(planReminder(open, rules, 's', at('2026-11-26 11:00'))).toEqual({ kind: 'now' })
    expect(planReminder(open, rules, 's', at('2026-11-26 22:00'))).toEqual({
      kind: 'later',
      at: at('2026-11-27 08:00'),
    })
  })

  it.each([
    ['answered', { hasAnswered: true }, '2026-11-26 11:00'],
    ['opted-out', { hasOptedOut: true }, '2026-11-26 11:00'],
    ['already-reminded', { isReminded: true }, '2026-11-26 11:00'],
    ['control', { id: control }, '2026-11-26 11:00'],
    ['expired', {}, '2026-12-07 11:00'],
    // The night before the poll ends: eight in the morning would still do, but the poll of 06:00 is over by then.
    ['expired', { sentAt: at('2026-11-23 06:00') }, '2026-12-06 21:00'],
  ] as const)('never comes: %s', (reason, over, now) => {
    expect(planReminder({ ...open, ...over }, rules, 's', at(now))).toEqual({ kind: 'never', reason })
  })

  it('knows what it brought', () => {
    // Newcombe (1998), table II, method 10, example (a): 56/70 against 48/80.
    const gain = reminderGain({ open: 70, answeredLater: 56 }, { open: 80, answeredLater: 48 })!
    expect(gain.gain).toBeCloseTo(0.2, 10)
    expect(gain.low).toBeCloseTo(0.0524, 4)
    expect(gain.high).toBeCloseTo(0.3339, 4)
    expect(reminderGain({ open: 0, answeredLater: 0 }, { open: 8, answeredLater: 4 })).toBeUndefined()
  })

  it('a poll ends after fourteen days', () => {
    expect(expiryOf(sentAt, rules)).toEqual(at('2026-12-07 11:00'))
  })
})
