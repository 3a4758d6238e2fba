import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitReply, splitText } from '../../../src/conversation/turn/split-reply.ts'

const anyText = fc.string({
  unit: fc.constantFrom(...'aễộ 🇻🇳👩‍👩‍👧é\n. '.split(/(?:)/u), '🎉', 'e\u0301', '👍🏽'),
  maxLength: 400,
})

describe('splitText', () => {
  it('gives parts within the limit that join to the original (feature 17)', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 16, max: 80 }), (text, max) => {
        const parts = splitText(text, max)
        expect(parts.join('')).toBe(text)
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(max)
      }),
    )
  })

  it('never cuts inside a character', () => {
    const graphemes = new Intl.Segmenter('vi', { granularity: 'grapheme' })
    const starts = (text: string) => new Set([...graphemes.segment(text)].map(({ index }) => index))
    fc.assert(
      fc.property(anyText, fc.integer({ min: 32, max: 80 }), (text, max) => {
        const borders = starts(text)
        let at = 0
        for (const part of splitText(text, max).slice(0, -1)) {
          at += part.length
          expect(borders.has(at)).toBe(true)
        }
      }),
    )
  })

  it('prefers a paragraph, then a line, then a word', () => {
    expect(splitText('mot hai ba\n\nbon nam sau', 16)).toEqual(['mot hai ba\n\n', 'bon nam sau'])
    expect(splitText('mot hai ba bon nam sau', 16)).toEqual(['mot hai ba bon ', 'nam sau'])
  })

  it('cuts a grapheme longer than the limit between code points', () => {
    const zalgo = `a${'\u0301'.repeat(100)}`
    const parts = splitText(zalgo, 16)
    expect(parts.join('')).toBe(zalgo)
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(16)
  })
})

describe('splitReply', () => {
  it('puts the buttons under the last part and pages those above the limit', () => {
    const buttons = Array.from({ length: 7 }, (_, n) => ({ label: `${n}`, choice: `m:${n}` }))
    const parts = splitReply({ text: 'x'.repeat(20), buttons }, { maxTextChars: 16, maxButtons: 5 })
    expect(parts.map((part) => part.buttons?.length)).toEqual([undefined, 5, 2])
    const told = splitReply({ text: 'x', buttons }, { maxTextChars: 16, maxButtons: 5 }, 'Xem thêm:')
    expect(told.map(({ text }) => text)).toEqual(['x', 'Xem thêm:'])
  })

  it('leaves spare buttons out where the others then fill one message, and only there', () => {
    const limits = { maxTextChars: 16, maxButtons: 5 }
    const make = (needed: number, spare: number) =>
      Array.from({ length: needed + spare }, (_, n) => ({
        label: `${n}`,
        choice: `m:${n}`,
        ...(n < needed ? {} : { isSpare: true as const }),
      }))
    const labels = (needed: number, spare: number) =>
      splitReply({ text: 'x', buttons: make(needed, spare) }, limits).map(
        ({ buttons = [] }) => buttons.length,
      )
    expect(labels(3, 2)).toEqual([5])
    expect(labels(5, 2)).toEqual([5])
    expect(labels(4, 3)).toEqual([4])
    // A further message is needed anyhow: then there is room in it.
    expect(labels(6, 1)).toEqual([5, 2])
    const [secret] = splitReply({ text: 'x', buttons: make(4, 2), isSecret: true }, limits)
    expect(secret!.buttons).toEqual(make(4, 0))
  })

  it('gives a secret reply in one secret message or not at all', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }),
        fc.array(fc.constant({ label: 'Về đầu', choice: 'menu' }), { maxLength: 8 }),
        (text, buttons) => {
          const reply = { text, buttons, isSecret: true as const }
          const limits = { maxTextChars: 40, maxButtons: 4 }
          if (text.length <= 40 && buttons.length <= 4) expect(splitReply(reply, limits)).toEqual([reply])
          else expect(() => splitReply(reply, limits)).toThrow(/secret reply is longer/)
        },
      ),
    )
  })
})
