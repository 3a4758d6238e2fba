import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cleanText } from '../../src/catalogue/formats/clean-text.ts'
import { parseCatalogueCsv } from '../../src/catalogue/formats/parse-csv.ts'
import type { Procedure } from '../../src/catalogue/procedure.ts'
import {
  checkTexts,
  hasReference,
  readSource,
  referenceFolder,
  shippedProcedures,
  skipReason,
} from './read-content.ts'

const shipped = shippedProcedures()

const feeWords = {
  free: [
    '"0 đồng", "miễn phí" or the like',
    /(?<![\d.,])0 ?đồng|miễn (?:lệ )?phí|không (?:thu|mất|phải (?:nộp|đóng)) (?:lệ )?phí/i,
  ],
  stated: ['an amount', /\d ?(?:đồng|đ\b|việt nam đồng)/i],
  'set-by-province': ['that the council decides', /Hội đồng nhân dân/i],
} as const

/** Our records agree with the published copies that they were written from. */
describe.skipIf(!hasReference)(`shipped facts ${hasReference ? '' : skipReason}`, () => {
  const listed = hasReference ? readIndex() : new Map<string, Procedure>()
  const details = hasReference ? readDetails() : new Map<string, string>()

  test('every code exists, with the official name, issuer, field and link', () => {
    const faults = shipped.flatMap((procedure) => {
      const official = listed.get(procedure.code)
      if (!official) return [`${procedure.code}: not in the national index`]
      return (['name', 'issuer', 'field', 'url'] as const)
        .filter((part) => sameWords(procedure[part]) !== sameWords(official[part]))
        .map((part) => `${procedure.code} ${part}: "${procedure[part]}" but published "${official[part]}"`)
    })
    expect(faults).toEqual([])
  })

  test('every number in fees, times, decisions and counts of sets is in the published record', () => {
    const checked = shipped.filter((procedure) => details.has(procedure.code))
    expect(checked.length).toBeGreaterThan(0)
    const faults = checked.flatMap((procedure) => {
      const source = numbersIn(details.get(procedure.code)!)
      return numbersOfFacts(procedure)
        .filter(({ number }) => !source.has(number))
        .map(({ number, where }) => `${procedure.code} ${where}: ${number} is not in the published record`)
    })
    expect(faults).toEqual([])
  })

  test('every number in papers, steps, requirements and laws is in the published record', () => {
    const faults = shipped.flatMap((procedure) => {
      const published = details.get(procedure.code)
      if (!published) return []
      const source = numbersIn(published)
      const { documents, steps, requirements, results, legalBasis, filingPlace } = procedure
      const texts = JSON.stringify({
        names: namesOf(documents),
        steps,
        requirements,
        results,
        legalBasis,
        filingPlace,
      })
      return [...numbersIn(texts)]
        .filter((number) => !source.has(number))
        .map((number) => `${procedure.code}: ${number} is not in the published record`)
    })
    expect(faults).toEqual([])
  })

  test('a fee is never called free or stated where the published record is silent', () => {
    const faults = shipped.flatMap(({ code, fee }) => {
      const published = details.get(code)
      if (fee.kind === 'unknown') return []
      if (!published) return [`${code}: fee is ${fee.kind}, but there is no published detail`]
      const [says, words] = feeWords[fee.kind]
      return words.test(published) ? [] : [`${code}: fee is ${fee.kind}, but the record does not say ${says}`]
    })
    expect(faults).toEqual([])
  })

  test('a record without published detail states only what the index has', () => {
    const faults = shipped
      .filter((procedure) => !details.has(procedure.code))
      .filter(({ methods, documents, steps }) => methods ?? documents ?? steps)
      .map(({ code }) => `${code}: has times, papers or steps, but no published detail to read them from`)
    expect(faults).toEqual([])
  })
})

test('dates of the data are not in the future of the newest one that the sources have', () => {
  const dates = new Set(shipped.map((procedure) => procedure.sourceDate))
  for (const date of dates) expect(date <= '2026-11').toBe(true)
})

function readIndex(): Map<string, Procedure> {
  const parsed = parseCatalogueCsv(readSource(`${referenceFolder}/dvcqg-index-2026-07.csv`), {
    texts: checkTexts,
  })
  if (parsed.kind === 'problems') throw new Error('the national index does not parse')
  return new Map(parsed.procedures.map((procedure) => [procedure.code, procedure]))
}

/** The whole published record of a code as text; several crawls of one code are read together. */
function readDetails(): Map<string, string> {
  const recordsSchema = z.array(z.looseObject({ code: z.string() }))
  const texts = new Map<string, string>()
  for (const name of ['labour-social', 'other', '6-ministries', 'transcribed']) {
    const file = `${referenceFolder}/dvcqg-details-${name}.json`
    for (const record of recordsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))) {
      // Digits of addresses are no facts.
      const { url: _, source: __, ...facts } = record
      texts.set(record.code, `${texts.get(record.code) ?? ''}\n${JSON.stringify(facts)}`)
    }
  }
  return texts
}

function numbersOfFacts(procedure: Procedure): { where: string; number: string }[] {
  const facts = {
    time: (procedure.methods ?? []).map((method) => `${method.time ?? ''} ${method.note ?? ''}`).join(' '),
    fee:
      procedure.fee.kind === 'stated'
        ? procedure.fee.lines.map((line) => `${line.amountVnd} ${line.note ?? ''}`).join(' ')
        : '',
    decision: `${procedure.decision?.number ?? ''} ${procedure.decision?.date ?? ''}`,
    sets: `${procedure.dossierSets ?? ''}`,
  }
  return Object.entries(facts).flatMap(([where, text]) => {
    return [...numbersIn(text)].map((number) => ({ where, number }))
  })
}

function namesOf(documents: Procedure['documents']): string[] {
  return documents?.flatMap((group) => [group.when ?? '', ...group.items.map((item) => item.name)]) ?? []
}

/** Whole numbers without leading zeros; "600.000" and "1,200,000" are one number. */
function numbersIn(text: string): Set<string> {
  const numbers = text.match(/\d+(?:[.,]\d{3})+(?!\d)|\d+/g) ?? []
  return new Set(
    numbers
      .flatMap((number) => [number.replace(/[.,]/g, ''), ...number.split(/[.,]/)])
      .map((n) => n.replace(/^0+(?=\d)/, '')),
  )
}

/** Published names differ in blanks and a final dot only. */
function sameWords(text: string | undefined): string {
  return cleanText(text ?? '').replace(/[\s.]+$/, '')
}
