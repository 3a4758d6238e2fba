import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { figuresOf, termsOf } from '../../src/reports/figures.ts'
import { type Report, reportKinds, reportOutcomes } from '../../src/reports/report.ts'
import { calendar, madeReport } from '../support/made-report.ts'
import { instant, shippedClocks } from './read-clocks.ts'

const now = instant('31/12/2026 09:00')
const parts = { calendar, now }
// Monday 02/11/2026 09:00; ten working days later, Monday 16/11 at 17:00, is due.
const receivedAt = instant('02/11/2026 09:00')
const dueAt = instant('16/11/2026 17:00')
const answered = (at: string, given: Partial<Report> = {}): Report =>
  madeReport({ receivedAt, state: 'answered', answeredAt: instant(at), outcome: 'substantiated', ...given })

describe('a term of answering', () => {
  it.each([
    ['answered at the very moment', answered('16/11/2026 17:00'), 'answered-in-time', 10],
    ['answered a second later', answered('16/11/2026 17:00:01'), 'answered-late', 10],
    ['answered on the same day', answered('02/11/2026 16:00'), 'answered-in-time', 0],
    ['answered on a Saturday', answered('07/11/2026 10:00'), 'answered-in-time', 4],
    ['open and late', madeReport({ receivedAt }), 'open-late', undefined],
    ['passed on', madeReport({ receivedAt, state: 'forwarded', forwardedAt: dueAt }), 'forwarded', undefined],
    [
      'passed on and answered',
      answered('03/11/2026 09:00', { forwardedAt: receivedAt }),
      'answered-in-time',
      1,
    ],
    [
      'without a deadline',
      madeReport({ receivedAt, deadlines: { missingYear: 2028 } }),
      'open-untimed',
      undefined,
    ],
    ['answered without one', answered('03/11/2026 09:00', { deadlines: {} }), 'answered-untimed', 1],
  ] as const)('%s', (_name, report, state, days) => {
    expect(report.deadlines.answer?.dueAt ?? dueAt).toEqual(dueAt)
    const terms = termsOf(report, parts)
    expect(terms.map((term) => [term.state, term.workingDays])).toEqual([[state, days]])
  })

  it('still open with time left', () => {
    const [term] = termsOf(madeReport({ receivedAt }), { calendar, now: instant('16/11/2026 17:00') })
    expect(term!.state).toBe('open-in-time')
  })

  it('is there twice once the report was reopened, each with its own deadline', () => {
    const reopened = answered('01/12/2026 09:00', {
      cycle: 2,
      reopenedAt: instant('20/11/2026 10:00'),
      firstAnswer: { answeredAt: instant('17/11/2026 09:00'), dueAt },
      deadlines: madeReport({ receivedAt: instant('20/11/2026 10:00') }).deadlines,
    })
    expect(termsOf(reopened, parts).map(({ state, workingDays }) => [state, workingDays])).toEqual([
      ['answered-late', 11],
      // 23, 25, 26, 27, 30 November and 1 December: the 24th is a day off.
      ['answered-in-time', 6],
    ])
  })

  it('has no count of days over a year whose days off are unknown', () => {
    const only2026 = shippedClocks([], []).calendar
    const [term] = termsOf(answered('03/11/2026 09:00'), { calendar: only2026, now })
    expect(term).toMatchObject({ state: 'answered-in-time' })
    expect(term).not.toHaveProperty('workingDays')
  })
})

