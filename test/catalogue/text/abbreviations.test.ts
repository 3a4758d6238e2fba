import { describe, expect, it } from 'vitest'
import { Abbreviations } from '../../../src/catalogue/text/abbreviations.ts'
import { tokenise } from '../../../src/catalogue/text/tokenise.ts'

const abbreviations = new Abbreviations([
  { short: 'GPLĐ', readings: [{ means: 'giấy phép lao động' }] },
  { short: 'hs', readings: [{ means: 'học sinh', near: ['trường', 'lớp'] }, { means: 'hồ sơ' }] },
  { short: 'C/O', readings: [{ means: 'xuất xứ' }] },
])
const read = (text: string) =>
  abbreviations
    .expand(tokenise(text))
    .map(({ accented }) => accented)
    .join(' ')

describe('abbreviations', () => {
  it.each(['GPLĐ', 'gplđ', 'gpld', 'G.P.L.Đ'])('reads %s', (short) => {
    expect(read(short)).toBe('giấy phép lao động')
  })

  it('decides by the words around', () => {
    expect(read('hs lớp 7')).toBe('học sinh lớp 7')
    expect(read('hs gồm gì')).toBe('hồ sơ gồm gì')
  })

  it('does not take a word for a short form with a slash', () => {
    expect(read('co can giay gi')).toBe('co can giay gi')
    expect(read('cấp C/O')).toBe('cấp xuất xứ')
  })
})
