import { describe, expect, test } from 'vitest'
import type { AnswerContext } from '../../../src/catalogue/answers/answer-card.ts'
import { answerSection, answerSections } from '../../../src/catalogue/answers/answer-section.ts'
import { parseCatalogueChoice } from '../../../src/catalogue/answers/choice-payload.ts'
import { listItem } from '../../../src/catalogue/answers/display.ts'
import { parseCatalogueCsv } from '../../../src/catalogue/formats/parse-csv.ts'
import { parseCatalogueJson } from '../../../src/catalogue/formats/parse-json.ts'
import { type Procedure, sections } from '../../../src/catalogue/procedure.ts'
import {
  answerWords,
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
    for (const section of sections) {
      const { text, buttons } = answerSection(procedure, section, context)
      const faults = inventedIn(text, source)
      if (!text.includes(procedure.code)) faults.push('code is missing')
      if (procedure.url && !text.includes(procedure.url)) faults.push('link is missing')
      if (procedure.fee.kind !== 'free' && section === 'fee' && text.includes(freeWords)) {
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

test('every number, date and link of every answer of the shipped catalogue is in the record', () => {
  checkAll(shippedProcedures())
})

describe.skipIf(!hasReference)(`over the national data ${hasReference ? '' : skipReason}`, () => {
  test.each([
    'dvcqg-details-labour-social.json',
    'dvcqg-details-other.json',
    'dvcqg-details-6-ministries.json',
    'dvcqg-details-transcribed.json',
    'bqp-details-2025.json',
  ])('%s', (name) => {
    const parsed = parseCatalogueJson(readSource(`${referenceFolder}/${name}`), { texts: checkTexts })
    checkAll(parsed.kind === 'procedures' ? parsed.procedures : [])
  })

  test('the index alone', () => {
    const file = readSource(`${referenceFolder}/dvcqg-index-2026-07.csv`)
    const parsed = parseCatalogueCsv(file, { texts: checkTexts })
    checkAll(parsed.kind === 'procedures' ? parsed.procedures : [])
  })
})
