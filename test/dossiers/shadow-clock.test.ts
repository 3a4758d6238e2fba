import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import {
  citizenFigure,
  citizenTimeliness,
  readPublishedTime,
  type SelfReport,
  shadowDue,
} from '../../src/dossiers/shadow-clock.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import { buildHolidayCalendar, type HolidayCalendar } from '../../src/lib/working-days/holiday-calendar.ts'
import { type HolidayYear, parseHolidayYear } from '../../src/lib/working-days/holiday-year.ts'
import { clockTexts } from '../../src/reports/clock-texts.ts'
import { shippedProcedures } from '../catalogue/read-content.ts'
import { checks } from './read-dossier-content.ts'

const data = new URL('../../data/', import.meta.url)
const clockWords = loadTexts(parse(readFileSync(new URL('texts/clocks.yaml', data), 'utf8')), clockTexts)

function shippedCalendar(): HolidayCalendar {
  const years: HolidayYear[] = readdirSync(new URL('holidays/', data)).flatMap((name) => {
    const text = readFileSync(new URL(`holidays/${name}`, data), 'utf8')
    const parsed = parseHolidayYear({ name, text }, checks, clockWords)
    if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems))
    return [parsed.year]
  })
  const officeHours = [{ days: [1, 2, 3, 4, 5], from: '07:30', to: '16:30' }]
  const built = buildHolidayCalendar({ years, weeklyDaysOff: [6, 7], officeHours })
  if (built.kind !== 'calendar') throw new Error('no calendar')
  return built.calendar
}
const calendar = shippedCalendar()

test.each([
  ['10 ngày làm việc', { days: 10, unit: 'working' }],
  ['05 Ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ', { days: 5, unit: 'working' }],
  ['15 (mười lăm) ngày làm việc', { days: 15, unit: 'working' }],
  ['20 Ngày', { days: 20, unit: 'calendar' }],
  ['02 tuần', { days: 14, unit: 'calendar' }],
  ['1 tháng', { days: 31, unit: 'calendar' }],
  ['24 giờ', { days: 3, unit: 'working' }],
  ['Giải quyết ngay trong ngày làm việc', { days: 1, unit: 'working' }],
  ['10 ngày làm việc (trực tiếp), 10 ngày làm việc (trực tuyến)', { days: 10, unit: 'working' }],
  ['10 ngày làm việc; trường hợp phức tạp 15 ngày làm việc', undefined],
  ['5 ngày làm việc hoặc 10 ngày', undefined],
  ['Trả kết quả ngay sau khi nhận hồ sơ', { days: 1, unit: 'working' }],
  ['trả kết quả ngày làm việc thứ 05', undefined],
  ['Thời hạn giải quyết ngày thứ 7, chậm nhất 3 ngày', { days: 3, unit: 'calendar' }],
  ['Không quy định', undefined],
  ['', undefined],
])('the time "%s"', (text, time) => {
  expect(readPublishedTime(text)).toEqual(time)
})

test('most times of the shipped catalogue are read, none as nothing or as years', () => {
  const times = shippedProcedures().flatMap(({ methods }) =>
    (methods ?? []).flatMap(({ time }) => time ?? []),
  )
  const read = times.map(readPublishedTime).filter((time) => time !== undefined)
  expect(times.length).toBeGreaterThan(50)
  expect(read.length / times.length).toBeGreaterThan(0.8)
  for (const { days } of read) {
    expect(days).toBeGreaterThanOrEqual(1)
    expect(days).toBeLessThanOrEqual(250)
  }
})

test.each([
  // Monday 2 November: the day itself does not count.
  ['2026-11-02', { days: 1, unit: 'working' }, '2026-11-03'],
  ['2026-11-02', { days: 5, unit: 'working' }, '2026-11-09'],
  ['2026-11-06', { days: 1, unit: 'working' }, '2026-11-09'],
  ['2026-11-02', { days: 7, unit: 'calendar' }, '2026-11-09'],
  // Ends on a Saturday.
  ['2026-11-02', { days: 5, unit: 'calendar' }, '2026-11-09'],
  // Over 30 April and 1 May.
  ['2026-04-29', { days: 1, unit: 'working' }, '2026-05-04'],
] as const)('handed in on %s, %o', (filed, time, dueDay) => {
  expect(shadowDue(filed, time, calendar)).toMatchObject({ kind: 'due', dueDay })
})

test('the person is asked on the day after, and never by a calendar that nobody entered', () => {
  expect(shadowDue('2026-11-06', { days: 1, unit: 'working' }, calendar)).toEqual({
    kind: 'due',
    dueDay: '2026-11-09',
    askDay: '2026-11-10',
  })
  expect(shadowDue('2035-11-06', { days: 1, unit: 'working' }, calendar)).toEqual({
    kind: 'unknown-year',
    year: 2035,
  })
})

const told = (parts: Partial<SelfReport> = {}): SelfReport => ({
  id: 'a',
  procedureCode: '1.014199',
  filedDay: '2026-11-02',
  dueDay: '2026-11-10',
  askDay: '2026-11-11',
  ...parts,
})
const askedAt = new Date('2026-11-11T02:00:00Z')

test.each([
  [{ kind: 'came', day: '2026-11-10' }, { kind: 'in-time' }],
  [{ kind: 'came', day: '2026-11-09' }, { kind: 'in-time' }],
  [
    { kind: 'came', day: '2026-11-11' },
    { kind: 'late', days: 1 },
  ],
  [
    { kind: 'not-yet', toldOn: '2026-11-12' },
    { kind: 'late', days: 2 },
  ],
  [{ kind: 'not-yet', toldOn: '2026-11-10' }, { kind: 'none' }],
  [{ kind: 'withdrawn' }, { kind: 'none' }],
  [undefined, { kind: 'none' }],
] as const)('%o counts as %o', (answer, is) => {
  expect(citizenTimeliness({ dueDay: '2026-11-10', ...(answer ? { answer } : {}) })).toEqual(is)
})

describe('the figure of what citizens told', () => {
  const days = { from: '2026-11-01', until: '2026-11-30' }

  it('counts those who answered; silence is neither in time nor late', () => {
    const reports = [
      told({ askedAt, answer: { kind: 'came', day: '2026-11-10' } }),
      told({ askedAt, answer: { kind: 'came', day: '2026-11-12' } }),
      told({ askedAt, answer: { kind: 'not-yet', toldOn: '2026-11-11' } }),
      told({ askedAt }),
      told(),
      told({ dueDay: '2026-12-01', askedAt, answer: { kind: 'came', day: '2026-12-05' } }),
    ]
    expect(citizenFigure(reports, days)).toEqual({
      source: 'citizens',
      method: 'citizens-told/1',
      ...days,
      told: 5,
      asked: 4,
      n: 3,
      inTime: 1,
      late: 2,
      silent: 1,
      lateHundredths: 6_667,
    })
  })

  it('has no share of nothing', () => {
    expect(citizenFigure([], days)).not.toHaveProperty('lateHundredths')
  })
})
