import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { vietnamDay } from '../../../src/lib/vietnam-time.ts'
import {
  addDays,
  dayOf,
  daysBetween,
  instantAt,
  timeOf,
  weekdayOf,
} from '../../../src/lib/working-days/day.ts'
import {
  calendarVersion,
  isWorkingDay,
  MissingYearError,
  missingYears,
  sessionsOn,
} from '../../../src/lib/working-days/holiday-calendar.ts'
import { timeLeft } from '../../../src/lib/working-days/time-left.ts'
import {
  addWorkingDays,
  type Counting,
  dueDateOf,
  receivedDay,
  workingDaysBetween,
} from '../../../src/lib/working-days/working-days.ts'
import { addWorkingMs, workingMsBetween } from '../../../src/lib/working-days/working-time.ts'
import { holidayFiles, instant, shippedClocks } from '../../reports/read-clocks.ts'

const { calendar } = shippedClocks()

/** Another way to the same answers: luxon, a plain set of days read from the files, one day after the other. */
const naive = (() => {
  const off = new Set<string>()
  const worked = new Set<string>()
  for (const { text } of holidayFiles) {
    const file = parse(text) as {
      daysOff: { from: string; to?: string }[]
      workingDays: { day: string }[]
    }
    for (const { from, to } of file.daysOff) {
      const last = DateTime.fromISO(to ?? from)
      for (let day = DateTime.fromISO(from); day <= last; day = day.plus({ days: 1 }))
        off.add(day.toISODate()!)
    }
    for (const { day } of file.workingDays) worked.add(day)
  }
  const works = (day: DateTime) =>
    worked.has(day.toISODate()!) || (day.weekday <= 5 && !off.has(day.toISODate()!))
  const due = (at: Date, days: number, unit: 'working' | 'calendar', counting: Counting) => {
    const local = DateTime.fromJSDate(at, { zone: 'Asia/Ho_Chi_Minh' })
    let day = local.startOf('day')
    if (counting.lateEvent === 'next-working-day') {
      if (local > day.set({ hour: 17 })) day = day.plus({ days: 1 })
      while (!works(day)) day = day.plus({ days: 1 })
    }
    let counted = 0
    let next = counting.startsOn === 'same-day' ? day : day.plus({ days: 1 })
    for (;;) {
      if (unit === 'calendar' || works(next)) counted++
      if (counted === days) break
      next = next.plus({ days: 1 })
    }
    while (unit === 'calendar' && counting.dayOffEnd === 'next-working-day' && !works(next)) {
      next = next.plus({ days: 1 })
    }
    const end = counting.dueTime === 'day-end' || !works(next) ? { hour: 24 } : { hour: 17 }
    return { dueDay: next.toISODate()!, dueAt: next.set(end).toJSDate() }
  }
  return { works, due }
})()

const anyInstant = fc.date({
  min: instant('01/01/2025 00:00'),
  max: instant('31/10/2027 23:59'),
  noInvalidDate: true,
})
const anyDay = anyInstant.map(vietnamDay)
const anyCounting: fc.Arbitrary<Counting> = fc.record({
  startsOn: fc.constantFrom('next-day', 'same-day'),
  lateEvent: fc.constantFrom('next-working-day', 'as-is'),
  dayOffEnd: fc.constantFrom('next-working-day', 'as-is'),
  dueTime: fc.constantFrom('office-end', 'day-end'),
})
const usual: Counting = {
  startsOn: 'next-day',
  lateEvent: 'next-working-day',
  dayOffEnd: 'next-working-day',
  dueTime: 'office-end',
}

describe('against a naive count day by day', () => {
  test('every day of the three years', () => {
    let working = 0
    for (let day = '2025-01-01'; day <= '2027-12-31'; day = addDays(day, 1)) {
      expect(isWorkingDay(calendar, day), day).toBe(naive.works(DateTime.fromISO(day)))
      if (isWorkingDay(calendar, day)) working++
    }
    // Weekdays: 261 a year. Less the weekdays off, plus the made-up Saturdays: 261 − 12 + 1, 261 − 14 + 2, 261 − 12.
    // 2027's weekdays off: 01/01, 04–05/02, 08–10/02, 16/04, 30/04, 03/05, 02–03/09, 24/11.
    expect(working).toBe(250 + 249 + 249)
  })

  test('due dates for any event, number of days and way of counting', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom('working' as const, 'calendar' as const),
        anyCounting,
        (at, days, unit, counting) => {
          const { dueDay, dueAt } = dueDateOf(calendar, at, { days, unit }, counting)
          expect({ dueDay, dueAt }).toEqual(naive.due(at, days, unit, counting))
        },
      ),
      { numRuns: 1500 },
    )
  })
})

