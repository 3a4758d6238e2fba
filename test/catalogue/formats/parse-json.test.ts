import { describe, expect, test } from 'vitest'
import { mergeProcedures } from '../../../src/catalogue/formats/merge-procedures.ts'
import { parseCatalogueJson } from '../../../src/catalogue/formats/parse-json.ts'
import type { Procedure } from '../../../src/catalogue/procedure.ts'
import { formatProblem } from '../../../src/lib/problem.ts'
import { checkTexts, hasReference, readSource, referenceFolder, skipReason } from '../read-content.ts'

const record = {
  code: '1.014199',
  name: 'Cấp  giấy phép lao động ',
  field: 'Việc làm',
  level: 'Cấp xã, Cấp tỉnh',
  decision_no: 'Quyết định số 526/QĐ-BNV.',
  audience: 'Doanh nghiệp, Tổ chức (không bao gồm doanh nghiệp, HTX)',
  executing_agency: 'Không có thông tin',
  receiving_address: 'Bộ phận Một cửa, số 65 Quán Sứ, Hà Nội',
  steps: '1. Bước 1: Nộp hồ sơ.\nNgười nộp giữ giấy hẹn.\n2. Bước 2: Trả kết quả.',
  methods: [
    { channel: 'Trực tuyến', time: '10 Ngày làm việc', fee: null, note: 'Không có thông tin' },
    { channel: 'Trực tiếp', time: 'N/A', fee: null, note: 'Đúng giờ' },
  ],
  documents: [
    {
      group: 'Bao gồm',
      name: 'Đơn theo Mẫu số 03 Phụ lục I.',
      originals: '1',
      copies: '0',
      forms: ['x.docx'],
    },
    { group: 'Trường hợp cấp lại', name: 'Giấy phép cũ', qty: 'Bản chính: 0; Bản sao: 2' },
    { group: 'Trường hợp cấp lại', originals: '1' },
  ],
  legal_basis: ['45/2019/QH14', { name: 'Nghị định 219/2025/NĐ-CР', number: '219/2025/NĐ-CР' }],
  results: [{ name: 'Giấy phép lao động', code: 'KQ.G09.1' }],
  requirements: 'Không',
  issuer: 'Bộ Nội vụ',
  url: 'https://dichvucong.gov.vn/thu-tuc-hanh-chinh/a',
  source_date: '2026-07',
}

function parse(records: unknown, name = 'chi-tiet.json') {
  const text = typeof records === 'string' ? records : JSON.stringify(records)
  return parseCatalogueJson({ name, text }, { texts: checkTexts })
}

function one(change: object = {}): Procedure {
  const parsed = parse([{ ...record, ...change }])
  if (parsed.kind === 'problems') throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return parsed.procedures[0]!
}

test('a crawled record in our own words', () => {
  expect(one()).toEqual({
    code: '1.014199',
    name: 'Cấp giấy phép lao động',
    field: 'Việc làm',
    issuer: 'Bộ Nội vụ',
    levels: ['province', 'commune'],
    decision: { number: '526/QĐ-BNV' },
    url: 'https://dichvucong.gov.vn/thu-tuc-hanh-chinh/a',
    sourceDate: '2026-07',
    audience: ['Doanh nghiệp', 'Tổ chức (không bao gồm doanh nghiệp, HTX)'],
    fee: { kind: 'unknown' },
    methods: [
      { channel: 'online', time: '10 ngày làm việc' },
      { channel: 'counter', note: 'Đúng giờ' },
    ],
    documents: [
      {
        items: [
          { name: 'Đơn theo Mẫu số 03 Phụ lục I.', originals: 1, copies: 0, form: 'Mẫu số 03 Phụ lục I' },
        ],
      },
      { when: 'Trường hợp cấp lại', items: [{ name: 'Giấy phép cũ', originals: 0, copies: 2 }] },
    ],
    steps: ['Bước 1: Nộp hồ sơ.\nNgười nộp giữ giấy hẹn.', 'Bước 2: Trả kết quả.'],
    requirements: ['Không'],
    results: ['Giấy phép lao động'],
    legalBasis: [{ number: '45/2019/QH14' }, { number: '219/2025/NĐ-CP', name: 'Nghị định 219/2025/NĐ-CP' }],
  })
})

