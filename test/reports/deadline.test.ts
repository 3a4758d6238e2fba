import { describe, expect, test } from 'vitest'
import {
  type Deadline,
  deadlineLeft,
  explainDeadline,
  restsOn,
  setDeadline,
} from '../../src/reports/deadline.ts'
import { clockTexts, holidayFiles, instant, shippedClocks } from './read-clocks.ts'

const shipped = shippedClocks()
const untilHalfPastFour = shippedClocks([{ days: [1, 2, 3, 4, 5], from: '07:30', to: '16:30' }])

function deadline(clock: string, at: string, when?: string, { clocks, calendar } = shipped): Deadline {
  const set = setDeadline(clocks.rules, calendar, { clock, at: instant(at), ...(when ? { when } : {}) })
  if (set.kind === 'deadline') return set.deadline
  throw new Error(JSON.stringify(set))
}

describe('row 66: time left in words', () => {
  const due = deadline('office.classify', '23/11/2026 09:00', undefined, untilHalfPastFour)

  test.each([
    ['23/11/2026 09:00', 'còn 2 ngày làm việc, hạn 16:30 thứ Năm 26/11'],
    ['23/11/2026 16:31', 'còn 1 ngày làm việc, hạn 16:30 thứ Năm 26/11'],
    ['24/11/2026 09:00', 'còn 1 ngày làm việc, hạn 16:30 thứ Năm 26/11'],
    ['25/11/2026 08:00', 'còn 1 ngày làm việc, hạn 16:30 thứ Năm 26/11'],
    ['25/11/2026 20:00', 'đến hạn vào ngày làm việc tới, hạn 16:30 thứ Năm 26/11'],
    ['26/11/2026 08:00', 'đến hạn hôm nay, lúc 16:30'],
    ['26/11/2026 16:30', 'đến hạn hôm nay, lúc 16:30'],
    ['26/11/2026 16:31', 'đã quá hạn, hạn 16:30 thứ Năm 26/11'],
    ['27/11/2026 08:00', 'quá hạn 1 ngày làm việc'],
    ['29/11/2026 08:00', 'quá hạn 1 ngày làm việc'],
    ['30/11/2026 08:00', 'quá hạn 2 ngày làm việc'],
  ])('on %s: %s', (now, words) => {
    expect(deadlineLeft(clockTexts, untilHalfPastFour.calendar, due, instant(now))).toBe(words)
  })

  test('calendar days, and the year when it is another', () => {
    const solve = deadline('denunciation.solve', '07/12/2026 10:00')
    const words = (now: string) => deadlineLeft(clockTexts, shipped.calendar, solve, instant(now))
    expect(words('07/12/2026 10:00')).toBe('còn 30 ngày, hạn 17:00 thứ Tư 06/01/2027')
    expect(words('05/01/2027 22:00')).toBe('còn 1 ngày, hạn 17:00 thứ Tư 06/01')
    expect(words('09/01/2027 22:00')).toBe('quá hạn 3 ngày')
  })

  test('without the table of the year it says so and counts nothing', () => {
    const late = deadline('office.classify', '28/12/2027 09:00')
    const words = deadlineLeft(clockTexts, shipped.calendar, late, instant('04/01/2028 09:00'))
    expect(words).toBe('hạn 17:00 thứ Năm 30/12/2027 (chưa có lịch nghỉ năm 2028 nên chưa đếm được số ngày)')
  })
})