describe('laws of counting', () => {
  test('as many working days lie between as were added', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 30 }), (day, days) => {
        const until = addWorkingDays(calendar, day, days)
        expect(workingDaysBetween(calendar, day, until)).toBe(days === 0 && until !== day ? 1 : days)
        expect(isWorkingDay(calendar, until)).toBe(true)
      }),
    )
  })

  test('an instant is counted from the day on which it counts as received', () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 1, max: 20 }), (at, days) => {
        const received = receivedDay(calendar, at, 'next-working-day')
        expect(addWorkingDays(calendar, at, days)).toBe(addWorkingDays(calendar, received, days))
        expect(isWorkingDay(calendar, received)).toBe(true)
      }),
    )
  })

  test('who comes later is never due earlier', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.integer({ min: 0, max: 40 * 86_400_000 }),
        fc.integer({ min: 1, max: 10 }),
        anyCounting,
        (at, laterMs, days, counting) => {
          const later = new Date(at.getTime() + laterMs)
          for (const unit of ['working', 'calendar'] as const) {
            const first = dueDateOf(calendar, at, { days, unit }, counting).dueAt
            expect(dueDateOf(calendar, later, { days, unit }, counting).dueAt >= first).toBe(true)
          }
        },
      ),
    )
  })

  test('at the moment of the event exactly the days of the rule are left', () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 1, max: 20 }), (at, days) => {
        const period = { days, unit: 'working' as const }
        const due = { ...dueDateOf(calendar, at, period, usual), unit: period.unit, counting: usual }
        expect(timeLeft(calendar, due, at)).toEqual({ kind: 'left', days })
      }),
    )
  })

  test('what is left only shrinks, then what is over only grows', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom('working' as const, 'calendar' as const),
        fc.array(fc.integer({ min: 0, max: 40 * 24 }), { minLength: 2, maxLength: 12 }),
        (at, days, unit, hours) => {
          const due = { ...dueDateOf(calendar, at, { days, unit }, usual), unit, counting: usual }
          const scale = hours
            .sort((a, b) => a - b)
            .map((hour) => timeLeft(calendar, due, new Date(at.getTime() + hour * 3_600_000)))
            .map((left) => (left.kind === 'left' ? left.days : left.kind === 'over' ? -left.days : 0))
          expect(scale).toEqual([...scale].sort((a, b) => b - a))
        },
      ),
    )
  })
})

describe('the last day', () => {
  const left = (unit: 'working' | 'calendar', now: string) => {
    const counting: Counting = { ...usual, dayOffEnd: 'as-is', dueTime: 'day-end' }
    // Friday 20/11/2026; in calendar days it ends on Sunday, in working days on Wednesday 25/11.
    const due = dueDateOf(calendar, instant('20/11/2026 09:00'), { days: 2, unit }, counting)
    return timeLeft(calendar, { ...due, unit, counting }, instant(now))
  }

  test('lasts until midnight when the rule says so', () => {
    expect(left('working', '25/11/2026 23:59')).toEqual({ kind: 'left-today' })
    expect(left('working', '26/11/2026 00:01')).toEqual({ kind: 'over', days: 1 })
  })

  test('may be a day off, and the days before it still count', () => {
    expect(left('calendar', '21/11/2026 10:00')).toEqual({ kind: 'left', days: 1 })
    expect(left('calendar', '22/11/2026 10:00')).toEqual({ kind: 'left-today' })
  })
})

describe('office hours', () => {
  test('opening time that is added is the opening time between', () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 1, max: 60 * 60_000_000 }), (from, workingMs) => {
        const until = addWorkingMs(calendar, from, Math.min(workingMs, 40 * 27_000_000))
        expect(workingMsBetween(calendar, from, until)).toBe(Math.min(workingMs, 40 * 27_000_000))
      }),
    )
  })

  test('a working day is seven and a half hours, a day off none', () => {
    const hours = (day: string) =>
      workingMsBetween(calendar, instantAt(day, '00:00'), instantAt(day, '24:00')) / 3_600_000
    expect(hours('2026-11-23')).toBe(7.5)
    expect(hours('2026-11-24')).toBe(0)
    expect(hours('2026-11-28')).toBe(0)
    expect(hours('2026-08-22')).toBe(7.5)
  })

  test('a made-up Saturday has the hours of the day it stands for', () => {
    const published = [
      { days: [1], from: '07:00', to: '11:00' },
      { days: [2, 3, 4, 5], from: '08:00', to: '16:30' },
    ]
    const own = shippedClocks(published).calendar
    // 22/08/2026 stands for Monday 31/08, 10/01/2026 for Friday 02/01.
    expect(sessionsOn(own, '2026-08-22')).toEqual([{ from: '07:00', to: '11:00' }])
    expect(sessionsOn(own, '2026-01-10')).toEqual([{ from: '08:00', to: '16:30' }])
    expect(sessionsOn(own, '2026-08-29')).toEqual([])
    expect(receivedDay(own, instant('22/08/2026 11:00'), 'next-working-day')).toBe('2026-08-22')
    expect(receivedDay(own, instant('22/08/2026 11:01'), 'next-working-day')).toBe('2026-08-24')
  })

  test('ends with the session, not with the beginning of the next', () => {
    const from = instant('23/11/2026 07:30')
    expect(addWorkingMs(calendar, from, 4 * 3_600_000)).toEqual(instant('23/11/2026 11:30'))
    expect(addWorkingMs(calendar, from, 4 * 3_600_000 + 60_000)).toEqual(instant('23/11/2026 13:31'))
    expect(addWorkingMs(calendar, instant('23/11/2026 12:00'), 60_000)).toEqual(instant('23/11/2026 13:31'))
  })

  test('rows that overlap or touch are one session', () => {
    const touching = [
      { days: [1, 2, 3, 4, 5], from: '07:30', to: '12:00' },
      { days: [1, 2, 3, 4, 5], from: '12:00', to: '16:30' },
    ]
    expect(sessionsOn(shippedClocks(touching).calendar, '2026-11-23')).toEqual([
      { from: '07:30', to: '16:30' },
    ])
    const published = [
      { days: [1, 2, 3, 4, 5], from: '13:00', to: '17:00' },
      { days: [1, 2, 3, 4, 5], from: '07:30', to: '14:00' },
    ]
    expect(sessionsOn(shippedClocks(published).calendar, '2026-11-23')).toEqual([
      { from: '07:30', to: '17:00' },
    ])
  })
})

