import { describe, expect, it } from 'vitest'
import { PhraseIndex } from '../../../src/catalogue/text/phrase-index.ts'
import { tokenise } from '../../../src/catalogue/text/tokenise.ts'

function matches(phrase: string, text: string): boolean {
  const index = new PhraseIndex<true>()
  index.add(phrase, true)
  return index.find(tokenise(text)).length > 0
}

describe('phrases that staff write', () => {
  it('match a text without marks by letters', () => {
    expect(matches('sổ đỏ', 'lam so do o dau')).toBe(true)
  })

  it('match a text with marks by marks', () => {
    expect(matches('tái giá', 'vợ liệt sĩ tái giá được hưởng gì')).toBe(true)
    expect(matches('tái giá', 'chăm sóc tại gia đình được hưởng gì')).toBe(false)
  })

  it('take hỏi and ngã for one tone', () => {
    expect(matches('sửa nhà', 'tôi muốn sữa nhà cũ')).toBe(true)
  })

  it('skip up to four words at a star', () => {
    expect(matches('mất * thẻ', 'mất luôn cả cái thẻ')).toBe(true)
    expect(matches('mất * thẻ', 'mất một hai ba bốn năm thẻ')).toBe(false)
  })

  it('know alternatives', () => {
    for (const text of ['mất thẻ', 'rơi mất sổ']) expect(matches('(mất|rơi mất) (thẻ|sổ)', text)).toBe(true)
    expect(matches('(mất|rơi mất) (thẻ|sổ)', 'mất giấy')).toBe(false)
  })
})
