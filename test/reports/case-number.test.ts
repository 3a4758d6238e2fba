import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskPersonalData } from '../../src/catalogue/masking.ts'
import { caseAlphabet, makeCaseNumber, parseCaseNumber } from '../../src/reports/case-number.ts'

/** Real dossier codes and their newer form, as the one-stop software writes them. */
const dossierCode = /^(?:\d{3}(?:\.\d{2}){2}\.)?[A-Z]\d{2}(?:\.\d{1,3}){0,3}-\d{6}-\d{3,6}$/
const asTypedForDossier = (text: string) => text.toUpperCase().replaceAll(' ', '').replaceAll('–', '-')

const days = fc.date({
  min: new Date('2000-01-02T00:00:00Z'),
  max: new Date('2099-12-30T00:00:00Z'),
  noInvalidDate: true,
})
const tails = fc.array(fc.nat(caseAlphabet.length - 1), { minLength: 4, maxLength: 4 })
const caseNumbers = fc.tuple(days, tails).map(([day, tail]) => {
  const left = [...tail]
  return makeCaseNumber(day, () => left.shift()!)
})
const sample = (count: number) => fc.sample(caseNumbers, { numRuns: count, seed: 20_261_123 })

describe('a new case number', () => {
  test('has its form, the day in Viet Nam, and no character that is mistaken for another', () => {
    // 23:30 in London is 6:30 of the next day in Viet Nam.
    const number = makeCaseNumber(new Date('2026-11-22T23:30:00Z'))
    expect(number).toMatch(/^PA-261123-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]$/)
    expect(caseAlphabet).not.toMatch(/[IOL01]/)
    expect(new Set(caseAlphabet).size).toBe(31)
  })

  test('is random over the whole alphabet', () => {
    const now = new Date('2026-11-23T03:00:00Z')
    const tailsSeen = Array.from({ length: 3_000 }, () => makeCaseNumber(now).slice(10, 14))
    for (const position of [0, 1, 2, 3]) {
      expect(new Set(tailsSeen.map((tail) => tail[position])).size).toBe(31)
    }
    // 3,000 of 923,521: about 5 pairs by chance.
    expect(new Set(tailsSeen).size).toBeGreaterThan(2_970)
  })

  test('is checked the same way for ever: numbers stand in letters', () => {
    const tail = [8, 9, 10, 11]
    const number = makeCaseNumber(new Date('2026-11-23T03:00:00Z'), () => tail.shift()!)
    // 11·2 + 10·6 + 9·1 + 8·1 + 7·2 + 6·3 + 5·10 + 4·11 + 3·12 + 2·13 = 287 = 9·31 + 8, and 31 − 8 = 23 = Q.
    expect(number).toBe('PA-261123-ABCD-Q')
  })

  test('is read again', () => {
    fc.assert(
      fc.property(caseNumbers, (caseNumber) => {
        expect(parseCaseNumber(caseNumber)).toEqual({ kind: 'case-number', caseNumber })
      }),
    )
  })
})

describe('reading what people type', () => {
  const number: string = sample(1)[0]!
  const spellings: [name: string, typed: string][] = [
    ['lower case', number.toLowerCase()],
    ['without dashes', number.replaceAll('-', '')],
    ['with blanks', number.replaceAll('-', ' ')],
    ['with blanks around dashes', ` ${number.replaceAll('-', ' - ')} `],
    ['with en dashes', number.replaceAll('-', '–')],
    ['with em dashes', number.replaceAll('-', '—')],
    ['with non-breaking hyphens', number.replaceAll('-', '\u2011')],
    ['with a minus sign', number.replaceAll('-', '\u2212')],
    ['with dots', number.replaceAll('-', '.')],
    ['with the first dash only', `PA-${number.slice(3).replaceAll('-', '')}`],
    ['with blanks in the date', number.replace(/-(\d\d)(\d\d)(\d\d)-/, '-$1 $2 $3-')],
    ['full width', [...number].map((c) => String.fromCharCode(c.charCodeAt(0) - 0x20 + 0xff00)).join('')],
    ['with zero-width characters', [...number].join('\u200b')],
  ]
  test.each(spellings)('%s', (_, typed) => {
    expect(parseCaseNumber(typed)).toEqual({ kind: 'case-number', caseNumber: number })
  })

  const others = [
    '',
    'PA',
    'PA-',
    'xin chào',
    '0905123456',
    '1.014199',
    'PA-261123-ABCD',
    '1234 5678 9012 3456 7',
  ]
  test.each(others)('"%s" is no case number', (typed) => {
    expect(parseCaseNumber(typed).kind).toBe('not-a-case-number')
  })

  test('never fails and never makes up a number', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
        (typed) => {
          expect(parseCaseNumber(typed).kind).not.toBe('case-number')
        },
      ),
    )
  })

  test('a day that no calendar has is wrong, whatever the check character', () => {
    for (const check of caseAlphabet) {
      expect(parseCaseNumber(`PA-260230-ABCD-${check}`).kind).toBe('wrong-check')
      expect(parseCaseNumber(`PA-261399-ABCD-${check}`).kind).toBe('wrong-check')
    }
  })
})

