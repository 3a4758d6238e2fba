import { describe, expect, it } from 'vitest'
import { emptyState } from '../../../src/conversation/turn/conversation.ts'
import { createDoubleClicks } from '../../../src/conversation/turn/double-click.ts'
import { inbound } from '../../support/inbound.ts'

const at = (arrivalMs: number, text = 'phí bao nhiêu') => ({ message: inbound({ text }), arrivalMs })
const key = 'web:c'
const clicks = createDoubleClicks()
const remembered = clicks.remember(key, emptyState(), at(10_000))
const isDouble = (inboundMessage: ReturnType<typeof at>, lastSentAt?: Date, state = remembered) =>
  clicks.isDoubleClick({ key, state, lastSentAt }, inboundMessage)

describe('isDoubleClick', () => {
  it('is the same words within three seconds', () => {
    expect(isDouble(at(12_999))).toBe(true)
    expect(isDouble(at(13_000))).toBe(false)
    expect(isDouble(at(11_000, 'mất bao lâu'))).toBe(false)
  })

  it('is not the same words after our answer', () => {
    expect(isDouble(at(12_000), new Date(11_500))).toBe(false)
    expect(isDouble(at(12_000), new Date(9_000))).toBe(true)
    expect(isDouble(at(12_000), new Date(12_500))).toBe(true)
  })

  it('is never an attachment: two photos in a row are two photos', () => {
    const photo = { ...at(11_000), message: inbound({ attachments: [{ kind: 'image', reference: 'f' }] }) }
    const state = clicks.remember(key, emptyState(), { ...photo, arrivalMs: 10_000 })
    expect(isDouble(photo, undefined, state)).toBe(false)
  })

  it('is the same in another process that has the secret, and in none that has not', () => {
    const secret = Buffer.alloc(32, 7)
    const state = createDoubleClicks(secret).remember(key, emptyState(), at(10_000))
    const seenBy = (other: ReturnType<typeof createDoubleClicks>) =>
      other.isDoubleClick({ key, state }, at(11_000))
    expect(seenBy(createDoubleClicks(secret))).toBe(true)
    expect(seenBy(createDoubleClicks(Buffer.alloc(32, 8)))).toBe(false)
  })
})

describe('what is remembered', () => {
  it('holds none of the words, and differs for the same words in another conversation', () => {
    expect(JSON.stringify(remembered)).not.toContain('phí')
    const elsewhere = clicks.remember('web:d', emptyState(), at(10_000))
    expect(elsewhere.lastInbound!.fingerprint).not.toBe(remembered.lastInbound!.fingerprint)
  })

  it('apart from the state recognises the double click, for three seconds', () => {
    const state = emptyState()
    clicks.rememberApart(key, at(20_000))
    expect(isDouble(at(20_500), undefined, state)).toBe(true)
    expect(isDouble(at(20_500, 'khác'), undefined, state)).toBe(false)
    expect(isDouble(at(23_000), undefined, state)).toBe(false)
    clicks.rememberApart('web:d', at(24_000))
    expect(isDouble(at(20_500), undefined, state)).toBe(false)
  })
})
