import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatReceipt, makeReceipt, parseReceipt, type Receipt } from '../../src/reports/receipt.ts'

const receipts = fc.array(fc.nat(9), { minLength: 16, maxLength: 16 }).map((digits) => {
  const left = [...digits]
  return makeReceipt(() => left.shift()!)
})
const sample = (count: number) => fc.sample(receipts, { numRuns: count, seed: 20_261_123 })
const isFound = (typed: string) => parseReceipt(typed).kind !== 'receipt'

describe('a new receipt', () => {
  test('is 16 random digits and a check digit, shown in groups of four', () => {
    const made = Array.from({ length: 2_000 }, () => makeReceipt())
    expect(new Set(made).size).toBe(2_000)
    expect(made.every((receipt) => /^\d{17}$/.test(receipt))).toBe(true)
    for (let place = 0; place < 16; place++) {
      // 200 of each digit expected, standard deviation 13: seven of them is no accident.
      for (const digit of '0123456789') {
        const count = made.filter((receipt) => receipt[place] === digit).length
        expect(Math.abs(count - 200)).toBeLessThan(95)
      }
    }
    expect(formatReceipt('12345678901234567' as Receipt)).toBe('1234 5678 9012 3456 7')
  })

  test('follows the published check digit: 572 is checked by 4', () => {
    // H. M. Damm's own example, in any literature on it; leading zeros change nothing.
    const digits = [...'0000000000000572'].map(Number)
    expect(makeReceipt(() => digits.shift()!)).toBe('00000000000005724')
  })

  test('is read again as shown', () => {
    fc.assert(
      fc.property(receipts, (receipt) => {
        expect(parseReceipt(formatReceipt(receipt))).toEqual({ kind: 'receipt', receipt })
      }),
    )
  })
})

describe('reading what people type', () => {
  const receipt = sample(1)[0]!
  const shown = formatReceipt(receipt)
  const spellings: [name: string, typed: string][] = [
    ['without blanks', receipt],
    ['with dashes', shown.replaceAll(' ', '-')],
    ['with dots', shown.replaceAll(' ', '.')],
    ['with en dashes and blanks', shown.replaceAll(' ', ' – ')],
    ['with non-breaking blanks', shown.replaceAll(' ', '\u00a0')],
    ['on two lines', shown.replace(' ', '\n')],
    ['digit by digit', [...receipt].join(' ')],
    ['with words around it', `Mã biên nhận của tôi là ${shown}, xin cho hỏi kết quả`],
    ['beside a telephone number', `${shown}. Gọi lại cho tôi 0905 123 456`.replace('. Gọi', ' thì gọi')],
    [
      'full width',
      [...shown].map((c) => (c === ' ' ? c : String.fromCharCode(c.charCodeAt(0) + 0xfee0))).join(''),
    ],
    ['with zero-width characters', [...shown].join('\u200b')],
  ]
  test.each(spellings)('%s', (_, typed) => {
    expect(parseReceipt(typed)).toEqual({ kind: 'receipt', receipt })
  })

  test('tells a digit too few or too many', () => {
    expect(parseReceipt(receipt.slice(1))).toEqual({ kind: 'wrong-length', digits: 16 })
    expect(parseReceipt(`${shown}8`)).toEqual({ kind: 'wrong-length', digits: 18 })
  })

  test('takes nothing else for a receipt', () => {
    const others = [
      '',
      'xin chào',
      '0905123456',
      '056085012345',
      'H56.14-231027-0361',
      '1.014199',
      `${shown} x ${shown}`,
    ]
    for (const other of others) expect(parseReceipt(other).kind, other).toBe('not-a-receipt')
    fc.assert(
      fc.property(
        fc.array(fc.nat(0xffff), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
        (typed) => {
          expect(parseReceipt(typed).kind).toBe('not-a-receipt')
        },
      ),
    )
  })

  test('is quick with a long text', () => {
    const started = performance.now()
    for (const text of ['1 '.repeat(50_000), '1.-_ '.repeat(20_000), `${'9'.repeat(100_000)}x`])
      parseReceipt(text)
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})

describe('the check digit finds', () => {
  test('every wrong digit at every place', () => {
    const missed: string[] = []
    for (const receipt of sample(1_000)) {
      for (let place = 0; place < 17; place++) {
        for (const digit of '0123456789') {
          if (digit === receipt[place]) continue
          const typed = receipt.slice(0, place) + digit + receipt.slice(place + 1)
          if (!isFound(typed)) missed.push(typed)
        }
      }
    }
    expect(missed).toEqual([])
  })

  test('every swap of two different neighbours', () => {
    const missed: string[] = []
    for (const receipt of sample(2_000)) {
      for (let place = 0; place + 1 < 17; place++) {
        const [a, b] = [receipt[place]!, receipt[place + 1]!]
        if (a === b) continue
        const typed = receipt.slice(0, place) + b + a + receipt.slice(place + 2)
        if (!isFound(typed)) missed.push(typed)
      }
    }
    expect(missed).toEqual([])
  })

  test('these for every interim value and every pair of digits, so for every receipt there is', () => {
    // Before a place the check has one of ten interim values; one digit in front brings about each of them.
    const cases = new Set<string>()
    for (let lead = 0; lead < 10; lead++) {
      for (let a = 0; a < 10; a++) {
        for (let b = 0; b < 10; b++) {
          if (a === b) continue
          const digits = [...Array(13).fill(0), lead, a, b]
          const receipt = makeReceipt(() => digits.shift()!)
          const swapped = receipt.slice(0, 14) + b + a + receipt.slice(16)
          const replaced = `${receipt.slice(0, 15)}${a}${receipt.slice(16)}`
          expect(isFound(swapped), swapped).toBe(true)
          expect(isFound(replaced), replaced).toBe(true)
          cases.add(receipt)
        }
      }
    }
    expect(cases.size).toBe(900)
  })
})
