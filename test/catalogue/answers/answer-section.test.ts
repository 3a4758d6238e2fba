import { describe, expect, test } from 'vitest'
import type { AnswerContext } from '../../../src/catalogue/answers/answer-card.ts'
import { answerSection, answerSections } from '../../../src/catalogue/answers/answer-section.ts'
import { type Procedure, procedureSchema } from '../../../src/catalogue/procedure.ts'
import { answerWords, shippedAgency } from '../read-content.ts'

const context: AnswerContext = {
  agency: shippedAgency,
  texts: answerWords,
  today: '2026-11-23',
  staleAfterDays: 365,
}

const url = 'https://dichvucong.gov.vn/thu-tuc-hanh-chinh/a'
const bare = {
  code: '1.014199',
  name: 'Cấp giấy phép lao động',
  field: 'Việc làm',
  issuer: 'Bộ Nội vụ',
  sourceDate: '2026-07',
  url,
}
const procedure = (parts: object = {}): Procedure => procedureSchema.parse({ ...bare, ...parts })
const full = procedure({
  inCharge: 'so-noi-vu',
  levels: ['province'],
  decision: { number: '526/QĐ-BNV', date: '2026-04-05' },
  fee: { kind: 'stated', lines: [{ amountVnd: 600_000, note: 'cấp mới' }, { amountVnd: 450_000 }] },
  methods: [
    { channel: 'counter', time: '10 ngày làm việc' },
    { channel: 'online', time: '10 ngày làm việc' },
    { channel: 'counter', time: '3 ngày làm việc', note: 'không chấp thuận' },
  ],
  documents: [
    {
      items: [
        { name: '- Hộ chiếu;', copies: 1 },
        { name: 'Đơn đề nghị.', originals: 1, form: 'Mẫu số 03' },
      ],
    },
  ],
  dossierSets: 1,
  steps: ['Bước 1: Nộp.', 'Bước 2: Nhận.'],
  results: ['Giấy phép'],
})

test('the asked section first, then where it comes from', () => {
  expect(answerSection(full, 'fee', context).text).toBe(
    `Phí, lệ phí:
• 600.000 đồng – cấp mới
• 450.000 đồng

Thủ tục: Cấp giấy phép lao động
Mã 1.014199 · Quyết định 526/QĐ-BNV ngày 05/04/2026 · Dữ liệu tháng 07/2026
Chi tiết: ${url}`,
  )
})

test('several sections in the order asked, one source, buttons for the rest', () => {
  const card = answerSections(full, ['time', 'documents'], context)
  expect(card.text.startsWith('Thời hạn giải quyết:\n• 10 ngày làm việc\n')).toBe(true)
  expect(card.text.indexOf('Giấy tờ cần nộp:')).toBeGreaterThan(0)
  expect(card.text.match(/Thủ tục:/g)).toHaveLength(1)
  expect(card.buttons.map((button) => button.choice)).toEqual([
    'p:1.014199:fee',
    'p:1.014199:place',
    'p:1.014199:method',
    'p:1.014199:steps',
    'p:1.014199:form',
    'p:1.014199:result',
    'p:1.014199:overview',
  ])
})

test('channels are named only where times differ', () => {
  const text = answerSection(full, 'time', context).text
  expect(text).toContain('• 10 ngày làm việc\n')
  expect(text).toContain('• 3 ngày làm việc (nộp trực tiếp)\n  không chấp thuận')
})

describe('fees', () => {
  test('unknown is said as unknown, with where to ask, and never as free', () => {
    const text = answerSection(procedure({ inCharge: 'so-noi-vu' }), 'fee', context).text
    expect(text).toContain('Danh mục không ghi mức phí')
    expect(text).toContain('hỏi Sở Nội vụ hoặc nơi nhận hồ sơ')
    expect(text).not.toMatch(/miễn phí|không phải nộp|0 đồng/i)
  })

  test('set by the province', () => {
    const text = answerSection(procedure({ fee: { kind: 'set-by-province' } }), 'fee', context).text
    expect(text).toContain('Hội đồng nhân dân tỉnh quy định; danh mục không ghi số tiền')
    expect(text).toContain('hỏi nơi nhận hồ sơ')
  })

  test('free only when the record says so', () => {
    expect(answerSection(procedure({ fee: { kind: 'free' } }), 'fee', context).text).toContain(
      'Không phải nộp phí',
    )
  })

  test('with a hotline the number is told', () => {
    const agency = { ...shippedAgency, hotlines: { ask: '0258 111 222' } }
    const text = answerSection(procedure({ inCharge: 'so-noi-vu' }), 'fee', { ...context, agency }).text
    expect(text).toContain('hỏi Sở Nội vụ, điện thoại 0258 111 222')
  })
})

describe('papers', () => {
  test('the form first, counts and form in brackets, list marks of the source removed', () => {
    expect(answerSection(full, 'documents', context).text).toContain(
      '• Đơn đề nghị (1 bản chính; mẫu: Mẫu số 03)\n• Hộ chiếu (1 bản sao)\nSố lượng: 1 bộ hồ sơ.',
    )
  })

  test('papers of every case are said once, before the cases', () => {
    const passport = { name: 'Hộ chiếu', originals: 1 }
    const text = answerSection(
      procedure({
        documents: [
          { when: 'Cấp mới', items: [passport, { name: 'Bằng cấp' }] },
          { when: 'Cấp lại', items: [{ name: 'Giấy phép cũ' }, passport] },
          { when: 'Gia hạn', items: [passport] },
        ],
      }),
      'documents',
      context,
    ).text
    expect(text).toContain(
      `Trường hợp nào cũng cần:
• Hộ chiếu (1 bản chính)

▸ Cấp mới:
• Bằng cấp

▸ Cấp lại:
• Giấy phép cũ

▸ Gia hạn: không cần thêm giấy tờ khác.`,
    )
  })
})

