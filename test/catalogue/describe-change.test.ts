import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeChange } from '../../src/catalogue/describe-change.ts'
import { diffCatalogues, isEmptyDiff } from '../../src/catalogue/diff-catalogues.ts'
import { type Procedure, procedureSchema } from '../../src/catalogue/procedure.ts'
import { checkTexts, shippedProcedures } from './read-content.ts'

const procedure = (parts: object = {}): Procedure =>
  procedureSchema.parse({ code: '1.000001', name: 'Tên', field: 'F', sourceDate: '2026-07', ...parts })

function told(before: object, after: object): string[] {
  const [old, next] = [procedure(before), procedure(after)]
  const diff = diffCatalogues([old], [next])
  return diff.changed
    .flatMap(({ parts }) => describeChange(old, next, parts, checkTexts))
    .map((line) => line.trim())
}

test('feature 30: a change is told field by field, before and after', () => {
  expect(
    told(
      { fee: { kind: 'free' }, decision: { number: '1/QĐ', date: '2026-01-02' }, levels: ['province'] },
      {
        name: 'Tên mới',
        fee: { kind: 'stated', lines: [{ amountVnd: 600_000, note: 'cấp mới' }] },
        decision: { number: '2/QĐ' },
        levels: ['province', 'commune'],
        filingPlace: 'UBND xã',
      },
    ),
  ).toEqual([
    'Tên: Tên → Tên mới',
    'Cấp thực hiện: tỉnh → tỉnh, xã',
    'Quyết định công bố: 1/QĐ, 02/01/2026 → 2/QĐ',
    'Phí, lệ phí: miễn phí → 600.000 đồng (cấp mới)',
    'Nơi nộp: (không ghi) → UBND xã',
  ])
})

test('of lists only what came and went is told, long ones are counted', () => {
  const items = (...names: string[]) => [{ items: names.map((name) => ({ name })) }]
  expect(
    told(
      { documents: items('Đơn', 'Ảnh'), steps: ['1', '2'] },
      { documents: items('Đơn', 'A', 'B', 'C', 'D', 'E'), steps: ['2', '1'] },
    ),
  ).toEqual(['Giấy tờ: bỏ Ảnh', 'Giấy tờ: thêm A; B; C; … và 2 mục khác', 'Các bước: 1; 2 → 2; 1'])
})

test('a new month alone is counted, not listed', () => {
  const diff = diffCatalogues([procedure()], [procedure({ sourceDate: '2026-08' })])
  expect(diff).toEqual({ added: [], changed: [], removed: [], redated: 1 })
  expect(isEmptyDiff(diff)).toBe(false)
})

test('every part of every shipped record can be told, each way', () => {
  const all = shippedProcedures()
  const parts = (item: Procedure) => Object.keys(item).filter((key) => key !== 'code') as (keyof Procedure)[]
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.constantFrom(...all), (one, other) => {
      for (const part of new Set([...parts(one), ...parts(other)])) {
        const lines = describeChange(one, other, [part], checkTexts)
        expect(lines.length).toBeGreaterThan(0)
        for (const line of lines) expect(line).not.toMatch(/undefined|\[object|\{/)
      }
    }),
  )
})
