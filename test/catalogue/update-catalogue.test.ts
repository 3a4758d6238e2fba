import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CatalogueLayers } from '../../src/catalogue/formats/parsed-catalogue.ts'
import { type Procedure, procedureSchema } from '../../src/catalogue/procedure.ts'
import { updateCatalogue } from '../../src/catalogue/update-catalogue.ts'
import { checkTexts } from './read-content.ts'

const procedure = (code: string, parts: object = {}): Procedure =>
  procedureSchema.parse({
    code,
    name: `Tên ${code}`,
    field: 'F',
    issuer: 'Bộ A',
    sourceDate: '2026-07',
    ...parts,
  })
const [a, b, c] = ['1.000001', '1.000002', '1.000003'] as const
const whole = (date: string) => ({ file: 'ds.csv', date })
const layers = (parts: Partial<CatalogueLayers>): CatalogueLayers => ({
  listed: [],
  scopes: [],
  details: [],
  own: [],
  ...parts,
})

function update(current: readonly Procedure[], parts: Partial<CatalogueLayers>): Procedure[] {
  const updated = updateCatalogue(current, layers(parts), checkTexts)
  if (updated.kind === 'problems') throw new Error(updated.problems.map(({ message }) => message).join('\n'))
  return updated.procedures
}

test('what a list no longer holds is kept and marked with the date of the list; it comes back unmarked', () => {
  const gone = update([procedure(a), procedure(b)], {
    listed: [procedure(b, { sourceDate: '2026-08' })],
    scopes: [whole('2026-08')],
  })
  expect(gone.find(({ code }) => code === a)).toEqual({ ...procedure(a), goneSince: '2026-08' })
  const later = update(gone, { listed: [procedure(b)], scopes: [whole('2026-09')] })
  expect(later.find(({ code }) => code === a)?.goneSince).toBe('2026-08')
  const back = update(later, {
    listed: [procedure(a, { sourceDate: '2026-10' }), procedure(b)],
    scopes: [whole('2026-10')],
  })
  expect(back.find(({ code }) => code === a)).toEqual(procedure(a, { sourceDate: '2026-10' }))
})

test("a ministry's own list marks nobody else's, and a part taken for the whole is asked about", () => {
  const ofB = procedure(c, { issuer: 'Bộ B' })
  const marked = update([procedure(a), procedure(b), ofB], {
    listed: [procedure(b)],
    scopes: [{ ...whole('2026-08'), issuer: 'Bộ A' }],
  })
  expect(marked.filter(({ goneSince }) => goneSince).map(({ code }) => code)).toEqual([a])

  const many = Array.from({ length: 100 }, (_, i) => procedure(`2.${String(i).padStart(6, '0')}`))
  const parts = { listed: many.slice(60), scopes: [whole('2026-08')] }
  expect(updateCatalogue(many, layers(parts), checkTexts)).toEqual({
    kind: 'problems',
    problems: [
      {
        file: 'ds.csv',
        message:
          'Danh sách này thiếu 60 trong 100 thủ tục đang dùng, có thể chỉ là một phần danh mục. Đúng là toàn bộ danh mục thì thêm --whole.',
      },
    ],
  })
  const stated = { ...parts, scopes: [{ ...whole('2026-08'), isStated: true }] }
  expect(update(many, stated).filter(({ goneSince }) => goneSince)).toHaveLength(60)
})

test('an older list adds what is unknown, marks nothing and changes nothing', () => {
  const old = { sourceDate: '2026-05', name: 'Tên cũ' }
  const result = update([procedure(a), procedure(b)], {
    listed: [procedure(a, old), procedure(c, old)],
    scopes: [whole('2026-05')],
  })
  expect(result).toEqual([procedure(a), procedure(b), procedure(c, old)])
})

