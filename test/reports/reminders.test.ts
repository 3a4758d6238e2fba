import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../src/lib/clock.ts'
import { vietnamDay } from '../../src/lib/vietnam-time.ts'
import { timeOf } from '../../src/lib/working-days/day.ts'
import { isWorkingDay } from '../../src/lib/working-days/holiday-calendar.ts'
import { type Deadline, setDeadline } from '../../src/reports/deadline.ts'
import { remindersBetween, reminderText } from '../../src/reports/reminders.ts'
import { clockTexts, holidayFiles, instant, shippedClocks } from './read-clocks.ts'

const { clocks, calendar } = shippedClocks()
const plan = clocks.reminders

function deadline(clock: string, at: Date): Deadline {
  const set = setDeadline(clocks.rules, calendar, { clock, at })
  if (set.kind === 'deadline') return set.deadline
  throw new Error(JSON.stringify(set))
}

const shown = (at: Date) => `${vietnamDay(at).split('-').reverse().join('/')} ${timeOf(at)}`

describe('when', () => {
  test.each([
    // 23/11 09:00–17:00 is 6 h (the lunch break is 2 h), 25/11 and 26/11 7.5 h each: 21 h. Half = 10.5 h, 80 % = 16.8 h.
    ['office.classify', '23/11/2026 09:00', ['25/11/2026 14:00', '26/11/2026 10:48', '26/11/2026 17:00']],
    // Sent on 24/11: the office is open from 25/11 on; 3 × 7.5 h until 27/11.
    ['office.classify', '24/11/2026 22:00', ['26/11/2026 11:15', '27/11/2026 10:30', '27/11/2026 17:00']],
    // 5 × 7.5 h + 6 h: 43.5 h. 21.75 h = 6 + 2 × 7.5 + 0.75; 34.8 h = 6 + 3 × 7.5 + 6.3.
    ['report.forward', '02/11/2026 09:00', ['05/11/2026 08:15', '06/11/2026 15:48', '09/11/2026 17:00']],
    ['office.acknowledge', '23/11/2026 09:00', []],
  ])('%s from %s', (clock, at, expected) => {
    const cases = [{ caseId: 'r1', deadline: deadline(clock, instant(at)) }]
    const { reminders } = remindersBetween(plan, calendar, cases, { until: instant('31/12/2026 00:00') })
    expect(reminders.map(({ sendAt }) => shown(sendAt))).toEqual(expected)
  })

  test('whom: each step goes higher', () => {
    const cases = [{ caseId: 'r1', deadline: deadline('report.forward', instant('02/11/2026 09:00')) }]
    const { reminders } = remindersBetween(plan, calendar, cases, { until: instant('31/12/2026 00:00') })
    expect(reminders.map(({ id, to }) => [id, to])).toEqual([
      ['r1/report.forward/2026-11-09/half', ['handler']],
      ['r1/report.forward/2026-11-09/near', ['handler', 'unit-head']],
      ['r1/report.forward/2026-11-09/due', ['handler', 'unit-head', 'leader']],
    ])
  })

  // 02/11 16:00 is a Monday: 60 min that day, 450 min on each of the next two days, 960 in all.
  test.each([
    [53, '03/11/2026 16:58'], // 508.8 = 60 + 448.8
    [54, '04/11/2026 08:00'], // 518.4 = 60 + 450 + 8.4: 07:38, before the end of the night
    [60, '04/11/2026 08:36'], // 576 = 60 + 450 + 66
  ])('%i %% of two days from 16:00', (percent, expected) => {
    const due = deadline('office.classify', instant('02/11/2026 16:00'))
    const oneStep = { ...plan, steps: [{ key: 'k', percent, to: ['handler' as const] }] }
    const { reminders } = remindersBetween(oneStep, calendar, [{ caseId: 'r1', deadline: due }], {
      until: instant('10/11/2026 00:00'),
    })
    expect(reminders.map(({ sendAt }) => shown(sendAt))).toEqual([expected])
  })

  test('a deadline at midnight is told the next working morning, over a holiday', () => {
    const rules = clocks.rules.map((rule) => ({
      ...rule,
      counting: { ...rule.counting, dueTime: 'day-end' as const },
    }))
    const set = setDeadline(rules, calendar, { clock: 'office.classify', at: instant('19/11/2026 09:00') })
    if (set.kind !== 'deadline') throw new Error(set.kind)
    expect(set.deadline.dueDay).toBe('2026-11-23')
    const cases = [{ caseId: 'r1', deadline: set.deadline }]
    const { reminders } = remindersBetween(plan, calendar, cases, { until: instant('30/11/2026 00:00') })
    expect(shown(reminders.at(-1)!.sendAt)).toBe('25/11/2026 08:00')
    const sooner = remindersBetween(plan, calendar, cases, { until: instant('25/11/2026 07:59') }).reminders
    expect(sooner.map(({ step }) => step)).toEqual(['half', 'near'])
  })

  test('an office that is open in the evening is not woken: the morning after', () => {
    const open = shippedClocks([{ days: [1, 2, 3, 4, 5], from: '12:00', to: '20:30' }])
    const set = setDeadline(open.clocks.rules, open.calendar, {
      clock: 'office.classify',
      at: instant('18/11/2026 13:00'),
    })
    if (set.kind !== 'deadline') throw new Error(set.kind)
    expect(shown(set.deadline.dueAt)).toBe('20/11/2026 20:30')
    const cases = [{ caseId: 'r1', deadline: set.deadline }]
    const { reminders } = remindersBetween(plan, open.calendar, cases, { until: instant('30/11/2026 00:00') })
    expect(shown(reminders.at(-1)!.sendAt)).toBe('23/11/2026 08:00')
  })

  test('a day off that is announced after the deadline was set is kept free too', () => {
    const cases = [{ caseId: 'r1', deadline: deadline('office.classify', instant('19/11/2026 09:00')) }]
    const announced = ({ name, text }: { name: string; text: string }) => {
      if (!name.includes('2026')) return { name, text }
      const days = text.replace("from: '2026-11-24'", "from: '2026-11-23'\n    to: '2026-11-24'")
      return { name, text: days.replace('statutoryDays: 12', 'statutoryDays: 13') }
    }
    const edited = shippedClocks([], holidayFiles.map(announced)).calendar
    const until = instant('30/11/2026 00:00')
    const last = (known: typeof calendar) =>
      shown(remindersBetween(plan, known, cases, { until }).reminders.at(-1)!.sendAt)
    expect(last(calendar)).toBe('23/11/2026 17:00')
    expect(last(edited)).toBe('25/11/2026 08:00')
  })
})

