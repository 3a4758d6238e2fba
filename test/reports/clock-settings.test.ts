import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../src/lib/problem.ts'
import { parseClockContent } from '../../src/reports/clock-content.ts'
import { officeHoursOf, ruleOn, rulesStartedBy } from '../../src/reports/clock-rules.ts'
import { parseClocks } from '../../src/reports/clock-settings.ts'
import { checkTexts, clocksFile, clockTexts, holidayFiles, shippedClocks } from './read-clocks.ts'

const { clocks } = shippedClocks()

function problemsAfter(change: (text: string) => string): string {
  const text = change(clocksFile.text)
  expect(text).not.toBe(clocksFile.text)
  const parsed = parseClocks({ name: 'clocks.yaml', text }, checkTexts, clockTexts)
  return parsed.kind === 'problems' ? parsed.problems.map(formatProblem).join('\n') : ''
}

/** A second version of the rule on misdirected reports, from 01/07/2027 on. */
const amended = (text: string) =>
  text.replace(/(id: report\.forward\.nd20-2008)/, "$1\n    validTo: '2027-06-30'").replace(
    'rules:\n',
    `rules:
  - id: report.forward.nd99-2027
    clock: report.forward
    title: 'Chuyển phản ánh, kiến nghị không thuộc thẩm quyền'
    event: received
    days: 3
    unit: working
    article: 'Nghị định 99/2027/NĐ-CP Điều 1'
    validFrom: '2027-07-01'
    mark: unverified
    source: 'ví dụ'
`,
  )

describe('the shipped rules', () => {
  test.each([
    ['report.forward', 5, 'working', 'Nghị định 20/2008/NĐ-CP Điều 9 khoản 1 điểm d'],
    ['reception.reply', 10, 'working', 'Luật Tiếp công dân 2013 Điều 28'],
    ['denunciation.check', 7, 'working', 'Luật Tố cáo 2018 Điều 24 khoản 1'],
    ['denunciation.forward', 5, 'working', 'Luật Tố cáo 2018 Điều 24 khoản 2'],
    ['denunciation.solve', 30, 'calendar', 'Luật Tố cáo 2018 Điều 30'],
    ['corruption-report.check', 15, 'calendar', 'Luật Phòng, chống tham nhũng 2018 Điều 66'],
    ['office.acknowledge', 0, 'at-once', undefined],
    ['office.classify', 2, 'working', undefined],
    ['office.forward', 5, 'working', undefined],
    ['office.answer', 10, 'working', undefined],
  ])('%s: %i %s', (clock, days, unit, article) => {
    const rule = ruleOn(clocks.rules, clock, '2026-11-23')
    expect(rule).toMatchObject({ days, unit })
    expect(rule?.article).toBe(article)
    expect(rule?.mark === 'office-default').toBe(article === undefined)
  })

  test('take the common way of counting but where they say otherwise', () => {
    const common = ruleOn(clocks.rules, 'report.forward', '2026-11-23')!.counting
    expect(common.lateEvent).toBe('next-working-day')
    const own = ruleOn(clocks.rules, 'denunciation.solve', '2026-11-23')!.counting
    expect(own).toEqual({ ...common, lateEvent: 'as-is' })
  })

  test('an event starts its own clocks only', () => {
    const started = rulesStartedBy(clocks.rules, 'accepted', '2026-11-23').map(({ clock }) => clock)
    expect(started).toEqual(['denunciation.solve'])
  })
})

describe('a rule that changes', () => {
  const parsed = parseClocks({ name: 'clocks.yaml', text: amended(clocksFile.text) }, checkTexts, clockTexts)
  const rules = parsed.kind === 'clocks' ? parsed.clocks.rules : []

  test.each([
    ['2026-11-23', 'report.forward.nd20-2008'],
    ['2027-06-30', 'report.forward.nd20-2008'],
    ['2027-07-01', 'report.forward.nd99-2027'],
  ])('on %s: %s', (day, id) => {
    expect(ruleOn(rules, 'report.forward', day)?.id).toBe(id)
  })

  test('there may be none', () => {
    expect(ruleOn(rules, 'report.other', '2026-11-23')).toBeUndefined()
  })
})

describe('mistakes', () => {
  test.each<[string, (text: string) => string, RegExp]>([
    [
      'two versions in force at once',
      (t) => amended(t).replace("validTo: '2027-06-30'", "validTo: '2027-07-01'"),
      /report\.forward\.nd20-2008 và report\.forward\.nd99-2027/,
    ],
    [
      'two rules of one id',
      (t) => t.replace('id: office.answer.default', 'id: office.forward.default'),
      /cùng «id» office\.forward\.default/,
    ],
    [
      'a law without its article',
      (t) => t.replace(/\n {4}article: 'Luật Tiếp công dân 2013 Điều 28'/, ''),
      /reception\.reply\.ltcd-2013 không ghi «article»/,
    ],
    ['no days', (t) => t.replace('days: 10', 'days: 0'), /reception\.reply\.ltcd-2013: unit: at-once/],
    [
      'a longer period that is not',
      (t) => t.replace('when: complex, days: 60', 'when: complex, days: 30'),
      /dài hơn «complex»/,
    ],
    [
      'validity the wrong way round',
      (t) =>
        amended(t).replace("validFrom: '2027-07-01'", "validFrom: '2028-07-01'\n    validTo: '2027-08-01'"),
      /«validFrom» sau «validTo»/,
    ],
    ['reminders out of order', (t) => t.replace('percent: 80', 'percent: 40'), /phần trăm tăng dần/],
    [
      'an unknown role',
      (t) => t.replace('to: [handler]', 'to: [boss]'),
      /chỉ nhận: handler, unit-head, leader/,
    ],
    ['an hour that does not exist', (t) => t.replace("to: '11:30'", "to: '25:30'"), /không đúng dạng/],
  ])('%s', (_, change, message) => {
    expect(problemsAfter(change)).toMatch(message)
  })

  test('of all files at once; two tables of one year; a weekday without hours', () => {
    const good = { clocks: clocksFile, holidays: holidayFiles }
    const problems = (files: typeof good, hours: Parameters<typeof parseClockContent>[1] = []) => {
      const parsed = parseClockContent(files, hours, checkTexts, clockTexts)
      return parsed.kind === 'problems' ? parsed.problems.map(formatProblem).join('\n') : ''
    }
    expect(problems(good)).toBe('')
    const spoilt = { name: '2025.yaml', text: 'year: 2025' }
    const both = problems({ clocks: { name: 'clocks.yaml', text: 'rules: []' }, holidays: [spoilt] })
    expect(both).toMatch(/clocks\.yaml:1/)
    expect(both).toMatch(/2025\.yaml:1/)
    expect(problems({ ...good, holidays: [...holidayFiles, holidayFiles[0]!] })).toMatch(
      /2025 có trong hai tệp/,
    )
    expect(problems(good, [{ days: [1, 2, 3, 4], from: '08:00', to: '16:30' }])).toMatch(/thứ Sáu/)
  })
})

test('hours that the office has published go before the default ones', () => {
  const published = [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '16:30' }]
  expect(officeHoursOf(published, clocks)).toBe(published)
  expect(officeHoursOf([], clocks)).toBe(clocks.officeHours)
})
