import { describe, expect, it } from 'vitest'
import { buildSearch } from '../../../src/catalogue/search/build-search.ts'
import { loadContent } from '../../../src/content.ts'

const { procedures, intents, weights } = loadContent('.', 'data/agency.yaml')
const search = buildSearch(procedures, intents, weights)
const codesOf = (question: string) => {
  const outcome = search.search(question)
  if (outcome.kind === 'answer') return [outcome.procedure.code]
  return outcome.kind === 'choices' ? outcome.procedures.map(({ code }) => code) : []
}

describe('the shipped catalogue', () => {
  it('answers a question without marks for the section that it asks', () => {
    const outcome = search.search('lam giay phep lao dong cho nguoi nuoc ngoai can giay to gi')
    expect(outcome).toMatchObject({
      kind: 'answer',
      procedure: { code: '1.014199' },
      sections: ['documents'],
    })
  })

  it.each([
    ['trợ cấp thất nghiệp', '1.014748'],
    ['tro cap mai tang nguoi co cong', '1.010824'],
    ['giaays phesp lao ddoongj', '1.014199'],
    ['gia hạn GPLĐ', '1.014201'],
    ['giay phep lao dog', '1.014199'],
    ['công ty đăng ký nội quy', '2.001955'],
  ])('finds %s', (question, code) => {
    expect(codesOf(question)).toContain(code)
  })

  it('gives up to five choices, never one', () => {
    for (const question of ['trợ cấp', 'giấy phép', 'người có công', 'dk hoc nghe', 'học nghề']) {
      const outcome = search.search(question)
      if (outcome.kind === 'choices') {
        expect(outcome.procedures.length).toBeGreaterThanOrEqual(2)
        expect(outcome.procedures.length).toBeLessThanOrEqual(5)
      }
    }
  })

  it.each(['phí bao nhiêu', 'còn lệ phí?', 'lệ phí hết bao nhiêu tiền ạ'])(
    'hears only a section in "%s"',
    (question) => {
      expect(search.search(question)).toEqual({ kind: 'only-sections', sections: ['fee'] })
      expect(search.sectionsAsked(question)).toEqual(['fee'])
    },
  )

  it('keeps several needs in order', () => {
    expect(search.sectionsAsked('giấy phép lao động phí bao nhiêu, nộp ở đâu')).toEqual(['fee', 'place'])
  })

  it.each(['', '   ', '???', '😀😀', 'asdfgh', 'xin chào', 'a'.repeat(10_000)])(
    'finds nothing in odd text',
    (text) => {
      expect(search.search(text)).toEqual({ kind: 'not-found' })
    },
  )

  it('opens a procedure by its code, with or without the local tail', () => {
    expect(search.byCode('1.014199.000.00.00.H56')?.code).toBe('1.014199')
    expect(codesOf('cho hỏi thủ tục 1.014199')).toEqual(['1.014199'])
    expect(search.byCode('9.999999')).toBeUndefined()
  })

  it('finds each procedure by the aliases that staff gave it', () => {
    const asked = procedures.flatMap(({ code, aliases }) => (aliases ?? []).map((alias) => ({ code, alias })))
    const missed = asked.filter(({ code, alias }) => !codesOf(alias).includes(code))
    expect(asked.length).toBeGreaterThan(100)
    expect(missed.length / asked.length).toBeLessThan(0.04)
  })
})

describe('topics that are no procedure', () => {
  const tests = intents.topics.flatMap(({ topic, test }) =>
    (test ?? []).map((question) => ({ topic, question })),
  )

  it.each(tests)('$topic: $question', ({ topic, question }) => {
    const outcome = search.search(question)
    expect(['other', 'not-found', 'only-sections']).toContain(outcome.kind)
    const mustBeHeard = ['report', 'danger', 'dossier-status'].includes(topic)
    if (mustBeHeard) expect(outcome).toEqual({ kind: 'other', topic })
  })
})

describe('without trained weights', () => {
  it('keeps to BM25 and never answers outright', () => {
    const plain = buildSearch(procedures, intents)
    const outcome = plain.search('giấy phép lao động')
    expect(outcome.kind).toBe('choices')
  })
})
