import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanLines, cleanText, presentText } from '../../../src/catalogue/formats/clean-text.ts'

test.each([
  ['112/2021/NĐ-CР', '112/2021/NĐ-CP'],
  ['saи:', 'sau:'],
  ['Giải  quyết\t chế độ ', 'Giải quyết chế độ'],
  ['thu\u031Bo\u031B\u0300ng tru\u0301', 'thường trú'],
  ['<div class="article">Nộp t&agrave;i liệu<br/>tại&nbsp;UBND</div>', 'Nộp tài liệu tại UBND'],
  ['phần &acirc;m &amp; dương', 'phần âm & dương'],
  ['\uf0fc Bản sao', '- Bản sao'],
  ['số\u200b 3', 'số 3'],
  ['lương < 5.000.000 & > 3.000.000', 'lương < 5.000.000 & > 3.000.000'],
  ['Россия', 'Россия'],
])('%s', (raw, clean) => {
  expect(cleanText(raw)).toBe(clean)
})

test('lines stay lines', () => {
  expect(cleanLines('Bước 1:  a\r\n\r\n\tBước 2: b')).toBe('Bước 1: a\nBước 2: b')
})

test.each(['Không có thông tin', ' không có thông tin.', 'N/A', '', '  ', '-', null, undefined, 3])(
  'nothing: %j',
  (raw) => {
    expect(presentText(raw)).toBeUndefined()
  },
)

test.each(['Không', 'Không quy định'])('"%s" is a statement, not a gap', (raw) => {
  expect(presentText(raw)).toBe(raw)
})

test('cleaning twice is cleaning once, and plain Vietnamese is untouched', () => {
  const letter = fc.constantFrom(...'aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếệộữỹ0123456789,.;:()/-')
  const word = fc.string({ unit: letter, minLength: 1 })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      const text = words.join(' ')
      expect(cleanText(text)).toBe(text)
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      // Unescaping "&amp;lt;" twice is another text; a source escapes once.
      const once = cleanText(text.replace(/[<&]/g, ''))
      expect(cleanText(once)).toBe(once)
    }),
  )
})
