import { describe, expect, test } from 'vitest'
import type { AnswerContext } from '../../src/catalogue/answers/answer-card.ts'
import { answerSection } from '../../src/catalogue/answers/answer-section.ts'
import { choicesCard } from '../../src/catalogue/answers/choice-cards.ts'
import { displayName } from '../../src/catalogue/answers/display.ts'
import { parseCatalogue } from '../../src/catalogue/formats/parse-catalogue.ts'
import type { SourceFile } from '../../src/catalogue/formats/parsed-catalogue.ts'
import { type Procedure, procedureSchema } from '../../src/catalogue/procedure.ts'
import { buildSearch } from '../../src/catalogue/search/build-search.ts'
import { searchOffice } from '../../src/catalogue/search/catalogue-facts.ts'
import { loadContent } from '../../src/content.ts'
import { formatProblem } from '../../src/lib/problem.ts'
import {
  answerWords,
  bodies,
  checkTexts,
  hasReference,
  readSource,
  referenceFolder,
  shippedAgency,
  skipReason,
} from './read-content.ts'

/** What real published records do to whoever reads them, one test a trap; the numbers are those of the field study. */
const { procedures: shipped, intents, weights, agency } = loadContent('.', 'data/agency.yaml')
const office = searchOffice(agency)
const context: AnswerContext = {
  agency: shippedAgency,
  texts: answerWords,
  today: '2026-11-23',
  staleAfterDays: 365,
}

function read(...files: SourceFile[]): Procedure[] {
  const parsed = parseCatalogue(files, { texts: checkTexts, bodies })
  if (parsed.kind === 'problems') throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return parsed.procedures
}

const record = (parts: object) => ({
  code: '1.000001',
  name: 'Cấp giấy phép',
  field: 'Việc làm',
  issuer: 'Bộ Nội vụ',
  source_date: '2026-07',
  url: 'https://dichvucong.gov.vn/thu-tuc-hanh-chinh/a',
  ...parts,
})
const details = (...parts: object[]) =>
  read({ name: 'chi-tiet.json', text: JSON.stringify(parts.map((part) => record(part))) })
const text = (procedure: Procedure, section: Parameters<typeof answerSection>[1]) =>
  answerSection(procedure, section, context).text
const named = (code: string, name: string, parts: object = {}): Procedure =>
  procedureSchema.parse({
    code,
    name,
    field: 'Việc làm',
    issuer: 'Bộ Nội vụ',
    sourceDate: '2026-07',
    ...parts,
  })

describe('trap 1: names as they were typed', () => {
  test('doubled blanks, tabs, NFD, look-alike letters are mended; case, dots and tone marks stay as published', () => {
    const [one] = details({
      name: '\tGiải  quyết chế độ trợ cấp thờ cúng liệt sĩ.',
      legal_basis: [{ number: '131/2021/NĐ-C\u0420', name: 'Hòa'.normalize('NFD') }],
      steps: 'Nộp hồ sơ c\u0430n thiết',
    })
    expect(one).toMatchObject({
      name: 'Giải quyết chế độ trợ cấp thờ cúng liệt sĩ.',
      legalBasis: [{ number: '131/2021/NĐ-CP', name: 'Hòa' }],
      steps: ['Nộp hồ sơ can thiết'],
    })
  })

  test('a name in capitals is read out in sentence case and stored as it is; abbreviations keep their capitals', () => {
    const [one] = details({ name: 'CẤP SỔ BHXH TẠI UBND CẤP XÃ' })
    expect(one!.name).toBe('CẤP SỔ BHXH TẠI UBND CẤP XÃ')
    expect(text(one!, 'fee')).toContain('Thủ tục: Cấp sổ BHXH tại UBND cấp xã\n')
  })

  test('old and new tone marks and old font slips find the same procedure', () => {
    const search = buildSearch([named('1.000001', 'Uỷ quyền hoà giải viên'), ...shipped], intents, weights)
    for (const question of ['ủy quyền hòa giải viên', 'uỷ quyền hoà giải viên', 'uy quyen hoa giai vien']) {
      const outcome = search.search(question)
      const found =
        outcome.kind === 'answer' ? [outcome.procedure] : outcome.kind === 'choices' ? outcome.procedures : []
      expect(found[0]?.code).toBe('1.000001')
    }
  })

  test('a name of 1,192 characters is shown whole in the answer and short on buttons', () => {
    const long = named('1.000001', `Cấp ${'giấy chứng nhận '.repeat(74)}A`)
    expect(long.name.length).toBeGreaterThan(1_180)
    expect(text(long, 'fee')).toContain(long.name)
    const card = choicesCard([long, named('1.000002', 'B')], [], answerWords)
    expect(card.text.length).toBeLessThan(500)
    expect(card.buttons.every(({ label }) => label.length <= 70)).toBe(true)
  })
})

describe('trap 2: one name, many issuers', () => {
  test("the ministry's record comes before other provinces' copies, our province's own before theirs", () => {
    const name = 'Cấp thẻ đi lại công cộng miễn phí'
    const copies = [
      named('1.000001', name, { issuer: 'UBND tỉnh Lạng Sơn' }),
      named('1.000002', name, { issuer: 'Bộ Nội vụ' }),
      named('1.000003', name, { issuer: 'UBND Thành phố Huế' }),
    ]
    const first = (procedures: readonly Procedure[]) => {
      const outcome = buildSearch([...procedures, ...shipped], intents, weights, office).search(name)
      return outcome.kind === 'answer'
        ? outcome.procedure
        : outcome.kind === 'choices' && outcome.procedures[0]
    }
    expect(first(copies)).toMatchObject({ code: '1.000002' })
    const ours = named('1.000004', name, { issuer: 'UBND tỉnh Khánh Hòa' })
    expect(first([copies[0]!, copies[2]!, ours])).toMatchObject({ code: '1.000004' })
  })

  test('twins on one card are told apart by their issuer', () => {
    const twins = [named('1.000001', 'Cấp thẻ'), named('1.000002', 'Cấp thẻ', { issuer: 'Bộ Y tế' })]
    expect(choicesCard(twins, [], answerWords).text).toContain('1. Cấp thẻ (Bộ Nội vụ)\n2. Cấp thẻ (Bộ Y tế)')
  })
})