describe('the check character finds', () => {
  const everyCharacter = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  const isFound = (typed: string) => parseCaseNumber(typed).kind !== 'case-number'

  test('every wrong character at every place', () => {
    let tried = 0
    const missed: string[] = []
    for (const number of sample(200)) {
      for (let place = 0; place < number.length; place++) {
        for (const wrong of everyCharacter) {
          if (wrong === number[place]) continue
          tried++
          const typed = number.slice(0, place) + wrong + number.slice(place + 1)
          if (!isFound(typed)) missed.push(`${number} as ${typed}`)
        }
      }
    }
    expect(missed).toEqual([])
    expect(tried).toBeGreaterThan(100_000)
  })

  test('every swap of two different neighbours, also across a dash', () => {
    let tried = 0
    const missed: string[] = []
    for (const number of sample(2_000)) {
      const plain = number.replaceAll('-', '')
      for (let place = 0; place + 1 < plain.length; place++) {
        const [a, b] = [plain[place]!, plain[place + 1]!]
        if (a === b) continue
        tried++
        const typed = plain.slice(0, place) + b + a + plain.slice(place + 2)
        if (!isFound(typed)) missed.push(`${number} as ${typed}`)
      }
    }
    expect(missed).toEqual([])
    expect(tried).toBeGreaterThan(20_000)
  })

  test('both of these for every pair of values at every pair of places, not only in a sample', () => {
    // All tails of two values in all neighbouring places: the sum is linear, so this covers every number.
    const now = new Date('2026-11-23T03:00:00Z')
    for (let a = 0; a < 31; a++) {
      for (let b = 0; b < 31; b++) {
        if (a === b) continue
        for (const tail of [
          [a, b, 0, 0],
          [0, a, b, 0],
          [0, 0, a, b],
        ]) {
          const left = [...tail]
          const plain = makeCaseNumber(now, () => left.shift()!).replaceAll('-', '')
          for (let place = 7; place < 12; place++) {
            if (plain[place] === plain[place + 1]) continue
            const swapped = plain.slice(0, place) + plain[place + 1] + plain[place] + plain.slice(place + 2)
            expect(isFound(swapped), `${plain} as ${swapped}`).toBe(true)
          }
        }
      }
    }
  })

  test('a character too many or too few', () => {
    for (const number of sample(50)) {
      const plain = number.replaceAll('-', '')
      for (let place = 0; place < plain.length; place++) {
        expect(isFound(plain.slice(0, place) + plain.slice(place + 1))).toBe(true)
        for (const extra of everyCharacter) {
          expect(isFound(plain.slice(0, place) + extra + plain.slice(place))).toBe(true)
        }
      }
    }
  })
})

describe('a case number and a dossier code', () => {
  test('are never taken for one another', () => {
    fc.assert(
      fc.property(caseNumbers, (number) => {
        for (const typed of [number, number.slice(3), number.replace('PA-', 'PA'), number.toLowerCase()]) {
          expect(dossierCode.test(asTypedForDossier(typed))).toBe(false)
        }
      }),
    )
    const dossiers = fc.stringMatching(dossierCode)
    fc.assert(
      fc.property(dossiers, (code) => {
        expect(parseCaseNumber(code).kind).toBe('not-a-case-number')
      }),
    )
    expect(dossierCode.test('000.00.06.H56-231027-0361')).toBe(true)
  })

  test('a case number survives the masking of questions', () => {
    for (const number of sample(100)) expect(maskPersonalData(`mã ${number} tới đâu`)).toContain(number)
  })
})
