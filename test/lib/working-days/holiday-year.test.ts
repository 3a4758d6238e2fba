import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../../src/lib/problem.ts'
import { vietnamDay } from '../../../src/lib/vietnam-time.ts'
import { addDays, daysFrom, weekdayOf } from '../../../src/lib/working-days/day.ts'
import { type HolidayYear, parseHolidayYear } from '../../../src/lib/working-days/holiday-year.ts'
import { checkTexts, clockTexts, holidayFiles, source } from '../../reports/read-clocks.ts'

const file2026 = source('data/holidays/2026.yaml')

function read(text: string): HolidayYear {
  const parsed = parseHolidayYear({ name: 'x.yaml', text }, checkTexts, clockTexts)
  if (parsed.kind === 'year') return parsed.year
  throw new Error(parsed.problems.map(formatProblem).join('\n'))
}

function problemsAfter(change: (text: string) => string): string[] {
  const text = change(file2026.text)
  expect(text).not.toBe(file2026.text)
  const parsed = parseHolidayYear({ name: '2026.yaml', text }, checkTexts, clockTexts)
  return parsed.kind === 'problems' ? parsed.problems.map(formatProblem) : []
}

describe('the shipped tables', () => {
  const years = holidayFiles.map(({ text }) => read(text))

  test('are those of 2025, 2026 and 2027', () => {
    expect(years.map(({ year }) => year)).toEqual([2025, 2026, 2027])
  })

  test('claim no confirmation that the office has not given, and say where each row comes from', () => {
    for (const { text } of holidayFiles) {
      expect(text).not.toContain('confirmed: true')
      expect(text.match(/source: '.+'/g)?.length).toBe(text.match(/confirmed: false/g)?.length)
    }
    expect(years[2]!.unconfirmed.filter(({ basis }) => basis === 'computed').map(({ day }) => day)).toEqual([
      '2027-04-16',
      '2027-05-03',
    ])
  })

  test('have the days of the law in every year, 24/11 from 2026', () => {
    for (const { year, daysOff } of years) {
      const statutory = ['01-01', '04-30', '05-01', '09-02', ...(year >= 2026 ? ['11-24'] : [])]
      for (const day of statutory)
        expect(daysOff.get(`${year}-${day}`)?.kind, `${year}-${day}`).toBe('holiday')
      expect(daysOff.has(`${year}-11-24`)).toBe(year >= 2026)
      const adjacent = [`${year}-09-01`, `${year}-09-03`].filter((day) => daysOff.has(day))
      expect(adjacent).toHaveLength(1)
    }
  })

  test.each(years.map((year) => [year.year, year] as const))('agree with the moon in %i', (year, table) => {
    const days = [...table.daysOff.values()]
    const tet = days.filter(({ name, kind }) => name.startsWith('Tết Nguyên đán') && kind === 'holiday')
    expect(tet).toHaveLength(5)
    // Months after 2000-01-06: Tết is the first new moon from 21 January on.
    const first = Math.ceil(
      ((Date.UTC(year, 0, 20, 17) - Date.UTC(2000, 0, 6, 18)) / 86_400_000 - 0.6) / 29.530588861,
    )
    expect(newMoonDay(first) >= `${year}-01-21`).toBe(true)
    expect(tet.map(({ day }) => day)).toContain(newMoonDay(first))
    // None of these years repeats a month before the third one: its tenth day is Giỗ Tổ.
    const ancestors = days.filter(({ name }) => name === 'Giỗ Tổ Hùng Vương')
    expect(ancestors.map(({ day }) => day)).toEqual([addDays(newMoonDay(first + 2), 9)])
  })

  test('give a day in lieu for each holiday of the Labour Code on a weekend', () => {
    const culture = 'Ngày Văn hóa Việt Nam'
    for (const { daysOff } of years) {
      const days = [...daysOff.values()]
      const lost = days.filter(
        ({ day, kind, name }) => kind === 'holiday' && name !== culture && weekdayOf(day) > 5,
      )
      expect(days.filter(({ kind }) => kind === 'in-lieu')).toHaveLength(lost.length)
    }
  })

  test('rest as many days in a row at Tết as was announced', () => {
    const spans = {
      2025: ['2025-01-25', '2025-02-02'],
      2026: ['2026-02-14', '2026-02-22'],
      2027: ['2027-02-04', '2027-02-10'],
    }
    for (const { year, daysOff } of years) {
      const [first, last] = spans[year as keyof typeof spans] as [string, string]
      for (const day of daysFrom(first, last)) {
        expect(daysOff.has(day) || weekdayOf(day) > 5, day).toBe(true)
      }
    }
  })
})

