import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskPersonalData } from '../../src/catalogue/masking.ts'

/** What people write, and the digits that must not be stored. */
const personal: [text: string, mustGo: string[]][] = [
  ['cccd của em là 056085012345 ạ', ['056085012345']],
  ['CCCD: 056 085 012 345', ['056', '012 345']],
  ['căn cước 056.085.012.345 cấp năm 2021', ['056.085', '012.345']],
  ['so can cuoc 0560-8501-2345', ['8501']],
  ['cmnd 225123456', ['225123456']],
  ['CMND số 225 123 456 do CA Khánh Hòa cấp', ['225 123', '456']],
  ['chứng minh 225.123.456', ['225.123']],
  ['sđt 0905123456', ['0905123456']],
  ['gọi em 0905 123 456 nhé', ['0905', '456']],
  ['0905.123.456 có zalo', ['0905']],
  ['0905123456 k gọi được', ['0905123456']],
  ['lệ phí 056.085.012.345', ['056.085']],
  ['0905 123 456 đồng ý nhận tin', ['0905', '123 456']],
  ['cmnd 225123456 đồng chí xem giúp', ['225123456']],
  ['225123456 đ phải mang theo không', ['225123456']],
  ['gọi 0912 34 2019', ['0912', '2019']],
  ['0905.12.34.56 hoặc 0912-345-678/0258 3822500', ['12.34', '345', '3822500']],
  ['CCCD056085012345', ['056085012345']],
  ['sinh 1990 0905123456', ['0905123456']],
  ['+84905123456', ['905123456']],
  ['+84 905 123 456', ['905', '456']],
  ['(+84) 905-123-456', ['905-123']],
  ['84905123456 gọi giờ hành chính', ['84905123456']],
  ['máy bàn (0258) 3.822.500', ['3.822.500']],
  ['02583822500', ['02583822500']],
  ['đt 3822500', ['3822500']],
  ['điện thoại của tôi là 3.822.500', ['3.822.500']],
  ['stk 19034567891012 techcombank', ['19034567891012']],
  ['số tài khoản Vietcombank: 0071 0001 23456', ['0071', '23456']],
  ['tk agribank 4700205', ['4700205']],
  ['mail em là nguyen.van.a+hs@gmail.com', ['nguyen.van.a', 'gmail.com']],
  ['lien he tran_b @ yahoo.com.vn', ['tran_b', 'yahoo']],
  ['hộ chiếu C1234567 hết hạn', ['C1234567']],
  ['passport B 12345678', ['12345678']],
  ['mã số bhxh 5620123456', ['5620123456']],
  ['số sổ 56 2012 3456', ['2012 3456']],
  ['mã biên nhận của tôi 1234 5678 9012 3456 7', ['5678', '9012']],
  ['０９０５１２３４５６ là số em', ['０９０５', '0905123456']],
  ['0905\u200b123\u200b456', ['0905', '456']],
  ['cccd 056085012345, sđt 0905123456, mail a@b.vn', ['056085012345', '0905123456', 'a@b.vn']],
]

/** What a question is about and must stay. */
const harmless = [
  'lệ phí 600.000 đồng hay 450.000đ?',
  'tiền ký quỹ 2.000.000.000 đồng',
  'ký quỹ 1500000000 đồng thì nộp ở đâu',
  'vốn 100.000.000 có được không',
  'lương 1 500 000 000 vnđ',
  'phí 10tr hay 1,5 triệu',
  'thủ tục 1.014199 cần gì',
  'thủ tục 2.000205.000.00.00.H17 ở Đà Nẵng',
  'hồ sơ 000.00.06.H56-231027-0361 tới đâu rồi',
  'hồ sơ H32.14-251103-0007',
  'phản ánh PA-251103-00K7-X',
  'theo nghị định 219/2025/NĐ-CP và 131/2021/NĐ-CP',
  'quyết định 641/QĐ-BNV ngày 15/07/2026',
  'từ 01/03/2025 đến 30.06.2026',
  'năm 2024 2025 2026 có gì mới',
  'giai đoạn 2021-2025',
  'làm từ thứ 2 đến thứ 6, 7h30 đến 11h30',
  'tổng đài 1900 1234',
  'trợ cấp 500.000 đồng/tháng cho 3 người, 60 tuổi',
]

describe('personal numbers', () => {
  test.each(personal)('%s', (text, mustGo) => {
    const masked = maskPersonalData(text)
    for (const part of mustGo) expect(masked).not.toContain(part)
    expect(masked).toMatch(/\[(?:email|tel|id|account|number)\]/)
  })

  test('kinds are told apart', () => {
    expect(maskPersonalData('cccd 056085012345, gọi 0905 123 456, mail a@b.vn')).toBe(
      'cccd [id], gọi [tel], mail [email]',
    )
    expect(maskPersonalData('stk 19034567891012')).toBe('stk [account]')
  })
})

test.each(harmless)('kept as it is: %s', (text) => {
  expect(maskPersonalData(text)).toBe(text)
})

describe('for any text', () => {
  const word = fc.constantFrom('cho', 'em', 'hỏi', 'thủ tục', 'giấy phép', 'lệ phí', 'ở đâu', 'ạ', ',', '?')
  const separator = fc.constantFrom('', ' ', '.', '-')
  const mobile = fc
    .tuple(fc.constantFrom('03', '05', '07', '08', '09'), fc.stringMatching(/^\d{8}$/), separator)
    .map(([start, rest, mark]) => {
      return [`${start}${rest.slice(0, 2)}`, rest.slice(2, 5), rest.slice(5)].join(mark)
    })
  const card = fc
    .tuple(fc.constantFrom('056', '058', '001'), fc.stringMatching(/^\d{9}$/), separator)
    .map(([start, rest, mark]) => [start, rest.slice(0, 3), rest.slice(3, 6), rest.slice(6)].join(mark))

  const trap = fc.constantFrom(
    'đồng ý',
    'đồng',
    'đ',
    'k',
    'tr',
    'năm 2024',
    'phí',
    '3 tháng',
    'ngày 12/05/2026',
    'tk',
  )

  test('no telephone or identity card survives, whatever stands beside it', () => {
    const around = fc.array(fc.oneof(word, trap), { maxLength: 4 })
    fc.assert(
      fc.property(around, fc.oneof(mobile, card), around, (before, number, after) => {
        const masked = maskPersonalData([...before, number, ...after].join(' '))
        const tail = number.replace(/\D/g, '').slice(-6)
        expect(masked.replace(/\D/g, '')).not.toContain(tail)
      }),
      { numRuns: 2_000 },
    )
  })

  test('masking twice changes nothing more, and text without digits or @ is untouched', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const once = maskPersonalData(text)
        expect(maskPersonalData(once)).toBe(once)
      }),
    )
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(maskPersonalData(words.join(' '))).toBe(words.join(' '))
      }),
    )
  })
})

test.each(['1 ', '0', 'a@', 'a.', '1.000', 'stk ', '2024 ', 'a', '+84 ('])(
  'a long run of %j takes no long time',
  (part) => {
    const startedAt = performance.now()
    maskPersonalData(part.repeat(10_000 / part.length))
    // Measured 1 to 90 ms; a pattern that backtracks without bound would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  },
)
