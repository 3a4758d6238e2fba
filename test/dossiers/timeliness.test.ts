import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Dossier, DossierStatus } from '../../src/dossiers/dossier.ts'
import { hundredthsOfPercent, tallyMonths, tallyOnTime } from '../../src/dossiers/on-time-figures.ts'
import { promisedDay, type Timeliness, timelinessOf } from '../../src/dossiers/timeliness.ts'
import { addDays } from '../../src/lib/working-days/day.ts'
import { dossier } from './made-dossier.ts'

const today = '2026-11-23'
const reDated = (from: string, to: string) => ({ kind: 're-dated', from, to }) as const
const pause = (from: string, to: string) => ({ kind: 'pause', from, to, decision: '12/TB' }) as const

interface Case {
  name: string
  status: DossierStatus
  first?: string
  due?: string
  changes?: Dossier['dueChanges']
  done?: string
  pausedSince?: string
  today?: string
  is: Timeliness
}

const done = (name: string, day: string, is: Timeliness, more: Partial<Case> = {}): Case => {
  return { name, status: 'returned', first: '2026-11-12', due: '2026-11-12', done: day, is, ...more }
}
const open = (name: string, due: string | undefined, is: Timeliness, more: Partial<Case> = {}): Case => {
  return { name, status: 'processing', ...(due ? { first: due, due } : {}), is, ...more }
}

