import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  displayAmount,
  displayDate,
  displayName,
  listItem,
  shorten,
} from '../../../src/catalogue/answers/display.ts'

test.each([
  ['HƯỞNG TRỢ CẤP ỐM ĐAU', 'Hưởng trợ cấp ốm đau'],
  ['THỦ TỤC QUỸ TỰ GIẢI THỂ (Cấp xã)', 'Thủ tục quỹ tự giải thể (Cấp xã)'],
  ['VÀO VIỆT NAM THỰC HIỆN', 'Vào Việt Nam thực hiện'],
  ['Đăng ký, điều chỉnh đóng BHXH, BHYT, BHTN', 'Đăng ký, điều chỉnh đóng BHXH, BHYT, BHTN'],
  ['Cấp thẻ ABTC', 'Cấp thẻ ABTC'],
  ['CẤP THẺ BHXH, BHYT TẠI UBND XÃ', 'Cấp thẻ BHXH, BHYT tại UBND xã'],
  ['THI CHỨNG CHỈ CNTT HẠNG II THEO NĐ-CP', 'Thi chứng chỉ CNTT hạng II theo NĐ-CP'],
  ['BHXH', 'BHXH'],
])('%s', (official, shown) => {
  expect(displayName(official, ['Việt Nam'])).toBe(shown)
})

test('amounts and dates as people write them', () => {
  expect([0, 5, 600_000, 1_200_000, 12_345].map(displayAmount)).toEqual([
    '0',
    '5',
    '600.000',
    '1.200.000',
    '12.345',
  ])
  expect(displayDate('2026-07-15')).toBe('15/07/2026')
  expect(displayDate('2026-07')).toBe('07/2026')
  fc.assert(
    fc.property(fc.nat(10_000_000_000), (amount) => {
      expect(Number(displayAmount(amount).replaceAll('.', ''))).toBe(amount)
      expect(displayAmount(amount)).toMatch(/^\d{1,3}(\.\d{3})*$/)
    }),
  )
})

test('a shortened text is a beginning of the text, not longer than wanted, and never ends inside a number', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('giấy', 'phép', '600.000', '15', 'đồng;', 'lao')),
      fc.integer({ min: 12, max: 60 }),
      (words, max) => {
        const text = words.join(' ')
        const short = shorten(text, max)
        expect(short.length).toBeLessThanOrEqual(max + 1)
        if (short === text) return
        expect(short.endsWith('…')).toBe(true)
        const kept = short.slice(0, -1)
        expect(text.startsWith(kept)).toBe(true)
        expect(text.slice(kept.length)).toMatch(/^[\s;]/)
      },
    ),
  )
})

test('list marks and end marks of the source', () => {
  expect(listItem('- + Bản sao giấy phép;.')).toBe('Bản sao giấy phép')
  expect(listItem('02 ảnh 4x6')).toBe('02 ảnh 4x6')
})
