import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Procedure, procedureSchema } from '../../../src/catalogue/procedure.ts'
import { buildSearch } from '../../../src/catalogue/search/build-search.ts'
import { searchable } from '../../../src/catalogue/search/former-procedures.ts'
import { indexKey } from '../../../src/catalogue/search/pack-index.ts'
import { joinSayings } from '../../../src/catalogue/search/search-intents.ts'
import { fold } from '../../../src/catalogue/text/fold.ts'
import { loadContent } from '../../../src/content.ts'
import { hasNationalCatalogue, nationalSearch } from './national-catalogue.ts'

const { procedures, intents, weights } = loadContent('.', 'data/agency.yaml')
const shippedCodes = new Set(procedures.map(({ code }) => code))

const procedure = (code: string, name: string): Procedure =>
  procedureSchema.parse({ code, name, field: 'Hộ tịch', sourceDate: '2026-07' })
const catalogue = [
  procedure('1.000001', 'Đăng ký khai tử'),
  procedure('1.000002', 'Cấp giấy xác nhận tình trạng hôn nhân'),
  procedure('1.000003', 'Đăng ký giám hộ'),
  procedure('1.000004', 'Đăng ký khai tử'),
]
const said = joinSayings([
  { '1.000001': ['báo cho xã biết ông cụ vừa qua đời'] },
  { '1.000003': ['cậu út trông hai đứa nhỏ thay bố mẹ'] },
])
const search = buildSearch(catalogue, { ...intents, sayings: said }, weights)
const firstName = (question: string) => search.explain(question).ranking[0]?.best.procedure.name

describe('sayings', () => {
  it('lead to a procedure whose name has none of the words, with marks or without', () => {
    expect(firstName('cau ut trong hai dua nho')).toBe('Đăng ký giám hộ')
    expect(firstName('ông cụ vừa qua đời')).toBe('Đăng ký khai tử')
    const without = buildSearch(catalogue, { ...intents, sayings: new Map() }, weights)
    expect(without.explain('cau ut trong hai dua nho').ranking[0]?.best.procedure.name).not.toBe(
      'Đăng ký giám hộ',
    )
  })

  it('serve all copies of one name', () => {
    const codes = search.explain('ông cụ qua đời').ranking[0]?.members.map(({ procedure: { code } }) => code)
    expect(new Set(codes)).toEqual(new Set(['1.000001', '1.000004']))
  })

  it('of two codes are of twins: the first stands before the other and both are offered, unless one is named', () => {
    const names = { '1.000005': 'Hưởng trợ cấp ốm đau', '1.000006': 'Giải quyết hưởng chế độ ốm đau' }
    const both = [...catalogue, ...Object.entries(names).map(([code, name]) => procedure(code, name))]
    const sayings = joinSayings([{ '1.000006 1.000005': ['nghỉ ốm được hưởng tiền'] }])
    expect([...sayings.keys()]).toEqual(['1.000006', '1.000005'])
    const codesOf = (question: string, twins: [string, string][]) => {
      const outcome = buildSearch(both, { ...intents, sayings, twins: new Map(twins) }, weights).search(
        question,
      )
      return outcome.kind === 'choices' ? outcome.procedures.map(({ code }) => code) : [outcome.kind]
    }
    const question = 'nghi om duoc huong tien'
    expect(codesOf(question, [['1.000005', '1.000006']]).slice(0, 2)).toEqual(['1.000006', '1.000005'])
    expect(codesOf(question, [['1.000006', '1.000005']]).slice(0, 2)).toEqual(['1.000005', '1.000006'])
    // Who says the whole name of one means that one.
    expect(codesOf('hưởng trợ cấp ốm đau', [['1.000005', '1.000006']])).toEqual(['answer'])
  })

  it('are part of what a saved index depends on', () => {
    const indexed = searchable(catalogue)
    const key = (sayings: typeof said) => indexKey(indexed, { ...intents, sayings })
    expect(key(said)).toBe(key(new Map(said)))
    expect(key(said)).not.toBe(key(joinSayings([{ '1.000001': ['báo tử'] }])))
  })

  it('hold the other names of the shipped procedures, for when another catalogue is imported', () => {
    expect(intents.sayings.get('1.014199')).toContain('work permit')
  })

  it.runIf(hasNationalCatalogue)('are of procedures that the national list holds', () => {
    const { index } = nationalSearch()
    const groups = new Map(index.procedures.map(({ code }, at) => [code, index.nameGroups[at]!]))
    const strange = [...intents.sayings.keys()].filter((code) => !groups.has(code))
    // Shipped procedures that the list of 07/2026 no longer holds keep their names.
    expect(strange.filter((code) => !shippedCodes.has(code))).toEqual([])
  })

  it('name twins one way only', () => {
    const mains = new Set(intents.twins.values())
    expect([...intents.twins.keys()].filter((code) => mains.has(code))).toEqual([])
    expect(intents.twins.size).toBeGreaterThan(10)
  })

  it('stand in one place each', () => {
    const places = new Map<string, number>()
    for (const name of readdirSync('intents/sayings')) {
      const file: Record<string, string[]> = parse(readFileSync(`intents/sayings/${name}`, 'utf8'))
      for (const saying of Object.values(file).flat()) {
        const key = fold(saying)
        places.set(key, (places.get(key) ?? 0) + 1)
      }
    }
    expect([...places].flatMap(([saying, count]) => (count > 1 ? [saying] : []))).toEqual([])
  })

  it('name nobody and no office by number', () => {
    const texts = [...intents.sayings.values()].flat()
    expect(texts.filter((text) => /\d{6,}|@/.test(text))).toEqual([])
  })
})
