import { describe, expect, test } from 'vitest'
import {
  bodyNamedIn,
  bodyToday,
  movedField,
  oldPlaceIn,
  parseAgency,
  whereToAsk,
} from '../../src/catalogue/agency.ts'
import { formatProblem } from '../../src/lib/problem.ts'
import { checkTexts, readSource, shippedAgency } from './read-content.ts'

const today = '2026-11-23'
const shippedText = readSource('data/agency.yaml').text

function problemsAfter(change: (text: string) => string): string[] {
  const text = change(shippedText)
  expect(text).not.toBe(shippedText)
  const parsed = parseAgency({ name: 'agency.yaml', text }, checkTexts)
  return parsed.kind === 'problems' ? parsed.problems.map(formatProblem) : []
}

describe('the shipped file', () => {
  test('invents no contact: addresses, telephones and hours are empty until the office fills them', () => {
    expect(Object.values(shippedAgency.hotlines).filter(Boolean)).toEqual([])
    const contacts = [shippedAgency.oneStop, ...Object.values(shippedAgency.bodies)].map(
      (body) => body.contact,
    )
    expect(contacts.flatMap((contact) => Object.values(contact)).filter(Boolean)).toEqual([])
    expect(shippedAgency.workingHours).toEqual([])
  })

  test('every "moved" row carries its source, and none is confirmed by itself', () => {
    for (const row of shippedAgency.moved) {
      expect(row.source).toBeDefined()
      expect(row.confirmed).toBe(false)
    }
  })
})

describe('mistakes', () => {
  test('an unknown body is told where it is named', () => {
    const [problem] = problemsAfter((text) => text.replace('to: so-y-te', 'to: so-yte'))
    expect(problem).toMatch(/^agency\.yaml:\d+: Không có cơ quan nào mang khóa «so-yte»/)
  })

  test('a confirmed move needs its day and source', () => {
    const problems = problemsAfter((text) =>
      text.replace(/from: '2025-03-01'\n {4}confirmed: false/, 'confirmed: true'),
    )
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('chưa có ngày')
  })

  test('misspelt keys, wrong days and wrong addresses at once', () => {
    const problems = problemsAfter((text) =>
      text
        .replace('hotlines:', 'hotline:')
        .replace("validTo: '2025-02-28'", "validTo: '28/02/2025'")
        .replace('https://dichvucong.gov.vn', 'dichvucong.gov.vn'),
    ).join('\n')
    expect(problems).toContain('«hotline»')
    expect(problems).toContain('«hotlines»')
    expect(problems).toContain('ngày dạng')
    expect(problems).toContain('https://')
  })
})

describe('bodies', () => {
  test('a body that ended is answered by the one that took over', () => {
    expect(bodyToday(shippedAgency, 'so-ldtbxh', today)?.key).toBe('so-noi-vu')
    expect(bodyToday(shippedAgency, 'so-ldtbxh', '2024-06-01')?.key).toBe('so-ldtbxh')
    expect(bodyToday(shippedAgency, 'bo-ldtbxh', today)?.body.name).toBe('Bộ Nội vụ')
    expect(bodyToday(shippedAgency, 'khong-co', today)).toBeUndefined()
  })

  test('a ring of successors ends', () => {
    const body = { ...shippedAgency.bodies['so-y-te']!, validTo: '2020-01-01' }
    const ring = {
      ...shippedAgency,
      bodies: { a: { ...body, successor: 'b' }, b: { ...body, successor: 'a' } },
    }
    expect(bodyToday(ring, 'a', today)).toBeUndefined()
  })

  test.each([
    ['sở lao động ở đâu', 'so-ldtbxh'],
    ['So LDTBXH con khong', 'so-ldtbxh'],
    ['LĐ-TB&XH giờ là gì', 'so-ldtbxh'],
    ['sở thương binh xã hội', 'so-ldtbxh'],
    ['hỏi ubnd phuong', 'ubnd-xa'],
    ['Sở Nội vụ', 'so-noi-vu'],
    ['bộ lao động', 'bo-ldtbxh'],
    ['xin chào', undefined],
  ])('%s', (text, key) => {
    expect(bodyNamedIn(shippedAgency, text)).toBe(key)
  })

  test.each([
    ['nhà em ở huyện Diên Khánh', 'không còn cấp huyện'],
    ['o ninh thuan thi nop dau', 'tỉnh Khánh Hòa'],
    ['Phan Rang', 'không còn cấp huyện'],
  ])('%s', (text, now) => {
    expect(oldPlaceIn(shippedAgency, text)?.now).toContain(now)
  })

  test('a field that moved is found under both its printed names', () => {
    expect(movedField(shippedAgency, 'Giáo dục nghề nghiệp (G07-LĐ06)')?.to).toBe('so-gddt')
    expect(movedField(shippedAgency, 'Bảo trợ xã hội')?.to).toBe('so-y-te')
    expect(movedField(shippedAgency, 'Việc làm')).toBeUndefined()
  })
})

describe('where to ask', () => {
  const withPhone = (hotline?: string, oneStop?: string, health?: string) => ({
    ...shippedAgency,
    hotlines: { ask: hotline },
    oneStop: { ...shippedAgency.oneStop, contact: { phone: oneStop } },
    bodies: {
      ...shippedAgency.bodies,
      'so-y-te': { ...shippedAgency.bodies['so-y-te']!, contact: { phone: health } },
    },
  })

  test('with empty contacts only the body is named, or the counter', () => {
    expect(whereToAsk(shippedAgency, 'so-y-te', today)).toEqual({ kind: 'body', name: 'Sở Y tế' })
    expect(whereToAsk(shippedAgency, undefined, today)).toEqual({ kind: 'counter' })
  })

  test("the body's own number, else our hotline for our own work, else the one-stop", () => {
    const all = withPhone('111', '222', '333')
    expect(whereToAsk(all, 'so-y-te', today)).toEqual({ kind: 'phone', name: 'Sở Y tế', phone: '333' })
    expect(whereToAsk(all, 'so-ldtbxh', today)).toEqual({ kind: 'phone', name: 'Sở Nội vụ', phone: '111' })
    expect(whereToAsk(all, 'ubnd-xa', today)).toMatchObject({
      name: shippedAgency.oneStop.name,
      phone: '222',
    })
    expect(whereToAsk(withPhone('111'), 'so-y-te', today)).toEqual({ kind: 'body', name: 'Sở Y tế' })
  })
})
