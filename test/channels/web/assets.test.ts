import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assetsDir } from './open-web-chat.ts'

interface TextModule {
  splitBlocks(text: string): { kind: 'paragraph' | 'list'; lines: string[] }[]
  splitLinks(line: string): ({ text: string; url?: undefined } | { url: string; text?: undefined })[]
  canOpen(url: string): boolean
}
const { splitBlocks, splitLinks, canOpen }: TextModule = await import(join(assetsDir, 'text.js'))

describe('splitLinks', () => {
  it.each([
    ['Xem https://dichvucong.gov.vn.', ['https://dichvucong.gov.vn']],
    ['(https://a.vn/x?y=1&z=2)', ['https://a.vn/x?y=1&z=2']],
    ['https://a.vn/x_(1) và https://b.vn/đường, rồi', ['https://a.vn/x_(1)', 'https://b.vn/đường']],
    ['“https://a.vn/”', ['https://a.vn/']],
    ['javascript:alert(1) data:text/html,x ftp://a.vn', []],
    ['https:// http://', []],
    ['<a href="https://a.vn/x">', ['https://a.vn/x']],
  ])('finds the addresses in %s', (line, urls) => {
    expect(splitLinks(line).flatMap(({ url }) => url ?? [])).toEqual(urls)
  })

  it('loses no character and makes only addresses that may be opened', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.constantFrom(' ', '.', ')', '(', 'https://', 'javascript:', '"'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const line = pieces.join('')
        const parts = splitLinks(line)
        expect(parts.map(({ text, url }) => url ?? text).join('')).toBe(line)
        for (const { url } of parts) if (url !== undefined) expect(url).toMatch(/^https?:\/\//)
      }),
    )
  })
})

describe('splitBlocks', () => {
  it('makes paragraphs and lists of plain text', () => {
    expect(splitBlocks('Hồ sơ gồm:\n- Đơn\n•  Ảnh 4x6 \n\nNộp tại:\n1. Quầy\n2. Trực tuyến')).toEqual([
      { kind: 'paragraph', lines: ['Hồ sơ gồm:'] },
      { kind: 'list', lines: ['Đơn', 'Ảnh 4x6'] },
      { kind: 'paragraph', lines: ['Nộp tại:', '1. Quầy', '2. Trực tuyến'] },
    ])
  })

  it('keeps all words in order', () => {
    const line = fc.record({
      isItem: fc.boolean(),
      words: fc.array(fc.stringMatching(/^[a-zđ0-9.:]{1,5}$/), { maxLength: 4 }),
    })
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.map(({ isItem, words }) => (isItem ? '- ' : '') + words.join(' ')).join('\n')
        const found = splitBlocks(text).flatMap(({ lines }) => lines)
        const expected = lines.flatMap(({ words, isItem }) => (words.length || !isItem ? words : ['-']))
        expect(found.flatMap((one) => one.split(' ').filter(Boolean))).toEqual(expected)
      }),
    )
  })
})

describe('canOpen', () => {
  it('opens addresses, telephones and mail, and nothing that runs', () => {
    const good = ['https://a.vn', 'http://a.vn', 'tel:+842583822123', 'mailto:a@b.vn']
    const bad = [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,<b>',
      'vbscript:x',
      'file:///etc',
      '',
      '/x',
    ]
    expect(good.filter(canOpen)).toEqual(good)
    expect(bad.filter(canOpen)).toEqual([])
  })
})
