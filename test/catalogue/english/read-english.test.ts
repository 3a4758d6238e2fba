import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shownOrder } from '../../../src/catalogue/search/build-search.ts'
import { fold } from '../../../src/catalogue/text/fold.ts'
import { shipped } from '../../support/talk.ts'
import { skipReason } from '../read-content.ts'
import { hasNationalCatalogue, nationalSearch } from '../search/national-catalogue.ts'

const { content } = shipped()
const { reader, words } = content.english

describe('recognising English (row 33)', () => {
  it.each([
    'work permit renewal fee',
    'how to extend my visa',
    'temporary residence card',
    'driving licence exchange',
    'marriage registration with Vietnamese',
    'criminal record certificate',
    'register business household',
    'how long does it take?',
    'how to get my TRC in Nha Trang',
    'My name is Nguyen Van An, I need a work permit',
    'how do I fly to the moon',
  ])('%s is English', (text) => expect(reader.languageOf(text)).toBe('en'))

  it.each(['visa', 'ok', 'online', '1.014199', '😀', 'hello'])('%s is neither', (text) =>
    expect(reader.languageOf(text)).toBeUndefined(),
  )

  it.each([
    'xin work permit cho nguoi han',
    'gia han visa cho nguoi nuoc ngoai',
    'work permit gia hạn ở đâu',
    'the can cuoc lam o dau',
    'cho toi hoi to khai online',
    'lam passport can gi',
    'thẻ visa',
    'giaays phesp lao ddoongj',
  ])('%s is not', (text) => expect(reader.languageOf(text)).not.toBe('en'))

  /** English on purpose among the Vietnamese test questions. */
  const isOurEnglish = (text: string) =>
    /^(?:how are you|can you speak english|tell me a joke|(?:renew )?work permit)/i.test(text)

  it('takes no Vietnamese test question, procedure name or alias for English, with marks or without', () => {
    const files = ['on-and-off-topic.jsonl', 'sections.jsonl'].map(
      (name) => `test/catalogue/search/questions/${name}`,
    )
    const lines = files.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => (JSON.parse(line) as { question: string }).question),
    )
    lines.push(
      ...content.intents.layWords.flatMap(({ test }) => (test ? [test.ask] : [])),
      ...content.intents.topics.flatMap(({ test }) => test ?? []),
      ...content.procedures.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]),
    )
    expect(lines.length).toBeGreaterThan(1_000)
    const wrong = lines
      .flatMap((line) => [line, fold(line)])
      .filter((line) => !isOurEnglish(line) && reader.languageOf(line) === 'en')
    expect(wrong).toEqual([])
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        reader.languageOf(text)
        reader.translate(text)
        reader.command(text)
      }),
    )
  })
})

describe('translating', () => {
  it('says what is to be done first and the section last', () => {
    expect(reader.translate('work permit renewal fee')).toBe(
      'gia hạn giấy phép lao động đối với người lao động nước ngoài làm việc tại Việt Nam lệ phí bao nhiêu',
    )
    expect(reader.translate('fee of 1.014199')).toBe('1.014199 lệ phí bao nhiêu')
  })

  it('knows nothing of other things', () => expect(reader.translate('fly to the moon')).toBeUndefined())
})

const tests = [...words.things, ...words.actions, ...words.asked].flatMap(({ test }) => (test ? [test] : []))

it('has a test question for at least 110 things', () => expect(tests.length).toBeGreaterThan(110))

describe.runIf(hasNationalCatalogue)('each English phrase finds its procedure', () => {
  it.each(tests)(
    '$ask',
    ({ ask, finds }) => {
      expect(reader.languageOf(ask)).toBe('en')
      const { outcome, ranking } = nationalSearch().explain(reader.translate(ask) ?? '')
      expect(['answer', 'choices']).toContain(outcome.kind)
      const first = shownOrder(ranking)
        .slice(0, 5)
        .map(({ code }) => code)
      expect(
        first.some((code) => finds.includes(code)),
        first.join(' '),
      ).toBe(true)
    },
    30_000,
  )
})

it.skipIf(hasNationalCatalogue)(`English phrases ${skipReason}`, () => {})
