import { describe, expect, test } from 'vitest'
import type { AnswerContext } from '../../../src/catalogue/answers/answer-card.ts'
import { answerSection, answerSections } from '../../../src/catalogue/answers/answer-section.ts'
import { parseCatalogueChoice } from '../../../src/catalogue/answers/choice-payload.ts'
import { listItem } from '../../../src/catalogue/answers/display.ts'
import { parseCatalogueFiles } from '../../../src/catalogue/formats/parse-catalogue.ts'
import { type Procedure, sections } from '../../../src/catalogue/procedure.ts'
import { updateCatalogue } from '../../../src/catalogue/update-catalogue.ts'
import { formatProblem } from '../../../src/lib/problem.ts'
import {
  answerWords,
  bodies,
  checkTexts,
  hasReference,
  readSource,
  referenceFolder,
  shippedAgency,
  shippedProcedures,
  skipReason,
} from '../read-content.ts'

/** An agency with every contact filled in, so that its numbers reach the answers too. */
const contact = { address: '8765 đường A', phone: '0258 4433221', hours: '7h31' }
const agency = {
  ...shippedAgency,
  hotlines: { ask: '0258 9988776' },
  oneStop: { name: shippedAgency.oneStop.name, contact },
  moved: shippedAgency.moved.map((row) => ({ ...row, from: '2025-03-01', confirmed: true })),
}
const context: AnswerContext = { agency, texts: answerWords, today: '2031-12-30', staleAfterDays: 1 }