test('a list renames and keeps the details in use; new details keep what staff added', () => {
  const staff = {
    aliases: ['tên thường'],
    inCharge: 'so-noi-vu',
    replaces: [{ code: '2.000205' }],
    local: [{ decision: { number: '1', date: '2026-01-01', by: 'UBND' }, time: '7 ngày' }],
  }
  const known = procedure(a, { ...staff, steps: ['Nộp'], fee: { kind: 'free' } })
  const [renamed] = update([known], {
    listed: [procedure(a, { name: 'Tên mới', sourceDate: '2026-08' })],
    scopes: [whole('2026-08')],
  })
  expect(renamed).toEqual({ ...known, name: 'Tên mới' })
  const [detailed] = update([known], { details: [procedure(a, { steps: ['Nộp', 'Nhận'] })] })
  expect(detailed).toEqual(procedure(a, { ...staff, steps: ['Nộp', 'Nhận'] }))
})

test('what a crawl lost stays under the same decision and goes with a new one', () => {
  const published = (number: string) => ({ decision: { number } })
  const known = procedure(a, { ...published('1/QĐ-BNV'), fee: { kind: 'free' }, filingPlace: 'UBND cấp xã' })
  const same = procedure(a, { ...published('1/QĐ-BNV'), steps: ['Nộp'] })
  expect(update([known], { details: [same] })).toEqual([{ ...known, steps: ['Nộp'] }])
  const newer = procedure(a, { ...published('2/QĐ-BNV'), steps: ['Nộp'] })
  expect(update([known], { details: [newer] })).toEqual([newer])
})

test('local files replace all local facts in use, and only they do', () => {
  const facts = (time: string) => ({ decision: { number: '1', date: '2026-01-01', by: 'UBND' }, time })
  const row = (code: string, time: string) => ({ code, facts: facts(time), place: { file: 'x', line: 1 } })
  const first = update([procedure(a), procedure(b)], { local: [row(a, '7 ngày')] })
  expect(first[0]!.local).toEqual([facts('7 ngày')])
  expect(update(first, { listed: [procedure(a), procedure(b)], scopes: [whole('2026-07')] })).toEqual(first)
  const second = update(first, { local: [row(b, '8 ngày')] })
  expect(second.map(({ local }) => local)).toEqual([undefined, [facts('8 ngày')]])
})

describe('whatever comes', () => {
  const code = fc.nat(12).map((n) => `1.0000${String(n).padStart(2, '0')}`)
  const row = fc
    .record({
      code,
      name: fc.constantFrom('Cấp', 'Đổi'),
      issuer: fc.constantFrom('Bộ A', 'Bộ B'),
      sourceDate: fc.constantFrom('2026-06', '2026-07', '2026-08-15'),
      steps: fc.option(fc.constant(['Nộp']), { nil: undefined }),
      decision: fc.option(fc.constantFrom({ number: '1' }, { number: '2' }), { nil: undefined }),
      fee: fc.constantFrom({ kind: 'free' as const }, { kind: 'unknown' as const }),
    })
    .map(({ code, ...parts }) => procedure(code, JSON.parse(JSON.stringify(parts))))
  const rows = fc.uniqueArray(row, { selector: (item) => item.code, maxLength: 8 })
  const someLayers = fc
    .record({ listed: rows, details: rows, own: rows, date: fc.constantFrom('2026-07', '2026-08') })
    .map(({ listed, details, own, date }) => {
      return layers({ listed, details, own, scopes: listed.length > 0 ? [whole(date)] : [] })
    })

  test('no code is ever lost, and the same import again changes nothing', () => {
    fc.assert(
      fc.property(rows, someLayers, (current, parts) => {
        const once = update(current, parts)
        const codes = new Set(once.map((item) => item.code))
        expect(current.every((item) => codes.has(item.code))).toBe(true)
        expect(codes.size).toBe(once.length)
        expect(update(once, parts)).toEqual(once)
        expect(once.every((item) => procedureSchema.safeParse(item).success)).toBe(true)
      }),
    )
  })
})
