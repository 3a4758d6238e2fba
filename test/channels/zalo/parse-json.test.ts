import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseKeepingIds } from '../../../src/channels/zalo/parse-json.ts'

describe('JSON whose ids JavaScript cannot hold', () => {
  it('scenario 39: keeps every digit, wherever the id stands, and leaves words alone', () => {
    const text =
      '{"user_id":1111111111111111111,"ids":[9007199254740993,-9223372036854775808],"text":"số 1111111111111111111, \\"2222222222222222222\\"","n":-32,"f":1.5e3}'
    expect(parseKeepingIds(text)).toEqual({
      value: {
        user_id: '1111111111111111111',
        ids: ['9007199254740993', '-9223372036854775808'],
        text: 'số 1111111111111111111, "2222222222222222222"',
        n: -32,
        f: 1500,
      },
    })
  })

  it('is JSON.parse for everything that JSON.parse can hold', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const number = /^-?\d{16,}$/
        const isHeld = (value: unknown): boolean =>
          typeof value === 'number'
            ? !number.test(String(value)) || Number.isSafeInteger(value)
            : Array.isArray(value)
              ? value.every(isHeld)
              : value !== null && typeof value === 'object'
                ? Object.values(value).every(isHeld)
                : true
        const plain: unknown = JSON.parse(text)
        fc.pre(isHeld(plain))
        expect(parseKeepingIds(text)).toEqual({ value: plain })
      }),
      { numRuns: 500 },
    )
  })

  it('brings any whole number back digit by digit', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.string(), (id, word) => {
        const text = JSON.stringify({ word, id: 0 }).replace(/0\}$/, `${id}}`)
        const { value } = parseKeepingIds(text)!
        const found = value as { word: string; id: string | number }
        expect(String(found.id)).toBe(String(id))
        expect(found.word).toBe(word)
      }),
      { numRuns: 500 },
    )
  })

  it.each(['', ' ', '<html>Bad Gateway</html>', '{"error":0', '{"a":"1111111111111111111}'])(
    'says so when %j is not JSON',
    (text) => {
      expect(parseKeepingIds(text)).toBeUndefined()
    },
  )
})