const linkPattern = /https?:\/\/[^\s"\\)]+/g
/** Digits with the dots of amounts inside them: "600.000" is one number. */
const numberPattern = /\d+(?:\.\d{3})*(?!\d)|\d+/g
const agencyText = JSON.stringify(agency)

function numbersIn(text: string): Set<string> {
  const numbers = new Set<string>()
  for (const [number] of text.matchAll(numberPattern)) {
    numbers.add(number.replaceAll('.', ''))
    for (const part of number.split('.')) numbers.add(part)
  }
  return numbers
}

const agencyNumbers = numbersIn(agencyText)

interface Source {
  source: string
  numbers: ReadonlySet<string>
}

function sourceOf(procedure: Procedure): Source {
  const source = JSON.stringify(procedure)
  return { source, numbers: numbersIn(source) }
}

/** Numbers and links of an answer that neither the record nor the agency file holds. */
function inventedIn(answer: string, { source, numbers }: Source): string[] {
  const links = [...answer.matchAll(linkPattern)].map(([link]) => link)
  const plain = answer.replace(linkPattern, ' ')
  return [
    ...links.filter((link) => !source.includes(link) && !agencyText.includes(link)),
    ...[...plain.matchAll(numberPattern)]
      .map(([number]) => number.replaceAll('.', ''))
      .filter((number) => !numbers.has(number) && !agencyNumbers.has(number)),
  ]
}

/** What a person reads who asks for the papers and taps every case that is offered. */
function allPapers(procedure: Procedure): string {
  const card = answerSection(procedure, 'documents', context)
  const cases = card.buttons.flatMap(({ choice }) => {
    const tapped = parseCatalogueChoice(choice ?? '')
    return tapped?.kind === 'procedure' && tapped.documentCase ? [tapped.documentCase] : []
  })
  const ofCases = cases.map((documentCase) => {
    return answerSections(procedure, ['documents'], context, { documentCase }).text
  })
  return [card.text, ...ofCases].join('\n')
}

const freeWords = answerWords.say('answer.fee.free')

function checkAll(procedures: readonly Procedure[]): void {
  expect(procedures.length).toBeGreaterThan(0)
  for (const procedure of procedures) {
    const source = sourceOf(procedure)
    /** The source stands under every section; once is enough to check it. */
    const checked = new Set<string>()
    for (const section of sections) {
      const [replaced] = procedure.replaces ?? []
      const { text, buttons } = answerSections(procedure, [section], context, { replaced })
      const fresh = text.split('\n\n').filter((block) => !checked.has(block))
      for (const block of fresh) checked.add(block)
      const faults = inventedIn(fresh.join('\n\n'), source)
      if (!text.includes(procedure.code)) faults.push('code is missing')
      if (procedure.url && !text.includes(procedure.url)) faults.push('link is missing')
      if (
        !procedure.local &&
        procedure.fee.kind !== 'free' &&
        section === 'fee' &&
        text.includes(freeWords)
      ) {
        faults.push('says free')
      }
      if (buttons.some(({ choice }) => new TextEncoder().encode(choice).length > 64)) {
        faults.push('a payload is too long')
      }
      // One assertion a record and section would take longer than all the answers.
      if (faults.length > 0) expect.fail(`${procedure.code} ${section}: ${faults.join(', ')}`)
    }
    const papers = allPapers(procedure)
    for (const item of procedure.documents?.flatMap((group) => group.items) ?? []) {
      const name = listItem(item.name)
      if (!papers.includes(name)) expect.fail(`${procedure.code}: the paper "${name}" is missing`)
    }
  }
}

test('the check itself finds an invented number, date and link', () => {
  const source = sourceOf(shippedProcedures()[0]!)
  expect(inventedIn('phí 777.777 đồng', source)).toEqual(['777777'])
  expect(inventedIn('ngày 31/13/1871', source)).toContain('1871')
  expect(inventedIn('https://example.vn/x', source)).toEqual(['https://example.vn/x'])
})

test('feature 24: every number, date and link of every answer of the shipped catalogue is in the record', () => {
  checkAll(shippedProcedures())
})

/** Over 60,000 answers, some seconds on an idle machine; a busy one is no fault of theirs. */
const nationalMs = 180_000

describe.skipIf(!hasReference)(`feature 24: over the national data ${hasReference ? '' : skipReason}`, () => {
  const files = [
    'dvcqg-index-2026-07.csv',
    'dvcqg-details-labour-social.json',
    'dvcqg-details-other.json',
    'dvcqg-details-6-ministries.json',
    'dvcqg-details-transcribed.json',
    'bqp-details-2025.json',
  ]
  const parsed = hasReference
    ? parseCatalogueFiles(
        files.map((name) => readSource(`${referenceFolder}/${name}`)),
        { texts: checkTexts, bodies },
      )
    : undefined
  if (parsed?.kind === 'problems') throw new Error(parsed.problems.map(formatProblem).join('\n'))
  const layers = parsed?.layers ?? { listed: [], scopes: [], details: [], own: [] }
  const updated = updateCatalogue([], layers, checkTexts)
  const national = updated.kind === 'procedures' ? updated.procedures : []

  test(
    'the whole catalogue as it is imported: list and details',
    () => {
      expect(national.length).toBeGreaterThan(5_600)
      checkAll(national)
    },
    nationalMs,
  )

  test(
    'details that the list lacks',
    () => {
      const listed = new Set(layers.listed.map(({ code }) => code))
      checkAll(layers.details.filter(({ code }) => !listed.has(code)))
    },
    nationalMs,
  )

  test(
    'with local time, fee and place, one that is no more, one that took the place of another',
    () => {
      const decision = { number: '7531/2026/QĐ-UBND', date: '2026-09-17', by: 'UBND tỉnh Khánh Hòa' }
      const facts = {
        decision,
        time: '19 ngày làm việc',
        fee: { kind: 'stated' as const, lines: [{ amountVnd: 123_000, note: 'mức 4' }] },
        place: '5 đường B',
      }
      const changed = national.filter((_, i) => i % 25 === 0)
      expect(changed.length).toBeGreaterThan(200)
      checkAll(
        changed.map((procedure) => ({
          ...procedure,
          local: [facts],
          goneSince: '2026-08',
          replaces: [{ code: '1.999999', name: 'Tên cũ 77' }],
        })),
      )
    },
    nationalMs,
  )
})