describe('figures', () => {
  it('of nothing have no share, and no 100 %', () => {
    const figures = figuresOf([], parts)
    expect(figures.received).toBe(0)
    for (const list of [
      figures.byKind,
      figures.byIdentityMode,
      figures.terms,
      figures.outcomes,
      [figures.inTime],
    ]) {
      for (const one of list) expect(one).toEqual({ name: one.name, count: 0, of: 0 })
    }
    expect(figures.workingDays).toEqual({ n: 0 })
  })

  it('do not hide what is late by not answering it', () => {
    const figures = figuresOf([answered('03/11/2026 09:00'), madeReport({ receivedAt })], parts)
    expect(figures.inTime).toEqual({ name: 'in-time', count: 1, of: 2, share: 5000 })
  })

  it('count what was reopened and closed in silence', () => {
    const closed = { state: 'closed', closedAt: now } as const
    const reports = [
      answered('03/11/2026 09:00', { ...closed, closedBecause: 'silence' }),
      answered('03/11/2026 09:00', { ...closed, closedBecause: 'reporter-satisfied' }),
      answered('03/11/2026 09:00', { ...closed, closedBecause: 'officer' }),
      madeReport({
        receivedAt,
        cycle: 2,
        reopenedAt: instant('20/11/2026 10:00'),
        firstAnswer: { answeredAt: instant('17/11/2026 09:00'), dueAt },
      }),
      madeReport({ receivedAt }),
    ]
    const figures = figuresOf(reports, parts)
    expect(figures.reopened).toEqual({ name: 'reopened', count: 1, of: 4, share: 2500 })
    expect(figures.closedInSilence).toEqual({ name: 'closed-in-silence', count: 1, of: 3, share: 3333 })
    expect(figures.outcomes[0]).toEqual({ name: 'substantiated', count: 3, of: 3, share: 10_000 })
    expect(figures.termCount).toBe(6)
  })

  it.each([
    [['03'], 1, 1],
    [['03', '05'], 2, 3],
    [['03', '04', '05', '06'], 2.5, 4],
    // Ten: the ninth is the smallest that nine in ten do not exceed.
    [['02', '02', '02', '02', '02', '02', '02', '02', '03', '13'], 0, 1],
  ])('the days of answers on %j November: median %d, p90 %d', (days, median, p90) => {
    const { workingDays } = figuresOf(
      days.map((day) => answered(`${day}/11/2026 16:00`)),
      parts,
    )
    expect(workingDays).toEqual({ n: days.length, median, p90 })
  })

  it('put every report into one kind and every term into one state, whatever happened', () => {
    const minuteOf2026 = fc.integer({ min: 0, max: 500_000 })
    const start = instant('01/01/2026 00:00').getTime()
    const report = fc
      .record({
        kind: fc.constantFrom(...reportKinds),
        outcome: fc.option(fc.constantFrom(...reportOutcomes), { nil: undefined }),
        at: fc.array(minuteOf2026, { minLength: 4, maxLength: 4 }),
        isAnswered: fc.boolean(),
        isForwarded: fc.boolean(),
        isReopened: fc.boolean(),
      })
      .map(({ kind, outcome, at, isAnswered, isForwarded, isReopened }) => {
        const [received, first, reopened, last] = at
          .sort((a, b) => a - b)
          .map((m) => new Date(start + m * 60_000))
        return madeReport({
          kind,
          receivedAt: received!,
          ...(isAnswered ? { answeredAt: last!, ...(outcome ? { outcome } : {}) } : {}),
          ...(isForwarded ? { forwardedAt: first! } : {}),
          ...(isReopened
            ? { cycle: 2 as const, reopenedAt: reopened!, firstAnswer: { answeredAt: first!, dueAt: first! } }
            : {}),
        })
      })
    fc.assert(
      fc.property(fc.array(report, { maxLength: 12 }), (reports) => {
        const figures = figuresOf(reports, parts)
        const sum = (list: readonly { count: number }[]) =>
          list.reduce((total, { count }) => total + count, 0)
        expect(sum(figures.byKind)).toBe(reports.length)
        expect(sum(figures.byIdentityMode)).toBe(reports.length)
        expect(sum(figures.terms)).toBe(figures.termCount)
        expect(figures.termCount).toBe(reports.length + reports.filter(({ cycle }) => cycle === 2).length)
        expect(sum(figures.outcomes)).toBe(figures.outcomes[0]!.of)
        expect(figures.inTime.count).toBeLessThanOrEqual(figures.inTime.of)
      }),
      { numRuns: 60 },
    )
  })
})
