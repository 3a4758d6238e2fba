import { describe, expect, test } from 'vitest'
import type { AnswerContext } from '../../../src/catalogue/answers/answer-card.ts'
import { answerSection, answerSections } from '../../../src/catalogue/answers/answer-section.ts'
import { type Procedure, procedureSchema, sections } from '../../../src/catalogue/procedure.ts'
import { answerWords, shippedAgency } from '../read-content.ts'

const context: AnswerContext = {
  agency: shippedAgency,
  texts: answerWords,
  today: '2026-11-23',
  staleAfterDays: 365,
}
const url = 'https://dichvucong.gov.vn/thu-tuc-hanh-chinh/a'
const national = {
  code: '1.001776',
  name: 'Thực hiện trợ cấp xã hội hằng tháng',
  field: 'Việc làm',
  sourceDate: '2026-07',
  url,
  decision: { number: '526/QĐ-BNV', date: '2026-04-05' },
  methods: [
    { channel: 'counter', time: '10 ngày làm việc' },
    { channel: 'online', time: '10 ngày làm việc', note: 'không tính ngày nghỉ' },
  ],
  fee: { kind: 'set-by-province' },
  filingPlace: 'Ủy ban nhân dân cấp xã',
}
const decided = { number: '12/QĐ-UBND', date: '2026-02-03', by: 'UBND tỉnh Khánh Hòa' }
const procedure = (parts: object = {}): Procedure => procedureSchema.parse({ ...national, ...parts })
const said = (parts: object, section: (typeof sections)[number]) =>
  answerSection(procedure(parts), section, context).text

describe('feature 23: the source of every answer', () => {
  test('code, decision with its date, date of the data and link stand under every section', () => {
    for (const section of sections) {
      expect(said({}, section)).toContain(
        `Mã 1.001776 · Quyết định 526/QĐ-BNV ngày 05/04/2026 · Dữ liệu tháng 07/2026\nChi tiết: ${url}`,
      )
    }
  })

  test('a local time wins over the national one and says which decision set it', () => {
    const text = said({ local: [{ decision: decided, time: '7 ngày làm việc' }] }, 'time')
    expect(text).toContain(
      'Thời hạn giải quyết:\n• 7 ngày làm việc\nÁp dụng tại địa phương theo Quyết định số 12/QĐ-UBND ngày 03/02/2026 của UBND tỉnh Khánh Hòa.',
    )
    expect(text).not.toContain('10 ngày')
  })

  test('a local fee by resolution and a local place, each under its own decision', () => {
    const local = [
      {
        decision: { ...decided, kind: 'resolution', number: '8/NQ-HĐND', by: 'Hội đồng nhân dân tỉnh' },
        fee: { kind: 'stated', lines: [{ amountVnd: 600_000 }] },
      },
      { decision: decided, place: 'Trung tâm A' },
    ]
    expect(said({ local }, 'fee')).toContain(
      '• 600.000 đồng\nÁp dụng tại địa phương theo Nghị quyết số 8/NQ-HĐND ngày 03/02/2026 của Hội đồng nhân dân tỉnh.',
    )
    expect(said({ local }, 'place')).toMatch(/• Trung tâm A\n[\s\S]*theo Quyết định số 12\/QĐ-UBND/)
    expect(said({ local }, 'time')).not.toContain('địa phương')
    const overview = said({ local }, 'overview')
    expect(overview).toContain('Phí, lệ phí: 600.000 đồng')
    expect(overview).toContain('\nPhí, lệ phí: Áp dụng tại địa phương theo Nghị quyết số 8/NQ-HĐND')
    expect(overview).toContain('\nNơi nộp hồ sơ: Áp dụng tại địa phương theo Quyết định số 12/QĐ-UBND')
  })

  test('a local time where the national record has none is told without inventing a channel', () => {
    const parts = { methods: undefined, local: [{ decision: decided, time: '7 ngày' }] }
    expect(said(parts, 'time')).toContain('• 7 ngày\nÁp dụng tại địa phương')
    expect(said(parts, 'method')).not.toContain('rực tiếp')
    expect(said(parts, 'overview')).toContain('Thời hạn giải quyết: 7 ngày')
  })
})

describe('feature 30: what is old is said', () => {
  test('no longer in the catalogue: since when, before everything else', () => {
    expect(said({ goneSince: '2026-08' }, 'fee')).toMatch(
      /^Lưu ý: thủ tục này không còn trong danh mục từ tháng 08\/2026; /,
    )
    expect(said({ goneSince: '2026-08-15' }, 'fee')).toMatch(/^Lưu ý: .* từ ngày 15\/08\/2026; /)
  })

  test('a record older than the days allowed carries a warning', () => {
    expect(said({ sourceDate: '2025-10' }, 'fee')).toContain('đã lâu chưa cập nhật')
    expect(said({}, 'fee')).not.toContain('đã lâu chưa cập nhật')
  })

  test('a former procedure that was asked for has been replaced: said first', () => {
    const old = { code: '2.000205', name: 'Tên cũ' }
    const text = (replaced: { code: string; name?: string }) =>
      answerSections(procedure(), ['fee'], context, { replaced }).text
    expect(text(old)).toMatch(
      /^Thủ tục «Tên cũ» \(mã 2\.000205\) đã được thay bằng thủ tục có mã 1\.001776 dưới đây\.\n\n/,
    )
    expect(text({ code: '2.000205' })).toMatch(/^Thủ tục có mã 2\.000205 đã được thay bằng /)
  })
})
