import { expect, test } from 'vitest'
import { parseCatalogue } from '../../../src/catalogue/formats/parse-catalogue.ts'
import { checkTexts } from '../read-content.ts'

const rules = { texts: checkTexts, bodies: new Set<string>() }
const list = {
  name: 'danh-sach-2026-07.csv',
  text: 'code,name,issuer,executing_agency,field,url\n1.000001,A,,,F,https://a.vn/1\n1.000002,B,,,F,https://a.vn/2\n',
}
const details = {
  name: 'chi-tiet.json',
  text: JSON.stringify([
    { code: '1.000001', name: 'a', field: 'F', steps: 'Nộp', source_date: '2026-07' },
    { code: '1.000009', name: 'rút', field: 'F', source_date: '2026-07' },
  ]),
}
const own = {
  name: 'rieng.yaml',
  text: "about: x\nprocedures:\n  - { code: '1.000002', name: B, field: F, sourceDate: '2026-09', aliases: [bê] }\n",
}

test('list, details and own records together: the list decides what exists, own records win', () => {
  const parsed = parseCatalogue([own, details, list], rules)
  expect(parsed).toMatchObject({
    kind: 'procedures',
    procedures: [
      { code: '1.000001', name: 'A', steps: ['Nộp'] },
      { code: '1.000002', aliases: ['bê'], sourceDate: '2026-09' },
    ],
  })
  expect(parsed.kind === 'procedures' && parsed.procedures).toHaveLength(2)
})

test('details without a list stand for themselves', () => {
  const parsed = parseCatalogue([details], rules)
  expect(parsed.kind === 'procedures' && parsed.procedures.map(({ code }) => code)).toEqual([
    '1.000001',
    '1.000009',
  ])
})

test('problems of all files at once, nothing taken; an unknown format is one of them', () => {
  const parsed = parseCatalogue(
    [list, { name: 'x.json', text: '{' }, { name: 'y.yaml', text: 'about: x' }, { name: 'z.xlsx', text: '' }],
    rules,
  )
  expect(parsed.kind === 'problems' && [...new Set(parsed.problems.map(({ file }) => file))].sort()).toEqual([
    'x.json',
    'y.yaml',
    'z.xlsx',
  ])
})
