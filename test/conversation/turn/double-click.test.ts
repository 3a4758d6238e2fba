import { describe, expect, it } from 'vitest'
import { emptyState } from '../../../src/conversation/turn/conversation.ts'
import { isDoubleClick, rememberInbound } from '../../../src/conversation/turn/double-click.ts'
import { inbound } from '../../support/inbound.ts'

const at = (arrivalMs: number, text = 'phí bao nhiêu') => ({ message: inbound({ text }), arrivalMs })
const remembered = rememberInbound(emptyState(), at(10_000))

describe('isDoubleClick', () => {
  it('is the same words within three seconds', () => {
    expect(isDoubleClick(remembered, at(12_999), undefined)).toBe(true)
    expect(isDoubleClick(remembered, at(13_000), undefined)).toBe(false)
    expect(isDoubleClick(remembered, at(11_000, 'mất bao lâu'), undefined)).toBe(false)
  })

  it('is not the same words after our answer', () => {
    expect(isDoubleClick(remembered, at(12_000), new Date(11_500))).toBe(false)
    expect(isDoubleClick(remembered, at(12_000), new Date(9_000))).toBe(true)
    expect(isDoubleClick(remembered, at(12_000), new Date(12_500))).toBe(true)
  })

  it('is never an attachment: two photos in a row are two photos', () => {
    const photo = { ...at(11_000), message: inbound({ attachments: [{ kind: 'image', reference: 'f' }] }) }
    const state = rememberInbound(emptyState(), { ...photo, arrivalMs: 10_000 })
    expect(isDoubleClick(state, photo, undefined)).toBe(false)
  })

  it('keeps none of the words', () => {
    expect(JSON.stringify(remembered)).not.toContain('phí')
  })
})
