import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseReportWords, reportTalkKinds } from '../../src/reports/report-words.ts'
import { checkTexts, readSource } from '../catalogue/read-content.ts'
import { classifyReport, readSentences } from './classify/shipped-classifier.ts'

function measure(name: string) {
  const sentences = readSentences(name)
  const misses = sentences.flatMap(({ text, kind, line }) => {
    const got = classifyReport(text).kind
    return got === kind ? [] : [{ line, text, kind, got }]
  })
  const right = sentences.length - misses.length
  console.info(name, `${right}/${sentences.length}`, misses)
  return { total: sentences.length, share: right / sentences.length, misses }
}

describe('what people tell about the service', () => {
  it('is recognised in the sentences that the words were chosen with', () => {
    const { total, share, misses } = measure('sentences.txt')
    expect(total).toBeGreaterThanOrEqual(120)
    expect(share).toBeGreaterThanOrEqual(0.97)
    expect(misses.filter(({ kind }) => kind === 'danger' || kind === 'none')).toEqual([])
  })

  it('is recognised in sentences set apart', () => {
    const { total, share, misses } = measure('sentences-held-out.txt')
    expect(total).toBeGreaterThanOrEqual(40)
    expect(share).toBeGreaterThanOrEqual(0.8)
    expect(misses.filter(({ kind }) => kind === 'danger')).toEqual([])
  })

  it.each([
    ['không ai vòi tiền', 'none'],
    ['ko phải lót tay gì', 'none'],
    ['không đưa tiền thì không làm', 'informal-payment'],
    ['chưa từng bị đòi phong bì', 'none'],
  ])('a denial is no report, a condition is: %s', (text, kind) => {
    expect(classifyReport(text).kind).toBe(kind)
  })

  it('is as sure without marks, in NFD and in capitals', () => {
    const text = 'cán bộ đòi phong bì mới chịu làm'
    const kinds = [text, text.normalize('NFD'), text.toUpperCase(), 'can bo doi phong bi moi chiu lam']
    expect(kinds.map((said) => classifyReport(said).kind)).toEqual(kinds.map(() => 'informal-payment'))
  })

  it('is less sure when two kinds are told at once', () => {
    const one = classifyReport('hồ sơ bị ngâm 3 tháng')
    const two = classifyReport('hồ sơ bị ngâm 3 tháng, phải lót tay')
    expect(two.confidence).toBeLessThan(one.confidence)
  })

  it('never throws, and confidence is between 0 and 1', () => {
    const parts = readSentences('sentences.txt').map(({ text }) => text)
    const message = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((list) => list.join(' ')),
    )
    fc.assert(
      fc.property(message, (text) => {
        const { kind, confidence } = classifyReport(text)
        expect([...reportTalkKinds, 'none']).toContain(kind)
        expect(confidence).toBeGreaterThanOrEqual(0)
        expect(confidence).toBeLessThanOrEqual(1)
      }),
      { numRuns: 500 },
    )
  })
})

describe('intents/reports.yaml', () => {
  it('with a mistake is refused with its line', () => {
    const { name, text } = readSource('intents/reports.yaml')
    const lines = text.split('\n')
    const at = lines.findIndex((line) => line.includes('kind: delay'))
    const parsed = parseReportWords({ name, text: lines.with(at, '  - kind: late').join('\n') }, checkTexts)
    expect(parsed.kind === 'problems' && parsed.problems.map(({ line }) => line)).toEqual([at + 1])
  })
})
