import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { excelDay } from '../../../src/dossiers/formats/excel-day.ts'
import { readDay } from '../../../src/dossiers/formats/read-day.ts'
import { addDays } from '../../../src/lib/working-days/day.ts'

describe('a serial number', () => {
  test.each([
    [1, '1900', '1900-01-01'],
    [59, '1900', '1900-02-28'],
    [60, '1900', undefined],
    [61, '1900', '1900-03-01'],
    [0, '1900', undefined],
    [-1, '1900', undefined],
    [36_526, '1900', '2000-01-01'],
    [45_351, '1900', '2024-02-29'],
    [46_349.99, '1900', '2026-11-23'],
    [2_958_465, '1900', '9999-12-31'],
    [2_958_466, '1900', undefined],
    [0, '1904', '1904-01-01'],
    [44_887, '1904', '2026-11-23'],
    [-1, '1904', undefined],
    [Number.NaN, '1900', undefined],
  ] as const)('%d in the %s system', (serial, system, day) => {
    expect(excelDay(serial, system)).toBe(day)
  })

  it('counts days one by one from 1 March 1900; the systems are 1462 days apart', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 61, max: 80_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        (serial, more) => {
          const day = excelDay(serial, '1900')!
          expect(excelDay(serial + more, '1900')).toBe(addDays(day, more))
          if (serial >= 1_462) expect(excelDay(serial - 1_462, '1904')).toBe(day)
        },
      ),
    )
  })
})

describe('a cell with a day', () => {
  const read = (text: string) => readDay({ kind: 'text', text }, '1900')

  test.each([
    ['23/11/2026', '2026-11-23', '2026-11-22T17:00:00.000Z'],
    ['3/6/2026', '2026-06-03', '2026-06-02T17:00:00.000Z'],
    ['03-06-2026', '2026-06-03', '2026-06-02T17:00:00.000Z'],
    ['03.06.2026', '2026-06-03', '2026-06-02T17:00:00.000Z'],
    ['03/06/2026 16:30', '2026-06-03', '2026-06-03T09:30:00.000Z'],
    ['03/06/2026 16:30:05', '2026-06-03', '2026-06-03T09:30:05.000Z'],
    ['03/06/2026, 16h30', '2026-06-03', '2026-06-03T09:30:00.000Z'],
    ['16:30 03/06/2026', '2026-06-03', '2026-06-03T09:30:00.000Z'],
    ['16:30:05 ngày 03/06/2026', '2026-06-03', '2026-06-03T09:30:05.000Z'],
    ['2026-06-03', '2026-06-03', '2026-06-02T17:00:00.000Z'],
    ['2026-06-03 16:30:00', '2026-06-03', '2026-06-03T09:30:00.000Z'],
    ['2026-06-03T16:30:00.123', '2026-06-03', '2026-06-03T09:30:00.000Z'],
    // The evening in Greenwich is the next morning in Viet Nam.
    ['2026-06-03T17:00:00Z', '2026-06-04', '2026-06-03T17:00:00.000Z'],
    ['2026-06-03T16:59:59Z', '2026-06-03', '2026-06-03T16:59:59.000Z'],
    ['2026-06-03T23:30:00+07:00', '2026-06-03', '2026-06-03T16:30:00.000Z'],
    ['46349', '2026-11-23', '2026-11-22T17:00:00.000Z'],
    ['46349.5', '2026-11-23', '2026-11-23T05:00:00.000Z'],
    [' 29/02/2024 ', '2024-02-29', '2024-02-28T17:00:00.000Z'],
  ])('%s', (text, day, at) => {
    expect(read(text)).toEqual({ kind: 'day', day, at: new Date(at) })
  })

  test.each([
    ['31/02/2026', 'impossible'],
    ['29/02/2026', 'impossible'],
    ['00/01/2026', 'impossible'],
    ['32/01/2026', 'impossible'],
    ['45/13/2026', 'impossible'],
    ['23/11/2026 25:00', 'impossible'],
    ['2026-13-01', 'impossible'],
    ['06/13/2026', 'month-first'],
    ['3/6/26', 'short-year'],
    ['23-11-26 10:00', 'short-year'],
    ['23/11', 'not-a-day'],
    ['23/11-2026', 'not-a-day'],
    ['hôm qua', 'not-a-day'],
    ['chưa trả', 'not-a-day'],
    ['2026', 'not-a-day'],
  ])('%s is refused as %s', (text, kind) => {
    expect(read(text)).toEqual({ kind })
  })

  it('is a number in a spreadsheet, in its own system, with its time', () => {
    expect(readDay({ kind: 'number', number: 46_349.75 }, '1900')).toEqual({
      kind: 'day',
      day: '2026-11-23',
      at: new Date('2026-11-23T11:00:00Z'),
    })
    expect(readDay({ kind: 'number', number: 44_887 }, '1904')).toMatchObject({ day: '2026-11-23' })
    expect(readDay({ kind: 'number', number: 60 }, '1900')).toEqual({ kind: 'impossible' })
    expect(readDay({ kind: 'error', text: '#REF!' }, '1900')).toEqual({ kind: 'not-a-day' })
  })

  it('reads every day that it is given, with any separator', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), fc.constantFrom('/', '-', '.'), (days, separator) => {
        const day = addDays('2000-01-01', days)
        const [year, month, date] = day.split('-')
        expect(read([date, month, year].join(separator))).toMatchObject({ day })
        expect(read([Number(date), Number(month), year].join(separator))).toMatchObject({ day })
        expect(read(day)).toMatchObject({ day })
      }),
    )
  })
})
