import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parseDossierCode, realDay } from '../../src/dossiers/dossier-code.ts'

const today = '2026-11-23'

describe('a code', () => {
  test.each([
    ['000.00.06.H56-231027-0361', '000.00.06.H56-231027-0361'],
    ['H32.14-261101-0001', 'H32.14-261101-0001'],
    ['h32.14.2.105-261101-123456', 'H32.14.2.105-261101-123456'],
    [' 000.00.06.h32 – 261123 – 0001 ', '000.00.06.H32-261123-0001'],
    ['000.00.06.H32—261123—0001', '000.00.06.H32-261123-0001'],
    ['000.00.06.H32-261123-0001\u200b', '000.00.06.H32-261123-0001'],
    ['０００.00.06.H32-261123-0001', '000.00.06.H32-261123-0001'],
  ])('%s is read', (typed, code) => {
    expect(parseDossierCode(typed, today)).toEqual({ kind: 'code', code })
  })

  test.each([
    '',
    '123',
    'PA-261123-K7Q2-M',
    '000.00.06.H32-261123',
    '000.00.06.H32-261123-01',
    '1.014199',
    'H3-261123-0001',
  ])('%s is none', (typed) => expect(parseDossierCode(typed, today)).toEqual({ kind: 'not-a-code' }))

  it('with letters O is one only as a suggestion', () => {
    expect(parseDossierCode('OOO.00.06.H32-2611O1-0001', today)).toEqual({
      kind: 'not-a-code',
      suggestion: '000.00.06.H32-261101-0001',
    })
    expect(parseDossierCode('OOO.00.06.H32-261399-0001', today)).toEqual({ kind: 'not-a-code' })
  })

  it('carries a day that there is and that has come', () => {
    expect(parseDossierCode('000.00.06.H32-260231-0001', today).kind).toBe('impossible-day')
    expect(parseDossierCode('000.00.06.H32-250229-0001', today).kind).toBe('impossible-day')
    expect(parseDossierCode('000.00.06.H32-261124-0001', today).kind).toBe('future-day')
    expect(parseDossierCode('000.00.06.H32-261123-0001', today).kind).toBe('code')
  })

  it('is read the same again, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const parsed = parseDossierCode(typed, today)
        if (parsed.kind === 'code') expect(parseDossierCode(parsed.code, today)).toEqual(parsed)
      }),
    )
  })
})

it('days are those of the calendar', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1890, max: 2110 }),
      fc.integer({ min: -1, max: 14 }),
      fc.integer({ min: -1, max: 33 }),
      (year, month, day) => {
        const date = new Date(Date.UTC(year, month - 1, day))
        const isReal = year >= 1900 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
        expect(realDay(year, month, day)).toBe(isReal ? date.toISOString().slice(0, 10) : undefined)
      },
    ),
    { numRuns: 5_000 },
  )
})