describe('mistakes are named with their line', () => {
  test.each<[string, (text: string) => string, RegExp]>([
    [
      'a day of another year',
      (t) => t.replace("from: '2026-01-01'", "from: '2025-01-01'"),
      /:8: Ngày 2025-01-01 không thuộc năm 2026/,
    ],
    [
      'a forgotten holiday',
      (t) => t.replace(/ {2}- from: '2026-04-30'[\s\S]*?(?= {2}- from)/, ''),
      /:5: «statutoryDays» ghi 12 nhưng đếm được 11/,
    ],
    [
      'a day that stands twice',
      (t) => t.replace("from: '2026-05-01'", "from: '2026-04-30'"),
      /Ngày 2026-04-30 ghi hai lần/,
    ],
    [
      'a range the wrong way round',
      (t) => t.replace("to: '2026-02-20'", "to: '2026-02-10'"),
      /«from» 2026-02-16 sau «to» 2026-02-10/,
    ],
    [
      'a made-up day on a weekday',
      (t) => t.replace("day: '2026-08-22'", "day: '2026-08-21'"),
      /Ngày làm bù 2026-08-21 không phải thứ Bảy/,
    ],
    [
      'a made-up day that is off',
      (t) => t.replace("day: '2026-08-22'", "day: '2026-04-26'"),
      /2026-04-26 vừa là ngày nghỉ vừa là ngày làm bù/,
    ],
    [
      'an exchange for a day that is worked',
      (t) => t.replace("insteadOf: '2026-08-31'", "insteadOf: '2026-08-28'"),
      /2026-08-28 không có trong «daysOff»/,
    ],
    [
      'a swapped day that nothing makes up',
      (t) => t.replace("insteadOf: '2026-08-31'", "insteadOf: '2026-08-28'"),
      /hoán đổi 2026-08-31 không có ngày làm bù/,
    ],
    [
      'a substitute day on a weekend',
      (t) => t.replace("from: '2026-04-27'", "from: '2026-04-25'"),
      /2026-04-25 là thứ Bảy hoặc Chủ nhật/,
    ],
    ['a date in the wrong order', (t) => t.replace("'2026-09-02'", "'02/09/2026'"), /ngày dạng/],
    [
      'an unknown kind',
      (t) => t.replace('kind: in-lieu', 'kind: nghi-bu'),
      /chỉ nhận: holiday, in-lieu, swapped/,
    ],
    [
      'no source',
      (t) => t.replace(/\n {4}source: 'Bộ luật Lao động 2019 Điều 112'/, ''),
      /«daysOff\[1\]\.source»/,
    ],
  ])('%s', (_, change, message) => {
    expect(problemsAfter(change).join('\n')).toMatch(message)
  })

  test('an exchange may reach into the next year and from the last', () => {
    const year = read(`
year: 2026
statutoryDays: 1
daysOff:
  - { from: '2026-01-01', name: A, kind: holiday, basis: law, confirmed: true, source: s }
  - { from: '2026-01-02', name: B, kind: swapped, basis: notice, confirmed: true, source: s }
workingDays:
  - { day: '2026-12-26', insteadOf: '2027-01-04', basis: notice, confirmed: true, source: s }
`)
    expect(year.worked).toEqual(new Map([['2026-12-26', '2027-01-04']]))
    expect(year.unconfirmed).toEqual([])
  })
})

/**
 * The day in Viet Nam of the k-th new moon after 2000-01-06, to a few minutes (J. Meeus, Astronomical Algorithms, ch. 49,
 * largest terms). The Chinese calendar of ICU is no judge: it misses 06/02/2027, whose new moon is an hour before midnight.
 */
function newMoonDay(k: number): string {
  const t = k / 1236.85
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const sun = radians(2.5534 + 29.1053567 * k)
  const moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
  const node = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
  const e = 1 - 0.002516 * t
  const correction =
    -0.4072 * Math.sin(moon) +
    0.17241 * e * Math.sin(sun) +
    0.01608 * Math.sin(2 * moon) +
    0.01039 * Math.sin(2 * node) +
    0.00739 * e * Math.sin(moon - sun) -
    0.00514 * e * Math.sin(moon + sun) +
    0.00208 * e * e * Math.sin(2 * sun) -
    0.00111 * Math.sin(moon - 2 * node)
  const julianDay = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t + correction
  return vietnamDay(new Date((julianDay - 2440587.5) * 86_400_000 - 70_000))
}
