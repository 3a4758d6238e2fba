import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decideOffer, type OfferDecision } from '../../../../src/conversation/dialogs/report/decide-offer.ts'
import { FakeClock } from '../../../../src/lib/clock.ts'
import { createReportWorld } from '../../../support/report-world.ts'
import { shipped } from '../../../support/talk.ts'

const { content, search } = shipped()
const { classify, readAmounts, words } = createReportWorld(
  content,
  new FakeClock('2026-11-23T02:00:00Z'),
).talkParts()
const decide = (text: string): OfferDecision => decideOffer(text, { classify, readAmounts, words, search })

const linesOf = (name: string): { question: string; topic?: string }[] =>
  readFileSync(new URL(`../../../catalogue/search/questions/${name}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

describe('questions about procedures', () => {
  const questions = [
    ...linesOf('sections'),
    ...linesOf('on-and-off-topic').filter(({ topic }) => topic === 'on'),
  ].map(({ question }) => question)

  it('are left to the catalogue: of the labelled ones none is taken for a report (row 34)', () => {
    const taken = questions.filter((question) => {
      const decision = decide(question)
      // A child that is beaten gets the emergency numbers and the procedure.
      return decision.kind !== 'none' && !(decision.kind === 'danger' && decision.alsoAnswer)
    })
    expect(questions.length).toBeGreaterThan(500)
    expect(taken).toEqual([])
  })

  it.each([
    'thủ tục giải quyết khiếu nại lần đầu',
    'giải quyết tố cáo mất bao lâu',
    'mức thu phí cấp giấy phép lao động',
    'hỗ trợ mai táng 10 triệu cần giấy tờ gì',
    'vay 100 triệu giải quyết việc làm',
    'trợ cấp thất nghiệp được hưởng 5 triệu một tháng phải không',
    'lương 8 triệu đóng bảo hiểm thất nghiệp bao nhiêu',
    'thẩm định hồ sơ kéo dài mấy tháng',
  ])('stay questions: %s', (text) => {
    expect(decide(text).kind).toBe('none')
  })
})

describe('what is told about the service (rows 34, 42)', () => {
  it.each([
    ['cán bộ đòi phong bì mới chịu làm', { kind: 'report', report: 'informal-payment' }],
    ['phai lot tay moi xong', { kind: 'report', report: 'informal-payment' }],
    ['nộp hồ sơ cả tháng rồi không ai giải quyết', { kind: 'report', report: 'delay' }],
    ['muốn góp ý thái độ hách dịch của nhân viên quầy 2', { kind: 'report', report: 'feedback' }],
    ['tôi muốn khiếu nại quyết định của ủy ban', { kind: 'paper', paper: 'complaint' }],
    ['tôi muốn tố cáo cán bộ', { kind: 'paper', paper: 'denunciation' }],
    ['chồng đánh em, cứu với', { kind: 'danger' }],
  ])('is recognised: %s', (text, expected) => {
    expect(decide(text)).toMatchObject(expected)
  })
})

describe('money that was asked for (row 45)', () => {
  it.each([
    ['Họ thu tôi 500 nghìn làm giấy phép lao động', 500_000],
    ['phí làm giấy phép lao động có phải 500k không', 500_000],
    ['làm lại bằng tổ quốc ghi công mất 2 triệu có đúng không', 2_000_000],
    ['bị thu nửa triệu khi đổi thẻ thương binh', 500_000],
  ])('is compared: %s', (text, askedVnd) => {
    const decision = decide(text)
    expect(['fee', 'fee-of-what']).toContain(decision.kind)
    expect(
      decision.kind === 'fee' ? decision.fee.askedVnd : (decision as { askedVnd: number }).askedVnd,
    ).toBe(askedVnd)
  })

  it('is read out of a longer story, where the whole is no question', () => {
    const decision = decide('chị ở quầy 3 vòi tiền tôi 500 nghìn mới chịu nhận hồ sơ làm giấy phép lao động')
    expect(decision).toMatchObject({
      kind: 'report',
      report: 'informal-payment',
      askedVnd: 500_000,
      fee: { procedure: { code: '1.014199' } },
    })
  })
})
