import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxNameChars, readContact } from '../../../../src/conversation/dialogs/report/read-contact.ts'
import {
  maxStoryChars,
  needlessData,
  readStory,
} from '../../../../src/conversation/dialogs/report/read-story.ts'
import { readWhen } from '../../../../src/conversation/dialogs/report/read-when.ts'

describe('name and telephone', () => {
  it.each([
    ['Nguyễn Văn An, 0905 123 456', 'Nguyễn Văn An', '0905 123 456'],
    ['0905123456 Trần Thị Bình', 'Trần Thị Bình', '0905123456'],
    ['tôi tên Lê Hoa, sđt: +84 905.123.456', 'Lê Hoa', '+84 905.123.456'],
    ['Họ tên: Phạm Số, điện thoại 0258-3822-222', 'Phạm Số', '0258-3822-222'],
    ['Võ Điện', 'Võ Điện', undefined],
    ['bà Ba bán cá', 'bà Ba bán cá', undefined],
  ])('are read as given: %s', (text, name, phone) => {
    expect(readContact(text)).toEqual({ kind: 'contact', name, ...(phone ? { phone } : {}) })
  })

  it.each([
    ['0905 123 456', { kind: 'no-name', phone: '0905 123 456' }],
    ['An 0905 123', { kind: 'wrong-phone', name: 'An' }],
    ['An 123456789012345', { kind: 'wrong-phone', name: 'An' }],
    ['...', { kind: 'nothing' }],
    ['a'.repeat(maxNameChars + 1), { kind: 'too-long' }],
  ])('that cannot be used are told apart: %s', (text, expected) => {
    expect(readContact(text)).toEqual(expected)
  })

  it('never throw, and the telephone stands in what was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const read = readContact(text)
        if (read.kind === 'contact' && read.phone !== undefined) {
          expect(text.normalize('NFC').replace(/\s+/g, ' ')).toContain(read.phone)
        }
      }),
    )
  })
})

describe('when it happened', () => {
  const today = '2026-11-23'
  it.each([
    'sáng thứ Hai tuần trước',
    'hôm qua',
    'hôm nay',
    '20/11/2026',
    'từ 1/9/2026 đến 1/12/2026',
    '15/12',
    '20.11.26',
    'chị Mai nói hôm qua',
    'ngày 31/2/2027',
  ])('is kept in their words: %s', (text) => {
    expect(readWhen(text, today)).toEqual({ kind: 'when', text })
  })

  it.each(['24/11/2026', '1-1-2027', 'ngày mai', 'sang mai', 'tuần sau', 'tháng tới', 'ngày 30/12/26'])(
    'is asked again when it plainly lies ahead: %s',
    (text) => {
      expect(readWhen(text, today).kind).toBe('future')
    },
  )

  it('is asked again when it is a whole story', () => {
    expect(readWhen('hôm qua '.repeat(50), today).kind).toBe('too-long')
  })
})

describe('the story', () => {
  it.each(['', '   ', 'chậm', '123456789 123', '🙂🙂🙂 🙂🙂🙂'])('is too short: "%s"', (text) => {
    expect(readStory(text).kind).toBe('too-short')
  })

  it('takes 8,000 characters and says by how many more are too many', () => {
    const word = 'hồ sơ '
    const fits = word
      .repeat(2_000)
      .slice(0, maxStoryChars - 1)
      .trim()
    expect(readStory(fits)).toEqual({ kind: 'story', story: fits })
    const before = 'b'.repeat(maxStoryChars - 10)
    expect(readStory('mười hai chữ', before)).toEqual({ kind: 'too-long', overBy: 3 })
  })

  it('is added to, and the same message twice is there once', () => {
    const once = readStory('chị ở quầy 3', 'họ đòi tiền tôi')
    expect(once).toEqual({ kind: 'story', story: 'họ đòi tiền tôi\nchị ở quầy 3' })
    expect(readStory('chị ở quầy 3', (once as { story: string }).story)).toEqual(once)
  })

  it.each([
    ['căn cước của tôi 056099001234', ['identity-number']],
    ['số 056 099 001 234 nhé', ['identity-number']],
    ['mã OTP là 123456', ['secret-code']],
    ['mật khẩu abc123', ['secret-code']],
    ['gọi 0905123456', []],
    ['mất 1.200.000 đồng', []],
    ['mã tra cứu 1234 5678 9012 3456 7', []],
    ['quên mật khẩu dịch vụ công', []],
  ])('is looked through for what nobody needs: %s', (text, expected) => {
    expect(needlessData(text)).toEqual(expected)
  })
})