describe('a year that nobody has entered', () => {
  test('is an error that names it', () => {
    expect(() => isWorkingDay(calendar, '2028-01-03')).toThrow(MissingYearError)
    expect(() => addWorkingDays(calendar, '2027-12-30', 2)).toThrow(/data\/holidays\/2028\.yaml/)
    expect(() => workingDaysBetween(calendar, '2024-12-30', '2025-01-02')).toThrow(/2024/)
    expect(addWorkingDays(calendar, '2027-12-30', 1)).toBe('2027-12-31')
  })

  test('is known beforehand', () => {
    expect(missingYears(calendar, '2026-11-23', '2027-12-31')).toEqual([])
    expect(missingYears(calendar, '2027-12-01', '2029-01-01')).toEqual([2028, 2029])
  })

  test('a number of days is whole and not negative', () => {
    expect(() => addWorkingDays(calendar, '2026-11-23', -1)).toThrow(RangeError)
    expect(() => addWorkingDays(calendar, '2026-11-23', 1.5)).toThrow(RangeError)
  })
})

describe('the version of the calendar', () => {
  const without = (year: string) => holidayFiles.filter(({ name }) => !name.includes(year))
  const version = calendarVersion(calendar, '2026-11-23', '2026-12-01')

  test('is of the years that are touched and of the office hours', () => {
    expect(version).toMatch(/^[0-9a-f]{16}$/)
    expect(calendarVersion(shippedClocks([], without('2027')).calendar, '2026-11-23', '2026-12-01')).toBe(
      version,
    )
    expect(calendarVersion(calendar, '2026-11-23', '2027-01-04')).not.toBe(version)
    const shorter = shippedClocks([{ days: [1, 2, 3, 4, 5], from: '08:00', to: '12:00' }]).calendar
    expect(calendarVersion(shorter, '2026-11-23', '2026-12-01')).not.toBe(version)
  })

  test('follows the days, not the remarks', () => {
    const edited = (from: string, to: string) => {
      const files = holidayFiles.map(({ name, text }) => ({ name, text: text.replaceAll(from, to) }))
      return calendarVersion(shippedClocks([], files).calendar, '2026-11-23', '2026-12-01')
    }
    expect(edited('confirmed: false', 'confirmed: true')).toBe(version)
    expect(edited("'2026-11-24'", "'2026-11-23'")).not.toBe(version)
  })
})

describe('days', () => {
  test('agree with luxon over any stretch', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -800, max: 800 }), (day, days) => {
        const other = addDays(day, days)
        expect(other).toBe(DateTime.fromISO(day).plus({ days }).toISODate())
        expect(daysBetween(day, other)).toBe(days)
        expect(weekdayOf(day)).toBe(DateTime.fromISO(day).weekday)
      }),
    )
  })

  test('and instants with Viet Nam', () => {
    fc.assert(fc.property(anyInstant, (at) => dayOf(at) === vietnamDay(at)))
    expect(instantAt('2026-11-23', '07:30').toISOString()).toBe('2026-11-23T00:30:00.000Z')
    expect(timeOf(instantAt('2026-11-23', '07:30'))).toBe('07:30')
    expect(timeOf(instantAt('2026-11-23', '24:00'), '2026-11-23')).toBe('24:00')
    expect(timeOf(instantAt('2026-11-24', '00:00'), '2026-11-24')).toBe('00:00')
  })
})
