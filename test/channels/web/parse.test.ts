import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultWebLimits } from '../../../src/channels/web/limits.ts'
import { conversationOf, parseEventsRequest, parseMessage } from '../../../src/channels/web/parse.ts'

const receivedAt = new Date('2026-03-02T01:00:00Z')
const parse = (body: unknown) => parseMessage(body, receivedAt, defaultWebLimits)
const addressed = (content: object) => ({ sessionId: 'session-1', messageId: 'm1', ...content })

describe('parseMessage', () => {
  it('never throws, whatever the body is', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (body) => {
        expect(parse(body).kind).toBe('invalid')
      }),
    )
  })

  it('takes any text: composed, trimmed, free of control characters, and a second time unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const parsed = parse(addressed({ text }))
        if (parsed.kind === 'invalid') {
          expect(text.replace(/[\p{Cc}\s\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')).toBe('')
          return
        }
        if (parsed.kind !== 'message') throw new Error('300 characters are not too long')
        const taken = parsed.message.text!
        expect(taken).not.toMatch(/[^\P{Cc}\n\t]|\p{Cs}|[\u202A-\u202E\u2066-\u2069\uFEFF]/u)
        expect(taken).toBe(taken.normalize('NFC').trim())
        const again = parse(addressed({ text: taken }))
        expect(again.kind === 'message' && again.message.text).toBe(taken)
      }),
      { numRuns: 500 },
    )
  })

  it('keeps every character of text that needs no cleaning', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (text) => {
        fc.pre(text.trim() === text && !/\p{Cc}|[\u202A-\u202E\u2066-\u2069\uFEFF]/u.test(text))
        const parsed = parse(addressed({ text }))
        expect(parsed.kind === 'message' && parsed.message.text).toBe(text.normalize('NFC'))
      }),
    )
  })

  it('hands a choice on untouched', () => {
    const choice = 's1:Zm9v-_:q03:5'
    const parsed = parse(addressed({ choice }))
    expect(parsed).toEqual({
      kind: 'message',
      message: {
        channel: 'web',
        conversationId: conversationOf('session-1'),
        messageId: `${conversationOf('session-1')}:m1`,
        senderId: conversationOf('session-1'),
        sentAt: receivedAt,
        choice,
        attachments: [],
      },
    })
  })
})

describe('conversationOf', () => {
  it('is stable, hides the session id and keeps sessions apart', () => {
    // Pinned: another value would cut every running conversation off from its page.
    expect(conversationOf('session-1')).toBe('hAl4KPwxqMjSkhDfSJAahd5_')
    const ids = Array.from({ length: 1_000 }, (_, n) => conversationOf(`session-${n}`))
    expect(new Set(ids).size).toBe(1_000)
    expect(ids.every((id) => /^[A-Za-z0-9_-]{24}$/.test(id))).toBe(true)
  })
})

describe('parseEventsRequest', () => {
  it.each([
    [undefined, undefined, undefined],
    ['41', undefined, 41],
    ['41', '40', 41],
    [undefined, '40', 40],
    ['-1', undefined, undefined],
    ['1e3', undefined, undefined],
    ['9'.repeat(16), undefined, undefined],
    [['1', '2'], undefined, undefined],
  ])('reads Last-Event-ID %j and the query %j as %j', (header, lastEventId, expected) => {
    const query = { sessionId: 'session-1', ...(lastEventId ? { lastEventId } : {}) }
    expect(parseEventsRequest(query, header)).toEqual({
      conversationId: conversationOf('session-1'),
      lastSequence: expected,
    })
  })

  it('knows nobody without a well-formed session id', () => {
    for (const query of [undefined, {}, { sessionId: ['session-1', 'session-2'] }, { sessionId: '$where' }]) {
      expect(parseEventsRequest(query, undefined)).toBeUndefined()
    }
  })
})
