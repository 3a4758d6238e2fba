import { expect, test } from 'vitest'
import { type Procedure, procedureSchema } from '../../../src/catalogue/procedure.ts'
import { searchOffice } from '../../../src/catalogue/search/catalogue-facts.ts'
import { ownFieldsFirst } from '../../../src/catalogue/search/own-fields.ts'
import type { Group } from '../../../src/catalogue/search/rank.ts'
import { shippedAgency } from '../read-content.ts'

const procedure = (code: string, field: string): Procedure =>
  procedureSchema.parse({ code, name: 'A', field, sourceDate: '2026-07' })
const candidate = (code: string, field: string, score: number) => ({
  procedure: procedure(code, field),
  score,
  features: new Float64Array(),
})
type Row = [code: string, field: string, score: number]
function group(...rows: Row[]): Group {
  const members = rows.map((row) => candidate(...row))
  return { best: members[0]!, members, score: members[0]!.score }
}

const prefer = ownFieldsFirst({ fields: ['Việc làm'] })
const codes = (ranking: readonly Group[]) => ranking.map(({ best }) => best.procedure.code)

test('near ties go to the own field, among copies of one name and among neighbours', () => {
  const copies = group(['1.000001', 'Y tế', 2], ['1.000002', 'Việc làm', 1.9])
  expect(codes(prefer([copies]))).toEqual(['1.000002'])
  const ranking = prefer([group(['1.000001', 'Y tế', 2]), group(['1.000002', 'Việc làm (G09-LĐ01)', 1.9])])
  expect(codes(ranking)).toEqual(['1.000002', '1.000001'])
  expect(ranking.map(({ score }) => score)).toEqual([2, 1.9])
})

test('what the question says clearly stays, and so does everything without own fields', () => {
  const ranking = [
    group(['1.000001', 'Y tế', 2], ['1.000003', 'Việc làm', 1.5]),
    group(['1.000002', 'Việc làm', 1.7]),
  ]
  expect(codes(prefer(ranking))).toEqual(['1.000001', '1.000002'])
  expect(ownFieldsFirst({})(ranking)).toBe(ranking)
})

test('the shipped agency file names its province and fields', () => {
  const { province, fields } = searchOffice(shippedAgency)
  expect(province).toBe('tỉnh Khánh Hòa')
  expect(fields).toContain('Người có công')
})