const cases: Case[] = [
  done('on the promised day', '2026-11-12', { kind: 'on-time' }),
  done('a day early', '2026-11-11', { kind: 'early', days: 1 }),
  done('a day late', '2026-11-13', { kind: 'late', days: 1 }),
  done('on the day of receipt', '2026-11-02', { kind: 'early', days: 10 }),
  done('over the end of a month', '2026-12-01', { kind: 'late', days: 19 }, { today: '2026-12-05' }),
  done(
    'over the end of a year',
    '2027-01-02',
    { kind: 'late', days: 3 },
    { first: '2026-12-30', due: '2026-12-30', today: '2027-02-01' },
  ),
  done(
    'over 29 February',
    '2028-03-01',
    { kind: 'late', days: 2 },
    { first: '2028-02-28', due: '2028-02-28', today: '2028-04-01' },
  ),
  done(
    'over the end of a common February',
    '2026-03-01',
    { kind: 'late', days: 1 },
    { first: '2026-02-28', due: '2026-02-28' },
  ),
  done(
    'promised for a Sunday, done on Monday',
    '2026-11-16',
    { kind: 'late', days: 1 },
    { first: '2026-11-15', due: '2026-11-15' },
  ),
  done('done today', today, { kind: 'late', days: 11 }),
  done('at the counter, not fetched yet', '2026-11-12', { kind: 'on-time' }, { status: 'ready' }),
  done('ready late', '2026-11-20', { kind: 'late', days: 8 }, { status: 'ready' }),
  done(
    'nothing had been promised',
    '2026-11-20',
    { kind: 'done-without-due' },
    { first: undefined, due: undefined },
  ),
  done(
    'extended, done by the new day',
    '2026-11-18',
    { kind: 'late', days: 6 },
    { due: '2026-11-20', changes: [reDated('2026-11-12', '2026-11-20')] },
  ),
  done(
    'extended, done on the new day',
    '2026-11-20',
    { kind: 'late', days: 8 },
    { due: '2026-11-20', changes: [reDated('2026-11-12', '2026-11-20')] },
  ),
  done(
    'extended, done by the first day after all',
    '2026-11-12',
    { kind: 'on-time' },
    { due: '2026-11-20', changes: [reDated('2026-11-12', '2026-11-20')] },
  ),
  done(
    'extended, done before the first day',
    '2026-11-10',
    { kind: 'early', days: 2 },
    { due: '2026-11-20', changes: [reDated('2026-11-12', '2026-11-20')] },
  ),
  done(
    'extended twice',
    '2026-11-20',
    { kind: 'late', days: 8 },
    {
      due: '2026-11-20',
      changes: [reDated('2026-11-12', '2026-11-16'), reDated('2026-11-16', '2026-11-20')],
    },
  ),
  done('extended without a trace of how', '2026-11-15', { kind: 'late', days: 3 }, { due: '2026-11-20' }),
  done(
    'moved by a decision to pause',
    '2026-11-17',
    { kind: 'on-time' },
    { due: '2026-11-17', changes: [pause('2026-11-12', '2026-11-17')] },
  ),
  done(
    'moved by a decision, late all the same',
    '2026-11-18',
    { kind: 'late', days: 1 },
    { due: '2026-11-17', changes: [pause('2026-11-12', '2026-11-17')] },
  ),
  done(
    'moved by a decision, early',
    '2026-11-14',
    { kind: 'early', days: 3 },
    { due: '2026-11-17', changes: [pause('2026-11-12', '2026-11-17')] },
  ),
  done(
    'paused, then extended: late against the paused day',
    '2026-11-19',
    { kind: 'late', days: 2 },
    { due: '2026-11-20', changes: [pause('2026-11-12', '2026-11-17'), reDated('2026-11-17', '2026-11-20')] },
  ),
  done(
    'extended, then paused: only the pause counts',
    '2026-11-19',
    { kind: 'late', days: 2 },
    { due: '2026-11-21', changes: [reDated('2026-11-12', '2026-11-16'), pause('2026-11-16', '2026-11-21')] },
  ),
  done(
    'paused twice',
    '2026-11-18',
    { kind: 'on-time' },
    { due: '2026-11-18', changes: [pause('2026-11-12', '2026-11-15'), pause('2026-11-15', '2026-11-18')] },
  ),
  done(
    'set earlier after all',
    '2026-11-11',
    { kind: 'late', days: 1 },
    { due: '2026-11-10', changes: [reDated('2026-11-12', '2026-11-10')] },
  ),
  done('the first promise alone is known', '2026-11-13', { kind: 'late', days: 1 }, { due: undefined }),
  done('the present promise alone is known', '2026-11-13', { kind: 'late', days: 1 }, { first: undefined }),
  open('due today', today, { kind: 'open-in-time', daysLeft: 0 }),
  open('due tomorrow', '2026-11-24', { kind: 'open-in-time', daysLeft: 1 }),
  open('due yesterday', '2026-11-22', { kind: 'open-overdue', days: 1 }),
  open('due in a month', '2026-12-23', { kind: 'open-in-time', daysLeft: 30 }),
  open('nothing promised', undefined, { kind: 'open-without-due' }),
  open('only taken in, overdue', '2026-11-20', { kind: 'open-overdue', days: 3 }, { status: 'accepted' }),
  open(
    'extended into the future',
    '2026-11-20',
    { kind: 'open-overdue', days: 3 },
    { due: '2026-11-30', changes: [reDated('2026-11-20', '2026-11-30')] },
  ),
  open(
    'moved by a decision into the future',
    '2026-11-20',
    { kind: 'open-in-time', daysLeft: 2 },
    { due: '2026-11-25', changes: [pause('2026-11-20', '2026-11-25')] },
  ),
  open(
    'waiting for papers',
    '2026-11-30',
    { kind: 'paused', since: '2026-11-10' },
    { status: 'supplement', pausedSince: '2026-11-10' },
  ),
  open(
    'waiting since before a day that has passed',
    '2026-11-20',
    { kind: 'paused', since: '2026-11-10' },
    { status: 'supplement', pausedSince: '2026-11-10' },
  ),
  open(
    'waiting since the promised day',
    '2026-11-20',
    { kind: 'paused', since: '2026-11-20' },
    { status: 'payment', pausedSince: '2026-11-20' },
  ),
  open(
    'paused only when it was late',
    '2026-11-20',
    { kind: 'open-overdue', days: 3 },
    { status: 'stopped', pausedSince: '2026-11-21' },
  ),
  open('stopped, nobody knows since when', '2026-11-20', { kind: 'paused' }, { status: 'stopped' }),
  open(
    'waiting, nothing promised',
    undefined,
    { kind: 'paused', since: '2026-11-21' },
    { status: 'payment', pausedSince: '2026-11-21' },
  ),
  open('registered only', '2026-11-20', { kind: 'not-counted' }, { status: 'registered' }),
  open('refused', '2026-11-20', { kind: 'not-counted' }, { status: 'refused' }),
  open('taken back, overdue or not', '2026-11-20', { kind: 'not-counted' }, { status: 'withdrawn' }),
]