describe('fees', () => {
  const feeOf = (...methods: { fee?: string | null; note?: string }[]) =>
    one({ methods: methods.map((method) => ({ channel: 'Trực tiếp', time: '1 ngày', ...method })) }).fee

  test('an empty cell is unknown, never free', () => {
    expect(feeOf({ fee: null }, { fee: null })).toEqual({ kind: 'unknown' })
    expect(feeOf({ fee: 'Không có thông tin' })).toEqual({ kind: 'unknown' })
    expect(feeOf({ fee: '0 đồng' }, { fee: null })).toEqual({ kind: 'unknown' })
    expect(one({ methods: [] }).fee).toEqual({ kind: 'unknown' })
  })

  test('free only when every row says so', () => {
    expect(feeOf({ fee: '0 đồng' }, { fee: '0 đồng' })).toEqual({ kind: 'free' })
    expect(feeOf({ fee: 'Phí : 0 Đồng' })).toEqual({ kind: 'free' })
    expect(feeOf({ note: 'Miễn phíGửi hồ sơ qua bưu điện' })).toEqual({ kind: 'free' })
    expect(feeOf({ note: 'Miễn phí(theo quy định của địa phương)' })).toEqual({ kind: 'unknown' })
  })

  test('amounts in both spellings, several in one cell, each once', () => {
    expect(
      feeOf(
        { fee: '1,200,000 Việt Nam Đồng', note: '1,200,000 Việt Nam Đồng(1.200.000đ/thẻ.)' },
        { fee: '1,200,000 Việt Nam Đồng', note: '1,200,000 Việt Nam Đồng(1.200.000 đồng/thẻ)' },
      ),
    ).toEqual({ kind: 'stated', lines: [{ amountVnd: 1_200_000, note: '1.200.000 đồng/thẻ' }] })
    expect(feeOf({ fee: 'Phí : 2.000.000 Đồng (A)\nLệ phí : 50.000 Đồng (B)' })).toEqual({
      kind: 'stated',
      lines: [
        { amountVnd: 2_000_000, note: 'A' },
        { amountVnd: 50_000, note: 'B' },
      ],
    })
  })

  test('a fee in words or in dollars is not guessed', () => {
    expect(feeOf({ fee: 'Phí : Mức thu bằng 50% mức thu quy định tại Mục I' })).toEqual({ kind: 'unknown' })
    expect(feeOf({ fee: 'Lệ phí : 05 USD' })).toEqual({ kind: 'unknown' })
    expect(feeOf({ fee: 'Phí : o Đồng' })).toEqual({ kind: 'unknown' })
  })

  test('set by the provincial council', () => {
    const note =
      'Luật Phí và lệ phí thuộc thẩm quyền quyết định của Hội đồng nhân dân tỉnh, thành phố trực thuộc trung ương.'
    expect(feeOf({ note }, { note: 'khác' })).toEqual({ kind: 'set-by-province' })
  })
})

test('the place to hand in is kept only when it holds in any province', () => {
  expect(one().filingPlace).toBeUndefined()
  expect(
    one({ receiving_address: 'Trung tâm Phục vụ hành chính công tỉnh Bắc Ninh' }).filingPlace,
  ).toBeUndefined()
  expect(one({ receiving_address: 'Ủy ban nhân dân cấp xã' }).filingPlace).toBe('Ủy ban nhân dân cấp xã')
  expect(one({ receiving_address: 'UBND xã', issuer: 'UBND tỉnh Lạng Sơn' }).filingPlace).toBeUndefined()
})

test('page headings that a crawl dragged along are cut', () => {
  const { results } = one({
    results: null,
    results_text: 'Giấy AMã: KQ.G01.000031Giấy BMã: KQ.G01.000032Từ khóaKhông có thông tinMô tả…',
  })
  expect(results).toEqual(['Giấy A', 'Giấy B'])
})

test('wrong records are named by line and nothing is taken', () => {
  const text = `[\n${[
    record,
    { ...record, code: '12' },
    { ...record, code: '1.014200', url: 'x' },
    record,
    { name: 'không mã' },
    { ...record, code: '1.014201', locality: 'Thành phố Đà Nẵng' },
  ]
    .map((row) => JSON.stringify(row))
    .join(',\n')}\n]`
  const parsed = parse(text)
  expect(parsed.kind === 'problems' && parsed.problems.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7])
})

test.each([
  ['[\n{"code": "1.014199",\n"name": "a",\n}\n]', 4],
  ['[\n{"code": "1.014199,\n"name": "a"}\n]', 2],
  ['{"a": 1}', 1],
])('broken JSON %j is told with its line', (text, line) => {
  const parsed = parse(text)
  expect(parsed.kind === 'problems' && parsed.problems[0]?.line).toBe(line)
})

test('the list decides what exists and how it is called; details fill it', () => {
  const detail = one()
  const listed: Procedure = {
    code: '1.014199',
    name: 'Tên trong danh sách',
    field: 'Việc làm mới',
    sourceDate: '2026-08',
    fee: { kind: 'unknown' },
  }
  const other = { ...listed, code: '1.000001' }
  const merged = mergeProcedures([listed, other], [detail, { ...detail, code: '9.999999' }])
  expect(merged.map(({ code }) => code)).toEqual(['1.014199', '1.000001'])
  expect(merged[0]).toMatchObject({
    name: 'Tên trong danh sách',
    field: 'Việc làm mới',
    issuer: 'Bộ Nội vụ',
    steps: detail.steps,
    sourceDate: '2026-07',
  })
})

describe.skipIf(!hasReference)(`national details ${hasReference ? '' : skipReason}`, () => {
  test.each([
    ['dvcqg-details-labour-social.json', 197],
    ['dvcqg-details-other.json', 1907],
    ['dvcqg-details-6-ministries.json', 1933],
    ['dvcqg-details-transcribed.json', 10],
    ['bqp-details-2025.json', 130],
  ])('%s is taken whole', (name, count) => {
    const parsed = parseCatalogueJson(readSource(`${referenceFolder}/${name}`), { texts: checkTexts })
    expect(parsed.kind === 'procedures' && parsed.procedures.length).toBe(count)
  })

  test("another province's file is refused as a whole", () => {
    const parsed = parseCatalogueJson(readSource(`${referenceFolder}/danang-2025-06.json`), {
      texts: checkTexts,
    })
    expect(parsed.kind).toBe('problems')
  })
})
