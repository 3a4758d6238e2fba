import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import writeXlsx from 'write-excel-file/node'
import { openListSheet, parseCatalogueSheet } from '../../../src/catalogue/formats/parse-sheet.ts'
import type { ParsedCatalogue } from '../../../src/catalogue/formats/parsed-catalogue.ts'
import { checkTexts, hasReference, referenceFolder, skipReason } from '../read-content.ts'

const headings = ['Mã số', 'Tên', 'Cơ quan ban hành', 'Cơ quan thực hiện', 'Lĩnh vực']
const title = ['CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nDANH SÁCH THỦ TỤC HÀNH CHÍNH']

async function workbook(rows: (string | number)[][]): Promise<Buffer> {
  const cells = rows.map((row) =>
    row.map((value) => ({ value, type: typeof value === 'number' ? Number : String })),
  )
  return writeXlsx(cells as never, {}).toBuffer()
}

async function read(name: string, bytes: Uint8Array, sourceDate?: string): Promise<ParsedCatalogue> {
  const opened = await openListSheet({ name, bytes }, checkTexts)
  if (opened.kind === 'problem') return { kind: 'problems', problems: [opened.problem] }
  return parseCatalogueSheet(opened.sheet, { texts: checkTexts, ...(sourceDate ? { sourceDate } : {}) })
}

test('title above, headings wherever they stand, one agency a line', async () => {
  const bytes = await workbook([
    title,
    headings,
    ['1.000105.000.00.00.H17', ' Cấp   giấy ', 'Bộ Nội vụ', 'Sở Nội vụ\nỦy ban nhân dân cấp xã', 'Việc làm'],
    ['2.000720', 'Đổi thẻ', 'Bộ Nội vụ', '', 'Việc làm'],
  ])
  expect(await read('danh-sach-tthc-2026-08.xlsx', bytes)).toEqual({
    kind: 'procedures',
    leftOut: [],
    procedures: [
      {
        code: '1.000105',
        localCode: '1.000105.000.00.00.H17',
        name: 'Cấp giấy',
        issuer: 'Bộ Nội vụ',
        executingAgency: 'Sở Nội vụ; Ủy ban nhân dân cấp xã',
        field: 'Việc làm',
        sourceDate: '2026-08',
        fee: { kind: 'unknown' },
      },
      {
        code: '2.000720',
        name: 'Đổi thẻ',
        issuer: 'Bộ Nội vụ',
        field: 'Việc làm',
        sourceDate: '2026-08',
        fee: { kind: 'unknown' },
      },
    ],
  })
})

test('a code that a spreadsheet made a number of keeps its zeros behind', async () => {
  const bytes = await workbook([headings, [2.00072, 'Đổi thẻ', 'Bộ Nội vụ', '', 'Việc làm']])
  expect(await read('a-2026-08.xlsx', bytes)).toMatchObject({ procedures: [{ code: '2.000720' }] })
})

test('every wrong row is named with its line as the spreadsheet shows it, and nothing is taken', async () => {
  const bytes = await workbook([
    title,
    headings,
    ['1.1', 'A', 'B', '', 'F'],
    ['1.000001', '', 'B', '', 'F'],
    ['1.000002', 'C', 'B', '', 'F'],
    ['1.000002', 'C', 'B', '', ''],
    ['1.000003-Xoa', 'D', 'B', '', 'F'],
    ['1.000002', 'C', 'B', '', 'F'],
  ])
  const parsed = await read('a-2026-08.xlsx', bytes)
  expect(parsed.kind === 'problems' && parsed.problems.map(({ line }) => line)).toEqual([3, 4, 6, 8])
})

test('without headings, without a date, not a workbook: said, not thrown', async () => {
  const message = async (bytes: Uint8Array, name = 'a.xlsx') => {
    const parsed = await read(name, bytes)
    return parsed.kind === 'problems' ? parsed.problems[0]!.message : ''
  }
  expect(await message(await workbook([['Mã', 'Tên']]), 'a-2026-08.xlsx')).toContain(
    'Không thấy dòng tiêu đề',
  )
  expect(await message(Buffer.from('code,name'))).toContain('Tệp bảng tính hỏng')
})

test('a damaged workbook never throws', async () => {
  const bytes = await workbook([title, headings, ['1.000001', 'A', 'B', '', 'F']])
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) }), { minLength: 1, maxLength: 8 }),
      async (changes) => {
        const damaged = Buffer.from(bytes)
        for (const { at, to } of changes) damaged[at] = to
        await read('a-2026-08.xlsx', damaged)
      },
    ),
    { numRuns: 60 },
  )
})

describe.skipIf(!hasReference)(`real exports of the portal ${hasReference ? '' : skipReason}`, () => {
  test.each([
    ['BoCongAn', 339, '2026-06-08'],
    ['BoTuPhap', 271, '2026-06-09'],
    ['ToaAnNhanDan', 3, '2026-07-15'],
  ])('danh-sach-tthc-%s.xlsx: %i procedures of the day it was made', async (name, count, date) => {
    const bytes = readFileSync(`${referenceFolder}/samples/danh-sach-tthc-${name}.xlsx`)
    const parsed = await read(`danh-sach-tthc-${name}.xlsx`, bytes)
    if (parsed.kind === 'problems') expect.fail(JSON.stringify(parsed.problems))
    expect(parsed.procedures).toHaveLength(count)
    expect(new Set(parsed.procedures.map(({ sourceDate }) => sourceDate))).toEqual(new Set([date]))
    expect(parsed.procedures.every(({ executingAgency }) => !executingAgency?.includes('\n'))).toBe(true)
  })
})