function made({ status, first, due, changes, done, pausedSince }: Case): Dossier {
  const made = dossier({ status, dueChanges: changes ?? [] })
  delete made.firstDueDay
  delete made.dueDay
  return {
    ...made,
    ...(first ? { firstDueDay: first } : {}),
    ...(due ? { dueDay: due } : {}),
    ...(done ? { doneDay: done } : {}),
    ...(pausedSince ? { pausedSince } : {}),
  }
}

it('has at least forty dated cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(40)
})

test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
  expect(timelinessOf(made(one), one.today ?? today)).toEqual(one.is)
})

const day = fc.integer({ min: 0, max: 400 }).map((days) => addDays('2026-01-01', days))

it('no extension ever makes a late dossier timely', () => {
  fc.assert(
    fc.property(day, day, fc.array(day, { maxLength: 4 }), (first, doneDay, later) => {
      const days = [first, ...later.filter((other) => other > first).sort()]
      const dueChanges = days.slice(1).map((to, index) => reDated(days[index]!, to))
      const extended = {
        status: 'returned',
        firstDueDay: first,
        dueDay: days.at(-1)!,
        dueChanges,
        doneDay,
      } as const
      const plain = { ...extended, dueDay: first, dueChanges: [] }
      const facts = { receivedDay: '2026-01-01' }
      expect(timelinessOf({ ...facts, ...extended }, '2027-12-31')).toEqual(
        timelinessOf({ ...facts, ...plain }, '2027-12-31'),
      )
    }),
  )
})

