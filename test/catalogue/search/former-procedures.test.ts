import { expect, test } from 'vitest'
import { type Procedure, procedureSchema } from '../../../src/catalogue/procedure.ts'
import { buildSearch } from '../../../src/catalogue/search/build-search.ts'
import { followFormer, searchable } from '../../../src/catalogue/search/former-procedures.ts'
import type { ProcedureSearch } from '../../../src/catalogue/search-outcome.ts'
import { loadContent } from '../../../src/content.ts'

const procedure = (code: string, name: string, parts: object = {}): Procedure =>
  procedureSchema.parse({ code, name, field: 'F', sourceDate: '2026-07', ...parts })

const permit = procedure('1.014199', 'Cấp giấy phép lao động mới', {
  replaces: [{ code: '2.000205', name: 'Cấp giấy phép lao động cũ' }],
})
const gone = procedure('1.000001', 'Cấp sổ lao động', { goneSince: '2026-08' })
const twin = procedure('1.000002', 'Cấp thẻ', { goneSince: '2026-08' })
const now = procedure('1.000003', 'CẤP THẺ')
const all = [permit, gone, twin, now]

/** Answers with the permit whatever is asked. */
function searchOver(procedures: readonly Procedure[]): ProcedureSearch {
  const known = new Map(searchable(procedures).map((item) => [item.code, item]))
  return followFormer(
    {
      search: () => ({ kind: 'answer', procedure: permit, sections: [] }),
      byCode: (code) => known.get(code),
      sectionsAsked: (text) => (text.includes('phí') ? ['fee'] : []),
    },
    procedures,
  )
}
const search = searchOver(all)

test('an old code leads to what replaced it, with the section asked', () => {
  expect(search.search('mã 2.000205 lệ phí bao nhiêu')).toMatchObject({
    kind: 'answer',
    procedure: { code: '1.014199' },
    sections: ['fee'],
    replaced: { code: '2.000205', name: 'Cấp giấy phép lao động cũ' },
  })
  expect(search.search('2.000205.000.00.00.H17')).toMatchObject({ replaced: { code: '2.000205' } })
  expect(search.byCode('2.000205')).toMatchObject({ code: '1.014199' })
})

test('an old name leads there too; the name of today says nothing of the old one', () => {
  expect(search.search('cap giay phep lao dong cu?')).toMatchObject({ replaced: { code: '2.000205' } })
  expect(search.search('Cấp giấy phép lao động mới')).not.toHaveProperty('replaced')
  expect(search.search('giấy phép lao động')).not.toHaveProperty('replaced')
})

test('a code that is still published is answered itself', () => {
  const active = procedure('2.000205', 'Cấp giấy phép lao động cũ')
  expect(searchOver([...all, active]).byCode('2.000205')).toEqual(active)
})

test('what is no more is found by its code; by name only where nothing of that name is left', () => {
  expect(search.byCode('1.000001')).toEqual(gone)
  expect(search.byCode('1.000002')).toEqual(twin)
  expect(searchable(all).map(({ code }) => code)).toEqual(['1.014199', '1.000001', '1.000003'])
})

test('chains of replacements are followed, rings lead nowhere', () => {
  const chain = [
    procedure('1.000010', 'C', { replaces: [{ code: '1.000011' }] }),
    procedure('1.000011', 'B', { goneSince: '2026-08', replaces: [{ code: '1.000012' }] }),
  ]
  expect(searchOver(chain).byCode('1.000012')?.code).toBe('1.000010')
  const ring = [
    procedure('1.000011', 'B', { goneSince: '2026-08', replaces: [{ code: '1.000012' }] }),
    procedure('1.000012', 'A', { goneSince: '2026-08', replaces: [{ code: '1.000011' }] }),
  ]
  expect(searchOver(ring).byCode('1.000012')?.code).toBe('1.000012')
})

test('the shipped table: each confirmed old code is answered, the unconfirmed are not', () => {
  const { procedures, intents, weights } = loadContent('.', 'data/agency.yaml')
  const shipped = buildSearch(procedures, intents, weights)
  for (const [old, by] of [
    ['2.000205', '1.014199'],
    ['2.000192', '1.014200'],
    ['1.009811', '1.014201'],
    ['1.000459', '1.014196'],
  ]) {
    expect(shipped.search(`thủ tục ${old} cần giấy tờ gì`)).toMatchObject({
      kind: 'answer',
      procedure: { code: by },
      replaced: { code: old },
    })
  }
  expect(shipped.byCode('1.000105')).toBeUndefined()
})