describe('a due date explains itself', () => {
  test.each([
    [
      deadline('report.forward', '29/12/2026 09:00'),
      '5 ngày làm việc từ 29/12/2026; nghỉ 01/01 (Tết Dương lịch); hạn 17:00 06/01/2027 (Nghị định 20/2008/NĐ-CP Điều 9 khoản 1 điểm d)',
    ],
    [
      deadline('office.classify', '13/02/2026 17:05'),
      '2 ngày làm việc từ 23/02/2026; gửi lúc 17:05 13/02, ngoài giờ làm việc, nên tính là nhận vào ngày làm việc kế tiếp; nghỉ 16/02–20/02 (Tết Nguyên đán Bính Ngọ); hạn 17:00 25/02/2026 (mức do cơ quan đặt)',
    ],
    [
      deadline('report.forward', '17/08/2026 09:00'),
      '5 ngày làm việc từ 17/08/2026; làm bù 22/08; hạn 17:00 22/08/2026 (Nghị định 20/2008/NĐ-CP Điều 9 khoản 1 điểm d)',
    ],
    [
      deadline('denunciation.solve', '02/03/2026 10:00', 'complex'),
      '60 ngày từ 02/03/2026; nghỉ 26/04 (Giỗ Tổ Hùng Vương); nghỉ 27/04 (Nghỉ bù Giỗ Tổ Hùng Vương); nghỉ 30/04 (Ngày Chiến thắng); nghỉ 01/05 (Quốc tế Lao động); ngày cuối 01/05 là ngày nghỉ nên dời sang ngày làm việc kế tiếp; hạn 17:00 04/05/2026 (Luật Tố cáo 2018 Điều 30)',
    ],
    [
      deadline('office.classify', '26/04/2025 10:00'),
      '2 ngày làm việc từ 26/04/2025; hạn 17:00 29/04/2025 (mức do cơ quan đặt)',
    ],
    [deadline('office.acknowledge', '24/11/2026 22:10'), 'ngay khi nhận, 22:10 24/11/2026'],
  ])('%#', (due, words) => {
    expect(explainDeadline(clockTexts, due)).toBe(words)
  })
})

describe('row 41: what is stored', () => {
  const stored = deadline('denunciation.check', '20/01/2025 09:00', 'many-places')

  test('names rule, article, days, calendar and instant', () => {
    expect(stored).toMatchObject({
      ruleId: 'denunciation.check.ltc-2018',
      clock: 'denunciation.check',
      article: 'Luật Tố cáo 2018 Điều 24 khoản 1',
      when: 'many-places',
      days: 10,
      unit: 'working',
      dueAt: instant('10/02/2025 17:00'),
      calendarVersion: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    expect(stored.daysOff.map(({ day }) => day)).toEqual([
      '2025-01-27',
      '2025-01-28',
      '2025-01-29',
      '2025-01-30',
      '2025-01-31',
    ])
  })

  test('survives storing as plain data', () => {
    expect(structuredClone(stored)).toEqual(stored)
  })

  test('a reprint after the rule and the calendar changed gives the old result', () => {
    const before = explainDeadline(clockTexts, stored)
    const files = holidayFiles.map(({ name, text }) => ({
      name,
      text: text
        .replace("to: '2025-01-31'", "to: '2025-02-04'")
        .replace('statutoryDays: 11', 'statutoryDays: 15'),
    }))
    const changed = shippedClocks([], files)
    const rules = changed.clocks.rules.map((rule) => ({
      ...rule,
      id: `${rule.id}.new`,
      days: rule.days + 1,
      longer: rule.longer.map((option) => ({ ...option, days: option.days + 2 })),
      article: 'Luật mới',
    }))
    const at = instant('20/01/2025 09:00')
    const anew = setDeadline(rules, changed.calendar, {
      clock: 'denunciation.check',
      at,
      when: 'many-places',
    })
    expect(anew.kind === 'deadline' && anew.deadline.dueDay).toBe('2025-02-14')
    expect(explainDeadline(clockTexts, stored)).toBe(before)
    expect(restsOn(stored, shipped.calendar)).toBe(true)
    expect(restsOn(stored, changed.calendar)).toBe(false)
    expect(restsOn(stored, shippedClocks([], files.slice(1)).calendar)).toBe(false)
  })

  test('no rule on that day, no such case', () => {
    const { clocks, calendar } = shipped
    const at = instant('23/11/2026 09:00')
    expect(setDeadline(clocks.rules, calendar, { clock: 'report.solve', at })).toEqual({
      kind: 'no-rule',
      clock: 'report.solve',
      day: '2026-11-23',
    })
    expect(setDeadline(clocks.rules, calendar, { clock: 'report.forward', at, when: 'complex' })).toEqual({
      kind: 'no-such-case',
      ruleId: 'report.forward.nd20-2008',
      when: 'complex',
    })
  })

  test('the rule of the day in Viet Nam, not of the day in UTC', () => {
    const rules = shipped.clocks.rules.map((rule) => ({ ...rule, validFrom: '2026-11-24' }))
    const set = (at: string) =>
      setDeadline(rules, shipped.calendar, { clock: 'office.classify', at: instant(at) }).kind
    expect(set('23/11/2026 23:59')).toBe('no-rule')
    expect(set('24/11/2026 00:01')).toBe('deadline')
  })
})