describe('the figures of a month', () => {
  const result = (doneDay: string, parts: Partial<Dossier> = {}) =>
    dossier({ status: 'returned', doneDay, ...parts })
  const figureOf = (dossiers: readonly Dossier[], from = '2026-11-01', until = '2026-11-30') => {
    const tally = tallyOnTime({ from, until, today })
    for (const one of dossiers) tally.add(one)
    return tally.figure()
  }

  it('count results of the month against the first promise, with their n', () => {
    const figure = figureOf([
      result('2026-11-10'),
      result('2026-11-12'),
      result('2026-11-13'),
      result('2026-11-18', { dueDay: '2026-11-20', dueChanges: [reDated('2026-11-12', '2026-11-20')] }),
      result('2026-11-15', { dueDay: '2026-11-15', dueChanges: [pause('2026-11-12', '2026-11-15')] }),
      made(done('', '2026-11-20', { kind: 'done-without-due' }, { first: undefined, due: undefined })),
      result('2026-10-30', { receivedDay: '2026-10-01', firstDueDay: '2026-10-20', dueDay: '2026-10-20' }),
      dossier({ status: 'withdrawn' }),
    ])
    expect(figure).toMatchObject({
      source: 'office',
      method: 'on-time/1',
      early: 1,
      onTime: 2,
      late: 2,
      n: 5,
      onTimeHundredths: 6_000,
      withoutDue: 1,
      movedByPause: 1,
      reDated: 1,
      received: 6,
      carriedOver: 0,
      isFreeOfLateness: false,
    })
  })

  it('name what was carried over, and what is open at the end', () => {
    const figure = figureOf([
      result('2026-11-12', { receivedDay: '2026-10-20' }),
      result('2026-10-31', { receivedDay: '2026-10-20' }),
      dossier({ receivedDay: '2026-10-20', firstDueDay: '2026-11-22', dueDay: '2026-11-22' }),
      // Due today: nobody is late before the day is over.
      dossier({ firstDueDay: today, dueDay: today }),
      dossier({ status: 'supplement', pausedSince: '2026-11-10' }),
      dossier({ status: 'registered' }),
    ])
    expect(figure).toMatchObject({
      carriedOver: 2,
      received: 2,
      n: 1,
      late: 0,
      openAtEnd: 3,
      openOverdueAtEnd: 1,
      pausedAtEnd: 1,
      isFreeOfLateness: false,
    })
  })

  it('of the past keep what was open and overdue at their end, though it is done by now', () => {
    const late = result('2026-11-05', {
      receivedDay: '2026-10-01',
      firstDueDay: '2026-10-31',
      dueDay: '2026-10-31',
    })
    const figure = figureOf([late], '2026-10-01', '2026-10-31')
    expect(figure).toMatchObject({ n: 0, openAtEnd: 1, openOverdueAtEnd: 1, isFreeOfLateness: false })
    expect(figure.onTimeHundredths).toBeUndefined()
    expect(figureOf([], '2026-10-01', '2026-10-31').isFreeOfLateness).toBe(true)
  })

  it('add up: every counted dossier is done, open or before its time', () => {
    const anyDossier = fc
      .record({
        received: day,
        length: fc.integer({ min: 0, max: 60 }),
        took: fc.option(fc.integer({ min: 0, max: 90 })),
      })
      .map(({ received, length, took }) => {
        const due = addDays(received, length)
        const facts = { receivedDay: received, firstDueDay: due, dueDay: due }
        const doneDay = took === null ? undefined : addDays(received, took)
        if (doneDay === undefined || doneDay > today) return dossier(facts)
        return dossier({ ...facts, status: 'returned', doneDay })
      })
      .filter(({ receivedDay }) => receivedDay <= today)
    fc.assert(
      fc.property(fc.array(anyDossier, { maxLength: 60 }), (dossiers) => {
        const tally = tallyMonths({ first: '2026-01', last: '2026-11', today })
        for (const one of dossiers) tally.add(one)
        const figures = tally.figures()
        expect(figures.map(({ month }) => month)).toHaveLength(11)
        for (const [index, figure] of figures.entries()) {
          const { carriedOver, received, n, withoutDue, openAtEnd } = figure
          expect(carriedOver + received).toBe(n + withoutDue + openAtEnd)
          if (index > 0) expect(carriedOver).toBe(figures[index - 1]!.openAtEnd)
          expect(figure.openOverdueAtEnd).toBeLessThanOrEqual(openAtEnd)
        }
        const all = figures.reduce((sum, { n }) => sum + n, 0)
        expect(all).toBe(dossiers.filter(({ doneDay }) => doneDay !== undefined).length)
        const late = dossiers.filter((one) => timelinessOf(one, today).kind === 'late').length
        expect(figures.reduce((sum, figure) => sum + figure.late, 0)).toBe(late)
      }),
    )
  })
})

test('shares are integers, rounded half up, and never capped', () => {
  expect(hundredthsOfPercent(1, 3)).toBe(3_333)
  expect(hundredthsOfPercent(2, 3)).toBe(6_667)
  expect(hundredthsOfPercent(1, 20_000)).toBe(1)
  expect(hundredthsOfPercent(1, 20_001)).toBe(0)
  expect(hundredthsOfPercent(19_999, 20_000)).toBe(10_000)
  expect(hundredthsOfPercent(9_999, 10_000)).toBe(9_999)
  expect(hundredthsOfPercent(7, 7)).toBe(10_000)
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000 }), fc.nat({ max: 1_000_000 }), (part, more) => {
      const whole = part + more + 1
      // Half up on whole numbers, worked out another way.
      const scaled = BigInt(part) * 10_000n
      const [quotient, rest] = [scaled / BigInt(whole), scaled % BigInt(whole)]
      expect(hundredthsOfPercent(part, whole)).toBe(Number(quotient + (rest * 2n >= BigInt(whole) ? 1n : 0n)))
    }),
  )
})

test('the promise is that of the first day, moved by decisions only', () => {
  expect(
    promisedDay(dossier({ dueDay: '2026-11-30', dueChanges: [reDated('2026-11-12', '2026-11-30')] })),
  ).toBe('2026-11-12')
  expect(promisedDay({ dueChanges: [] })).toBeUndefined()
})