describe('row 43: once', () => {
  /** Two schedulers over one store of ids, at their own paces; the store is what makes "once". */
  function run(deadlines: Deadline[], start: Date, days: number, stepsMinutes: [number, number]) {
    const sent = new Map<string, Date[]>()
    const cases = deadlines.map((due, index) => ({ caseId: `r${index}`, deadline: due }))
    for (const stepMinutes of stepsMinutes) {
      const clock = new FakeClock(start)
      for (let last = clock.now(); clock.now().getTime() < start.getTime() + days * 86_400_000; ) {
        clock.advanceMs(stepMinutes * 60_000)
        const { reminders } = remindersBetween(plan, calendar, cases, { after: last, until: clock.now() })
        for (const { id, sendAt } of reminders) sent.set(id, [...(sent.get(id) ?? []), sendAt])
        last = clock.now()
      }
    }
    return sent
  }

  test('each scheduler finds every reminder once, both under the same id and time', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('office.classify', 'report.forward', 'office.answer', 'corruption-report.check'),
            fc.date({
              min: instant('10/02/2026 00:00'),
              max: instant('25/02/2026 00:00'),
              noInvalidDate: true,
            }),
          ),
          { minLength: 1, maxLength: 4 },
        ),
        fc.integer({ min: 60, max: 900 }),
        fc.integer({ min: 60, max: 900 }),
        (starts, first, second) => {
          const deadlines = starts.map(([clock, at]) => deadline(clock, at))
          const sent = run(deadlines, instant('09/02/2026 00:00'), 45, [first, second])
          expect(sent.size).toBe(deadlines.length * plan.steps.length)
          for (const times of sent.values()) {
            expect(times).toHaveLength(2)
            expect(times[0]).toEqual(times[1])
          }
        },
      ),
      { numRuns: 12 },
    )
  })

  test('never at night and never on a day off', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('office.classify', 'report.forward', 'office.answer', 'denunciation.solve'),
        fc.date({ min: instant('01/01/2025 00:00'), max: instant('30/09/2027 00:00'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 130 }),
        fc.boolean(),
        (clock, at, percent, isMidnight) => {
          const due = deadline(clock, at)
          const late = isMidnight ? { ...due, dueAt: new Date(due.dueAt.getTime() + 7 * 3_600_000) } : due
          const oneStep = { ...plan, steps: [{ key: 'k', percent, to: ['handler' as const] }] }
          const { reminders } = remindersBetween(oneStep, calendar, [{ caseId: 'r', deadline: late }], {
            until: instant('31/12/2027 00:00'),
          })
          expect(reminders).toHaveLength(1)
          const { sendAt } = reminders[0]!
          expect(isWorkingDay(calendar, vietnamDay(sendAt))).toBe(true)
          expect(timeOf(sendAt) >= '08:00' && timeOf(sendAt) < '20:00').toBe(true)
          expect(sendAt > at).toBe(true)
        },
      ),
    )
  })

  test('a longer period has reminders of its own', () => {
    const at = instant('20/01/2025 09:00')
    const longer = setDeadline(clocks.rules, calendar, {
      clock: 'denunciation.check',
      at,
      when: 'many-places',
    })
    if (longer.kind !== 'deadline') throw new Error(longer.kind)
    const ids = (due: Deadline) =>
      remindersBetween(plan, calendar, [{ caseId: 'r1', deadline: due }], {
        until: instant('01/03/2025 00:00'),
      }).reminders.map(({ id }) => id)
    const all = [...ids(deadline('denunciation.check', at)), ...ids(longer.deadline)]
    expect(new Set(all).size).toBe(6)
  })

  test('nothing before its time, the edge belongs to the window that ends there', () => {
    const cases = [{ caseId: 'r1', deadline: deadline('office.classify', instant('23/11/2026 09:00')) }]
    const between = (after: string, until: string) =>
      remindersBetween(plan, calendar, cases, { after: instant(after), until: instant(until) }).reminders.map(
        ({ step }) => step,
      )
    expect(between('23/11/2026 09:00', '25/11/2026 13:59:59')).toEqual([])
    expect(between('25/11/2026 13:59:59', '25/11/2026 14:00')).toEqual(['half'])
    expect(between('25/11/2026 14:00', '26/11/2026 10:00')).toEqual([])
    expect(between('26/11/2026 10:00', '26/11/2026 17:00')).toEqual(['near', 'due'])
  })
})

