import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from '../../../src/catalogue/text/fold.ts'
import { cleanText, tokenise } from '../../../src/catalogue/text/tokenise.ts'

const folded = (text: string) => tokenise(text).map((token) => token.folded)
const accented = (text: string) => tokenise(text).map((token) => token.accented)

describe('fold', () => {
  it('removes marks, case and every kind of đ', () => {
    expect(fold('Đăng ký ÐẤT ðai')).toBe('dang ky dat dai')
  })

  it('treats NFD like NFC', () => {
    expect(fold('Giấy phép'.normalize('NFD'))).toBe('giay phep')
  })

  it('reads Cyrillic letters inside Latin words', () => {
    expect(fold('NĐ-CР')).toBe('nd-cp')
    expect(fold('saи')).toBe('sau')
  })

  it('leaves words of other scripts alone', () => {
    expect(fold('привет')).toBe('привет'.normalize('NFD').replace(/\p{M}/gu, ''))
  })
})

describe('tokenise', () => {
  it.each([
    ['hoà giải', 'hòa giải'],
    ['thuỷ sản', 'thủy sản'],
    ['huỷ bỏ', 'hủy bỏ'],
    ['lý lịch kỹ sư', 'lí lịch kĩ sư'],
    ['liệt sỹ hy sinh', 'liệt sĩ hi sinh'],
    ['được', 'đượccc'],
    ['hồ sơ', 'hồ\u200b sơ 😀'],
    ['B.H.X.H', 'bhxh'],
    ['loại I', 'loại 1'],
    ['mẫu số 02', 'mẫu số 2'],
    ['năm 2022 em', 'năm 2022em'],
    ['quý', 'quí'],
  ])('reads "%s" like "%s"', (one, other) => {
    expect(accented(one)).toEqual(accented(other))
  })

  it.each([
    ['quý', 'quỷ'],
    ['phí', 'phi'],
    ['toàn', 'tòan'],
    ['C/O', 'co'],
  ])('keeps "%s" apart from "%s"', (one, other) => {
    expect(accented(one)).not.toEqual(accented(other))
  })

  it('keeps procedure codes whole', () => {
    expect(folded('mã 1.014199.000.00.00.H56')).toContain('1.014199')
  })

  it('never throws, and cleaning twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (text, raw) => {
        tokenise(raw)
        const once = cleanText(text)
        expect(cleanText(once)).toBe(once)
      }),
    )
  })

  it('gives the same tokens when its tokens are read again', () => {
    fc.assert(
      fc.property(vietnameseText, (text) => {
        const words = accented(text)
        expect(accented(words.join(' '))).toEqual(words)
      }),
    )
  })

  it('gives the same tokens on the short way for plain texts as on the long one', () => {
    fc.assert(
      fc.property(fc.oneof(vietnameseText, fc.string({ unit: 'grapheme' })), (text) => {
        // A number at the end takes the whole text the long way.
        expect(tokenise(text)).toEqual(tokenise(`${text} 7`).slice(0, -1))
      }),
      { numRuns: 2_000 },
    )
  })

  it('gives for a text without marks the folded tokens of the text with marks', () => {
    fc.assert(
      fc.property(vietnameseText, (text) => {
        expect(folded(fold(text))).toEqual(folded(text))
      }),
    )
  })
})

const vietnameseText = fc
  .array(
    fc.constantFrom(
      ...'đăng ký khai sinh hộ chiếu hoà thuỷ uỷ ban nhân dân Khánh Hòa giấy phép quý liệt sỹ kỹ lý hy công ty 2022 12 tháng trợ cấp xã hội ĐẤT nghỉ ngờ khuyết tật thường trú'.split(
        ' ',
      ),
    ),
    { maxLength: 12 },
  )
  .map((words) => words.join(' '))
