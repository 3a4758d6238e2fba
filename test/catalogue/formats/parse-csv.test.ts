import { expect, test } from 'vitest'
import { parseCatalogueCsv } from '../../../src/catalogue/formats/parse-csv.ts'
import { formatProblem } from '../../../src/lib/problem.ts'
import { checkTexts, hasReference, readSource, referenceFolder, skipReason } from '../read-content.ts'

const header = 'code,name,issuer,executing_agency,field,url,source'
const row =
  '1.014199,"Cấp giấy phép lao động, cấp mới",Bộ Nội vụ,,Việc làm,https://dichvucong.gov.vn/thu-tuc-hanh-chinh/a,s'

function parse(text: string, name = 'danh-sach-2026-07.csv') {
  return parseCatalogueCsv({ name, text }, { texts: checkTexts })
}

function problemsOf(text: string, name?: string): string[] {
  const parsed = parse(text, name)
  return parsed.kind === 'problems' ? parsed.problems.map(formatProblem) : []
}

test('a row becomes a procedure with the date of the file name; empty cells are absent', () => {
  expect(parse(`\ufeff${header}\r\n${row}\r\n`)).toEqual({
    kind: 'procedures',
    leftOut: [],
    procedures: [
      {
        code: '1.014199',
        name: 'Cấp giấy phép lao động, cấp mới',
        field: 'Việc làm',
        issuer: 'Bộ Nội vụ',
        url: 'https://dichvucong.gov.vn/thu-tuc-hanh-chinh/a',
        sourceDate: '2026-07',
        fee: { kind: 'unknown' },
      },
    ],
  })
})

test('columns may stand in any order; a local tail of a code is dropped', () => {
  const parsed = parse(
    'name,code,url,field,issuer,executing_agency\nA,2.000205.000.00.00.H17,https://a.vn/b,F,,\n',
  )
  expect(parsed).toMatchObject({ kind: 'procedures', procedures: [{ code: '2.000205' }] })
})

test('every wrong row is named; nothing is taken', () => {
  expect(
    problemsOf(`${header}\n${row}\n1.14,Tên,,,Lĩnh vực,https://a.vn/b,\n${row}\n1.014200,,,,,ftp://a,\n`).map(
      (problem) => problem.slice(0, 50),
    ),
  ).toEqual([
    'danh-sach-2026-07.csv:3: Mục «code» phải là mã quố',
    'danh-sach-2026-07.csv:4: Mã 1.014199 đã có ở danh-',
    'danh-sach-2026-07.csv:5: Thiếu mục «name». Thêm mụ',
    'danh-sach-2026-07.csv:5: Thiếu mục «field». Thêm m',
    'danh-sach-2026-07.csv:5: Mục «url» phải là địa chỉ',
  ])
})

test('codes that the portal spoilt are left out by name', () => {
  const spoilt = row.replace('1.014199', '1.014955-Xoa')
  const parsed = parse(`${header}\n${row}\n${spoilt}\n`)
  expect(parsed).toMatchObject({
    kind: 'procedures',
    procedures: [{ code: '1.014199' }],
    leftOut: [{ line: 3 }],
  })
})

test('a missing column, a broken row and an unknown date are told', () => {
  expect(problemsOf('ma,ten\n1,2\n')[0]).toContain('danh-sach-2026-07.csv:1: Dòng đầu phải có đủ các cột')
  expect(problemsOf(`${header}\n1.014199,thiếu cột\n`)[0]).toContain(':2: Dòng này không đủ cột')
  expect(problemsOf(`${header}\n${row}\n`, 'danh-sach.csv')[0]).toContain('Không rõ dữ liệu của tháng nào')
})

test.skipIf(!hasReference)(`the national index is taken whole ${hasReference ? '' : skipReason}`, () => {
  const parsed = parseCatalogueCsv(readSource(`${referenceFolder}/dvcqg-index-2026-07.csv`), {
    texts: checkTexts,
  })
  expect(parsed.kind).toBe('procedures')
  if (parsed.kind === 'procedures') {
    expect(parsed.procedures.length + parsed.leftOut.length).toBe(5608)
    expect(parsed.leftOut.map((row) => row.line)).toEqual([1249, 1259, 1341])
  }
})
