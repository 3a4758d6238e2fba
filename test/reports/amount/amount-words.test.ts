import { describe, expect, it } from 'vitest'
import { parseAmountWords } from '../../../src/reports/amount/amount-words.ts'
import { checkTexts, readSource } from '../../catalogue/read-content.ts'
import { shippedAmountWords } from './shipped-reader.ts'

describe('intents/amounts.yaml', () => {
  it('is without mistakes', () => {
    expect(shippedAmountWords().units.length).toBeGreaterThan(5)
  })

  it('with a mistake is refused with the line of the mistake', () => {
    const { name, text } = readSource('intents/amounts.yaml')
    const lines = text.split('\n')
    const at = lines.findIndex((line) => line.includes('say: [k,'))
    const spoilt = lines.with(at, '  - { vnd: nghìn, say: [k], glue: true }').join('\n')
    const parsed = parseAmountWords({ name, text: spoilt }, checkTexts)
    expect(parsed.kind === 'problems' && parsed.problems.map(({ file, line }) => [file, line])).toEqual([
      [name, at + 1],
      [name, at + 1],
    ])
  })

  it('never gives slang one reading when its readings differ by ten: units and doubtful words are apart', () => {
    const { units, doubtful } = shippedAmountWords()
    const sure = new Set(units.flatMap((unit) => [...unit.say, ...unit['only-marked']]))
    for (const slang of doubtful) {
      expect([...slang.say, ...slang['only-marked']].filter((word) => sure.has(word))).toEqual([])
    }
  })
})