test('trap 3: a record of the three-level days never sends anybody to an office that is no more', () => {
  const [one] = details({
    executing_agency: 'Phòng Lao động - Thương binh và Xã hội cấp huyện',
    field: 'Bảo trợ xã hội',
  })
  const place = text(one!, 'place')
  expect(place).not.toContain('cấp huyện')
  expect(place).not.toContain('Phòng Lao động')
  expect(place).toContain('nay do Sở Y tế phụ trách')
})

describe('trap 4: a record that contradicts itself', () => {
  test('all its times are told, each with its channel; none is chosen', () => {
    const [one] = details({
      methods: [
        { channel: 'Dịch vụ bưu chính', time: '20 Ngày làm việc' },
        { channel: 'Trực tiếp', time: '10 Ngày làm việc' },
      ],
    })
    const time = text(one!, 'time')
    expect(time).toContain('10 ngày làm việc (nộp trực tiếp)')
    expect(time).toContain('20 ngày làm việc (nộp qua bưu chính)')
  })
})

describe('trap 5: a shorter local time', () => {
  const own = {
    name: 'dia-phuong.yaml',
    text: `about: x
local:
  - code: '1.000001'
    decision: { number: '12/QĐ-UBND', date: '2026-02-03', by: 'UBND phường Tây Nha Trang' }
    time: '7 ngày làm việc'
`,
  }
  const national = {
    name: 'chi-tiet.json',
    text: JSON.stringify([record({ methods: [{ channel: 'Trực tiếp', time: '10 Ngày làm việc' }] })]),
  }

  test('wins, names its decision, and the national figure is kept below', () => {
    const [one] = read(national, own)
    expect(text(one!, 'time')).toContain(
      '• 7 ngày làm việc\nÁp dụng tại địa phương theo Quyết định số 12/QĐ-UBND ngày 03/02/2026 của UBND phường Tây Nha Trang.',
    )
    expect(one!.methods).toEqual([{ channel: 'counter', time: '10 ngày làm việc' }])
  })
})

describe('trap 6: fees that the province sets', () => {
  test('no amount is told until a local decision gives one', () => {
    const note = 'Mức phí, lệ phí do Hội đồng nhân dân tỉnh, thành phố trực thuộc trung ương quy định'
    const [one] = details({ methods: [{ channel: 'Trực tiếp', time: '10 Ngày', note }] })
    expect(one!.fee).toEqual({ kind: 'set-by-province' })
    expect(text(one!, 'fee').split('\n\n')[0]).not.toMatch(/\d/)
  })

  test("another province's file is refused as a whole", () => {
    const file = { name: 'dn.json', text: JSON.stringify([record({ locality: 'Thành phố Đà Nẵng' })]) }
    const parsed = parseCatalogue([file], { texts: checkTexts, bodies })
    expect(parsed.kind).toBe('problems')
  })
})

test('trap 7: raw HTML inside fields is text afterwards', () => {
  const [one] = details({
    requirements: '<div class="article"><p>Có &acirc;m thanh &amp; ánh sáng</p><p>D&ograve;ng hai</p></div>',
  })
  expect(one!.requirements).toEqual(['Có âm thanh & ánh sáng', 'Dòng hai'])
})

test('trap 8: a fee that the crawl lost is unknown, never free', () => {
  const [one] = details({ methods: [{ channel: 'Trực tiếp', time: '10 Ngày', fee: 'Không có thông tin' }] })
  expect(one!.fee).toEqual({ kind: 'unknown' })
  expect(text(one!, 'fee')).not.toMatch(/miễn phí|không phải nộp/i)
})

test('trap 9: retired pages with retired amounts: every answer shows the date of its data, old ones a warning', () => {
  const [now] = details({})
  const [old] = details({ source_date: '2024-03' })
  expect(text(now!, 'fee')).toContain('Dữ liệu tháng 07/2026')
  expect(text(old!, 'fee')).toContain('Dữ liệu tháng 03/2024')
  expect(text(old!, 'fee')).toContain('đã lâu chưa cập nhật')
})

describe.skipIf(!hasReference)(`the national list ${hasReference ? '' : skipReason}`, () => {
  const list = () => read(readSource(`${referenceFolder}/dvcqg-index-2026-07.csv`))

  test('trap 1: all 77 names in capitals become sentences that say the same', () => {
    const properNames = answerWords.say('answer.proper-names').split(/,\s*/)
    const shouted = list().filter(({ name }) => name === name.toUpperCase())
    expect(shouted).toHaveLength(77)
    for (const { name } of shouted) {
      const shown = displayName(name, properNames)
      expect(shown.toUpperCase()).toBe(name)
      expect(shown).toMatch(/^\p{Lu}\p{Ll}*\s/u)
      expect(shown.replace(/[^\p{Lu}]/gu, '').length).toBeLessThan(6)
    }
  })

  test('trap 10: what people ask for and the list does not hold is never answered with something else', () => {
    const search = buildSearch(list(), intents, weights, office)
    for (const question of [
      'giấy phép cho thuê lại lao động',
      'đăng ký thỏa ước lao động tập thể',
      'mã 1.000479',
    ]) {
      expect(search.search(question).kind).not.toBe('answer')
    }
    expect(search.byCode('1.000479')).toBeUndefined()
  })
})