test('a list too long to read is asked for case by case; a tap gives the papers of one case', () => {
  const paper = (name: string) => ({ name: `${name} ${'theo quy định '.repeat(300)}` })
  const long = procedure({
    documents: [
      { items: [{ name: 'Đơn' }] },
      { when: 'Cấp mới', items: [paper('Bằng cấp')] },
      { when: 'Cấp lại', items: [paper('Giấy phép cũ')] },
    ],
  })
  const card = answerSection(long, 'documents', context)
  expect(card.text.length).toBeLessThan(1_000)
  expect(card.text).toContain('• Đơn')
  expect(card.text).toContain('chọn trường hợp của mình để xem giấy tờ:\n• Cấp mới\n• Cấp lại')
  expect(card.buttons.slice(0, 2)).toEqual([
    { label: 'Cấp mới', choice: 'p:1.014199:documents.1' },
    { label: 'Cấp lại', choice: 'p:1.014199:documents.2' },
  ])
  const second = answerSections(long, ['documents'], context, { documentCase: 2 })
  expect(second.text).toContain('▸ Cấp lại:\n• Giấy phép cũ')
  expect(second.text).not.toContain('Bằng cấp')
  expect(answerSections(long, ['documents'], context, { documentCase: 9 }).text).toBe(card.text)
})

describe('what the record lacks', () => {
  test('is said, with the link', () => {
    const text = answerSection(procedure(), 'time', context).text
    expect(text).toContain('Danh mục không ghi mục «Thời hạn giải quyết»')
    expect(text).toContain(url)
  })

  test('has no button; a record of five cells offers only the overview', () => {
    expect(answerSection(procedure(), 'fee', context).buttons).toEqual([
      { label: 'Tóm tắt', choice: 'p:1.014199:overview' },
    ])
  })

  test('an overview of such a record says that only the name is known', () => {
    const { text } = answerSection(procedure(), 'overview', context)
    expect(text).toContain('Danh mục hiện chỉ có tên thủ tục')
    expect(text).toContain('Cơ quan công bố: Bộ Nội vụ')
  })
})

test('an overview is at most eight facts', () => {
  const lines = answerSection(full, 'overview', context).text.split('\n\n')[0]!.split('\n')
  expect(lines.length).toBeLessThanOrEqual(9)
  expect(lines).toContain('• Phí, lệ phí: 600.000 đồng – cấp mới; 450.000 đồng')
})

describe('warnings', () => {
  const textOf = (parts: object, change: Partial<AnswerContext> = {}) =>
    answerSection(procedure(parts), 'fee', { ...context, ...change }).text

  test('old data; a month counts to its end', () => {
    const warning = 'đã lâu chưa cập nhật'
    expect(textOf({ sourceDate: '2025-11' })).not.toContain(warning)
    expect(textOf({ sourceDate: '2025-10' })).toContain(warning)
    expect(textOf({ sourceDate: '2025-11-23' })).not.toContain(warning)
    expect(textOf({ sourceDate: '2025-11-22' })).toContain(warning)
  })

  test('a field that moved names the body in charge; the day only when the office confirmed it', () => {
    expect(textOf({ field: 'Bảo trợ xã hội' })).toContain(
      'Việc thuộc lĩnh vực Bảo trợ xã hội nay do Sở Y tế phụ trách.',
    )
    const moved = shippedAgency.moved.map((row) => ({ ...row, from: '2025-03-01', confirmed: true }))
    expect(textOf({ field: 'Bảo trợ xã hội' }, { agency: { ...shippedAgency, moved } })).toContain(
      'Từ ngày 01/03/2025, việc thuộc lĩnh vực Bảo trợ xã hội do Sở Y tế phụ trách.',
    )
    expect(textOf({ field: 'Bảo trợ xã hội', inCharge: 'ubnd-xa' })).not.toContain('Sở Y tế')
    expect(textOf({ field: 'Việc làm' })).not.toContain('phụ trách')
  })

  test("another province's own procedure is marked, ours and a ministry's are not", () => {
    expect(textOf({ issuer: 'UBND tỉnh Lạng Sơn' })).toContain('do UBND tỉnh Lạng Sơn công bố')
    expect(textOf({ issuer: 'UBND tỉnh Khánh Hòa' })).not.toContain('công bố cho địa phương')
    expect(textOf({})).not.toContain('công bố cho địa phương')
  })
})

test("the place is never another province's office; our counter is told when it is filled in", () => {
  const agency = {
    ...shippedAgency,
    oneStop: { name: 'Trung tâm A', contact: { address: '1 đường B', hours: '7h30' } },
  }
  const parts = { levels: ['province'], executingAgency: 'Sở Xây dựng - TP.HCM' }
  const { text } = answerSection(procedure(parts), 'place', { ...context, agency })
  expect(text).not.toContain('HCM')
  expect(text).toContain('Tại tỉnh: Trung tâm A, 1 đường B.')
  expect(text).toContain('Giờ nhận hồ sơ: 7h30.')
  const commune = answerSection(procedure({ ...parts, levels: ['commune'] }), 'place', { ...context, agency })
  expect(commune.text).not.toContain('1 đường B')
})

test('a shouted official name is shown in sentence case', () => {
  const { text } = answerSection(
    procedure({ name: 'THỦ TỤC MỜI TỔ CHỨC NƯỚC NGOÀI VÀO VIỆT NAM (CẤP TỈNH)' }),
    'fee',
    context,
  )
  expect(text).toContain('Thủ tục: Thủ tục mời tổ chức nước ngoài vào Việt Nam (cấp tỉnh)')
})