test('a year without a table holds up nothing else and is reported', () => {
  const steps = [...plan.steps, { key: 'late', percent: 200, to: ['leader' as const] }]
  const cases = [
    { caseId: 'r1', deadline: deadline('office.classify', instant('29/12/2027 09:00')) },
    { caseId: 'r2', deadline: deadline('office.classify', instant('20/12/2027 09:00')) },
  ]
  const { reminders, missingYears } = remindersBetween({ ...plan, steps }, calendar, cases, {
    until: instant('15/01/2028 09:00'),
  })
  expect(missingYears).toEqual([2028])
  expect(reminders.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['r1/office.classify/2027-12-31/due', 'r2/office.classify/2027-12-22/due']),
  )
})

describe('what is said', () => {
  const due = deadline('report.forward', instant('02/11/2026 09:00'))
  const say = (percent: number, now: string) =>
    reminderText(clockTexts, calendar, due, { percent, code: 'PA-261102-0001-K' }, instant(now))

  test('before it is due', () => {
    expect(say(80, '06/11/2026 15:48')).toBe(
      'Chuyển phản ánh, kiến nghị không thuộc thẩm quyền, mã PA-261102-0001-K: đã qua 80% thời hạn, còn 1 ngày làm việc, hạn 17:00 thứ Hai 09/11.',
    )
  })

  test('when it is due, and when an earlier reminder comes late', () => {
    expect(say(100, '09/11/2026 17:00')).toMatch(/: đến hạn hôm nay, lúc 17:00\.$/)
    expect(say(80, '10/11/2026 08:00')).toMatch(/: quá hạn 1 ngày làm việc\.$/)
  })
})
