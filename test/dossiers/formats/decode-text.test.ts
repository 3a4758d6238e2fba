import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText, detectEncoding } from '../../../src/dossiers/formats/decode-text.ts'

const vietnamese =
  'Mã hồ sơ;Ngày hẹn trả\r\nCấp giấy phép lao động;Đã trả kết quả, Ưu tiên ở huyện Vạn Ninh\r\n'

/** The letters of windows-1258 that the sentence needs; tones stand apart behind their letter. */
function windows1258(text: string): Buffer {
  const marks: Record<string, number> = {
    '\u0300': 0xcc,
    '\u0309': 0xd2,
    '\u0303': 0xde,
    '\u0301': 0xec,
    '\u0323': 0xf2,
  }
  const letters: Record<string, number> = {
    ă: 0xe3,
    đ: 0xf0,
    ơ: 0xf5,
    ư: 0xfd,
    Đ: 0xd0,
    Ư: 0xdd,
    â: 0xe2,
    ê: 0xea,
    ô: 0xf4,
  }
  const bytes: number[] = []
  for (const letter of text.normalize('NFC')) {
    // Base letters keep their own mark (â, ơ…), the tone goes apart.
    const parts = letter.normalize('NFD')
    const tone = [...parts].find((mark) => mark in marks)
    const base = (tone ? parts.replace(tone, '') : parts).normalize('NFC')
    bytes.push(letters[base] ?? base.charCodeAt(0))
    if (tone) bytes.push(marks[tone]!)
  }
  return Buffer.from(bytes)
}

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

const decoded = (bytes: Uint8Array) => [...decodeText(bytes)].map(({ text }) => text).join('')

test.each([
  ['utf-8', Buffer.from(vietnamese)],
  ['utf-8', Buffer.from(`\ufeff${vietnamese}`)],
  ['utf-8', Buffer.from(vietnamese.normalize('NFD'))],
  ['utf-16le', Buffer.from(`\ufeff${vietnamese}`, 'utf16le')],
  ['utf-16be', utf16be(`\ufeff${vietnamese}`)],
  ['utf-16le', Buffer.from(vietnamese, 'utf16le')],
  ['utf-16be', utf16be(vietnamese)],
  ['windows-1258', windows1258(vietnamese)],
] as const)('%s is recognised and comes out in NFC', (encoding, bytes) => {
  expect(detectEncoding(bytes).encoding).toBe(encoding)
  expect(decoded(bytes)).toBe(vietnamese.normalize('NFC'))
})

test('long texts are the same whatever falls on the edge of a piece', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom('utf8', 'utf16le', '1258'),
      (shift, encoding) => {
        const text = 'x'.repeat(shift) + 'Đã trả kết quả hồ sơ ở huyện; '.repeat(12_000)
        const marked = encoding === 'utf16le' ? `\ufeff${text}` : text
        const bytes =
          encoding === '1258' ? windows1258(text) : Buffer.from(marked, encoding as BufferEncoding)
        expect(decoded(bytes) === text.normalize('NFC')).toBe(true)
      },
    ),
    { numRuns: 20 },
  )
})

test('bytes that are no text are refused', () => {
  expect(() => decoded(Buffer.from([0xef, 0xbb, 0xbf, 0xc3, 0x28]))).toThrow(TypeError)
  expect(() => decoded(Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]))).toThrow(TypeError)
})
