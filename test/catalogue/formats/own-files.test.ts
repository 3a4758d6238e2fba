import { expect, test } from 'vitest'
import { parseCatalogue, parseCatalogueFiles } from '../../../src/catalogue/formats/parse-catalogue.ts'
import { parseCatalogueYaml } from '../../../src/catalogue/formats/parse-yaml.ts'
import { formatProblem } from '../../../src/lib/problem.ts'
import { checkTexts } from '../read-content.ts'

const rules = { texts: checkTexts, bodies: new Set<string>() }
const own = {
  name: 'rieng.yaml',
  text: `about: x
procedures:
  - { code: '1.001776', name: Trợ cấp, field: F, sourceDate: '2026-07' }
  - { code: '1.014199', name: Giấy phép, field: F, sourceDate: '2026-07' }
`,
}
const yaml = (name: string, text: string) => ({ name, text })
const decision = "decision: { number: '12/QĐ-UBND', date: '2026-02-03', by: 'UBND tỉnh Khánh Hòa' }"

function said(...files: { name: string; text: string }[]): string[] {
  const parsed = parseCatalogue([own, ...files], rules)
  return parsed.kind === 'problems' ? parsed.problems.map(formatProblem) : []
}

const local = yaml(
  'dia-phuong.yaml',
  `about: x
local:
  - code: '1.001776'
    ${decision}
    time: '7 ngày làm việc'
  - code: '1.014199'
    decision: { kind: resolution, number: '8/NQ-HĐND', date: '2026-01-02', by: 'Hội đồng nhân dân tỉnh' }
    fee: { kind: stated, lines: [{ amountVnd: 600000 }] }
    place: 'Trung tâm A'
`,
)

test('local facts stand beside the national ones, in yaml and in json', () => {
  const facts = {
    decision: { number: '12/QĐ-UBND', date: '2026-02-03', by: 'UBND tỉnh Khánh Hòa' },
    time: '7 ngày làm việc',
  }
  const json = yaml(
    'dia-phuong.json',
    JSON.stringify({ about: 'x', local: [{ code: '1.001776', ...facts }] }),
  )
  for (const file of [local, json]) {
    const parsed = parseCatalogue([own, file], rules)
    expect(parsed).toMatchObject({ procedures: [{ code: '1.001776', local: [facts] }, { code: '1.014199' }] })
  }
  expect(parseCatalogueYaml([local, own], rules)).toMatchObject({ kind: 'procedures' })
})

test('mistakes in local facts are told with their line', () => {
  expect(
    said(
      yaml(
        'a.yaml',
        `about: x
local:
  - code: '1.001776'
    decision: { number: '1/QĐ', date: '3/2/2026', by: UBND }
    time: '7 ngày'
  - code: '1.001776'
    time: '7 ngày'
  - code: '1.1'
    ${decision}
    times: '7 ngày'
`,
      ),
    ).map((line) => line.split(':')[1]),
  ).toEqual(['4', '6', '8', '10'])
  const rest = said(
    yaml(
      'b.yaml',
      `about: x
local:
  - code: '1.001776'
    ${decision}
    time: '7 ngày'
  - code: '1.001776'
    ${decision}
    methods: [{ channel: post, time: '8 ngày' }]
  - code: '1.014199'
    ${decision}
  - code: '9.999999'
    ${decision}
    fee: { kind: free }
`,
    ),
  )
  expect(rest).toEqual([
    'b.yaml:6: Mục «time» của thủ tục 1.001776 đã có ở b.yaml:3. Giữ một bản, bỏ bản kia.',
    'b.yaml:9: Thủ tục 1.014199 chưa ghi gì riêng của địa phương. Thêm time, methods, fee hoặc place.',
  ])
  const unknown = yaml(
    'c.yaml',
    `about: x\nlocal:\n  - code: '9.999999'\n    ${decision}\n    fee: { kind: free }\n`,
  )
  expect(said(unknown)).toEqual([
    'c.yaml:3: Danh mục không có thủ tục 9.999999. Sửa mã hoặc nạp danh mục có mã này trước.',
  ])
})

const table = (...rows: string[]) =>
  yaml('replaced.yaml', `about: x\nreplaced:\n${rows.map((row) => `  - { ${row}, source: s }\n`).join('')}`)

test('what was replaced hangs on what took its place; the unconfirmed is not taken', () => {
  const parsed = parseCatalogue(
    [
      own,
      table(
        "code: '2.000205', name: Giấy phép cũ, by: '1.014199', confirmed: true",
        "code: '1.000105', by: '1.014199', confirmed: false",
      ),
    ],
    rules,
  )
  expect(parsed).toMatchObject({
    procedures: [{ code: '1.001776' }, { replaces: [{ code: '2.000205', name: 'Giấy phép cũ' }] }],
  })
})

test('mistakes in the table are told with their line', () => {
  expect(
    said(
      table(
        "code: '2.000205', by: '1.014199', confirmed: true",
        "code: '2.000205', by: '1.001776', confirmed: true",
        "code: '1.001776', by: '1.001776', confirmed: true",
      ),
    ).map((line) => line.split(':')[1]),
  ).toEqual(['4', '5'])
  expect(said(table("code: '2.000205', by: '9.999999', confirmed: true"))).toEqual([
    'replaced.yaml:3: Danh mục không có thủ tục 9.999999. Sửa mã hoặc nạp danh mục có mã này trước.',
  ])
})

test('a list of one issuer speaks for that issuer, a list of several or a stated whole for everything', () => {
  const rows = (...issuers: string[]) =>
    issuers.map((issuer, i) => `1.00000${i},A,${issuer},,F,https://a.vn/1`).join('\n')
  const list = (...issuers: string[]) =>
    yaml('ds-2026-07.csv', `code,name,issuer,executing_agency,field,url\n${rows(...issuers)}\n`)
  const scopes = (file: { name: string; text: string }, isWhole = false) => {
    const parsed = parseCatalogueFiles([file], { ...rules, isWhole })
    return parsed.kind === 'layers' ? parsed.layers.scopes : []
  }
  const base = { file: 'ds-2026-07.csv', date: '2026-07' }
  expect(scopes(list('Bộ A', 'Bộ A'))).toEqual([{ ...base, issuer: 'Bộ A' }])
  expect(scopes(list('Bộ A', 'Bộ B'))).toEqual([base])
  expect(scopes(list('Bộ A'), true)).toEqual([{ ...base, isStated: true }])
})
