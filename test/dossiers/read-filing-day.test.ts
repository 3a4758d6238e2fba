import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { readFilingDay } from '../../src/dossiers/read-filing-day.ts'
import { addDays, daysBetween } from '../../src/lib/working-days/day.ts'

// A Monday.
const today = '2026-11-23'
const rules = { today, guessYearWithinDays: 270, maxAgeDays: 730 }
const read = (text: string, on = today) => readFilingDay(text, { ...rules, today: on })

test.each([
  ['nộp ngày 3/6, thủ tục cấp giấy phép lao động', '2026-06-03', true, 'cấp giấy phép lao động'],
  ['Em nộp hồ sơ ngày 03/06/2026 làm giấy phép lao động', '2026-06-03', false, 'giấy phép lao động'],
  ['nop ngay 3-6 thu tuc tro cap that nghiep', '2026-06-03', true, 'tro cap that nghiep'],
  ['3.6.2026', '2026-06-03', false, ''],
  ['3/6/26', '2026-06-03', false, ''],
  ['tôi nộp 3 / 6 rồi', '2026-06-03', true, ''],
  ['ngày 3 tháng 6', '2026-06-03', true, ''],
  ['ngày 3 tháng 6 năm 2026', '2026-06-03', false, ''],
  ['mùng 3 tháng 6 năm 2025', '2025-06-03', false, ''],
  ['Mồng 3 tháng 11, thẻ bảo hiểm', '2026-11-03', true, 'thẻ bảo hiểm'],
  ['ngày 20 thg 11', '2026-11-20', true, ''],
  ['2026-06-03', '2026-06-03', false, ''],
  ['hôm nay', '2026-11-23', false, ''],
  ['Hôm qua em nộp', '2026-11-22', false, ''],
  ['hôm kia', '2026-11-21', false, ''],
  ['nộp 10 ngày trước', '2026-11-13', false, ''],
  ['2 tuần rồi', '2026-11-09', false, ''],
  ['thứ hai tuần trước', '2026-11-16', false, ''],
  ['thứ 6 tuần trước', '2026-11-20', false, ''],
  ['chủ nhật tuần trước', '2026-11-22', false, ''],
  ['23/11', '2026-11-23', true, ''],
  ['trợ cấp, nộp 3/6', '2026-06-03', true, 'trợ cấp'],
])('%s', (text, day, isYearGuessed, rest) => {
  expect(read(text)).toEqual({ kind: 'day', day, isYearGuessed, rest })
})

test.each([
  ['24/11', { kind: 'future', day: '2026-11-24' }],
  ['1/12', { kind: 'future', day: '2026-12-01' }],
  ['24/11/2026', { kind: 'future', day: '2026-11-24' }],
  ['3/6/2027', { kind: 'future', day: '2027-06-03' }],
  ['31/2', { kind: 'impossible', text: '31/2' }],
  ['nộp ngày 31 tháng 4', { kind: 'impossible', text: '31 tháng 4' }],
  ['6/13/2026', { kind: 'impossible', text: '6/13/2026' }],
  ['29/2/2026', { kind: 'impossible', text: '29/2/2026' }],
  ['3/6/2023', { kind: 'too-old', day: '2023-06-03' }],
  ['nộp rồi mà chưa có', { kind: 'no-day' }],
  ['', { kind: 'no-day' }],
  ['hồ sơ 000.00.06.H32-261102-0001', { kind: 'no-day' }],
  ['thủ tục 1.014199', { kind: 'no-day' }],
  ['0905.123.456', { kind: 'no-day' }],
])('%s is not taken', (text, answer) => {
  expect(read(text)).toEqual(answer)
})

describe('without a year', () => {
  it('the latest such day is meant, also over the new year', () => {
    expect(read('28/12', '2027-01-04')).toMatchObject({ day: '2026-12-28', isYearGuessed: true })
    expect(read('1/6', '2027-01-04')).toMatchObject({ day: '2026-06-01' })
  })

  it('a day a little ahead is a slip, not one of last year', () => {
    expect(read('20/1', '2027-01-04')).toEqual({ kind: 'future', day: '2027-01-20' })
    expect(read('5/1', '2027-01-04')).toEqual({ kind: 'future', day: '2027-01-05' })
  })

  it('29 February is of a leap year', () => {
    expect(read('29/2', '2028-03-10')).toMatchObject({ day: '2028-02-29' })
    expect(read('29/2', '2027-03-10')).toEqual({ kind: 'future', day: '2028-02-29' })
  })

  it('no day that is taken lies ahead or further back than the rules say', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_000 }).map((days) => addDays('2024-01-01', days)),
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 1, max: 12 }),
        (on, date, month) => {
          const found = read(`nộp ${date}/${month}`, on)
          if (found.kind === 'day') {
            expect(daysBetween(found.day, on)).toBeGreaterThanOrEqual(0)
            expect(daysBetween(found.day, on)).toBeLessThanOrEqual(270)
            expect(found.day.slice(5)).toBe(
              `${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`,
            )
          } else if (found.kind === 'future') expect(found.day > on).toBe(true)
          else expect(found.kind).toBe('impossible')
        },
      ),
    )
  })
})

it('never fails on what people type, and takes no day that the words do not hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const found = read(text)
      if (found.kind === 'day') expect(found.day <= today).toBe(true)
    }),
  )
})
