import { describe, expect, it } from 'vitest'
import { newsText } from '../../../../src/conversation/dialogs/report/news-text.ts'
import { createReporterNews } from '../../../../src/conversation/dialogs/report/reporter-news.ts'
import type { OutboundMessage } from '../../../../src/conversation/message.ts'
import { createConversationNames } from '../../../../src/conversation/turn/names.ts'
import { FakeClock } from '../../../../src/lib/clock.ts'
import type { IdentityMode, ReportChange, ReportEvent } from '../../../../src/reports/report.ts'
import { reportOutcomes, reportStates } from '../../../../src/reports/report.ts'
import { madeReport, withEvent } from '../../../support/made-report.ts'
import { reportWords } from '../../../support/report-world.ts'

const conversation = { channel: 'telegram', conversationId: '4711' } as const
const nameOf = createConversationNames(Buffer.alloc(32, 1))

function open() {
  const sent = new Map<string, { key: string; message: OutboundMessage }>()
  const news = createReporterNews({
    identities: { get: async (ref) => (ref === 'identity-1' ? { name: 'An', conversation } : undefined) },
    conversations: {
      async enqueue({ key }, message) {
        if (sent.has(message.id)) return false
        sent.set(message.id, { key, message })
        return true
      },
    },
    nameOf,
    texts: reportWords,
    clock: new FakeClock('2026-11-23T02:00:00Z'),
  })
  return { sent, news }
}

const reportOf = (identityMode: IdentityMode) =>
  madeReport({ identityMode, ...(identityMode === 'anonymous' ? {} : { identityRef: 'identity-1' }) })

const answered: ReportChange = { kind: 'answered', text: 'Đã trả lại tiền.', outcome: 'substantiated' }

describe('news of a report (row 39)', () => {
  it('go to whoever gave a name, once for each event, with what was answered', async () => {
    const { sent, news } = open()
    const report = withEvent(reportOf('named'), answered, { state: 'answered' })
    const event = report.events.at(-1)!
    await news.reportChanged(report, event)
    await news.reportChanged(report, event)
    expect(sent.size).toBe(1)
    const { key, message } = sent.get(`news:${event.id}`)!
    expect(key).toBe(nameOf(conversation))
    expect(message.text).toContain(report.caseNumber)
    expect(message.text).toContain('“Đã trả lại tiền.”')
    expect(message.buttons).toEqual([{ label: 'Tra cứu phản ánh', choice: 'm:follow-up' }])
  })

  it('say nothing of the case into the chat of who asked for secrecy', async () => {
    const { sent, news } = open()
    const report = withEvent(reportOf('confidential'), answered, { state: 'answered' })
    await news.reportChanged(report, report.events.at(-1)!)
    expect([...sent.values()][0]!.message.text).toBe(
      `Phản ánh ${report.caseNumber} có tin mới. Ông/Bà gõ mã tra cứu để đọc.`,
    )
  })

  it('of anonymous reports are pushed nowhere', async () => {
    const { sent, news } = open()
    const report = withEvent(reportOf('anonymous'), answered, { state: 'answered' })
    await news.reportChanged(report, report.events.at(-1)!)
    expect(sent.size).toBe(0)
  })

  it('that the reporter made, or that are none, are not pushed', async () => {
    const { sent, news } = open()
    const report = withEvent(
      reportOf('named'),
      { kind: 'reporter-wrote', text: 'thêm', evidence: [] },
      {},
      {
        kind: 'reporter',
      },
    )
    await news.reportChanged(report, report.events.at(-1)!)
    await news.reportChanged(report, { ...report.events[0]!, isNews: false, by: { kind: 'system' } })
    expect(sent.size).toBe(0)
  })

  it('fit into one message, however long the answer is', async () => {
    const { sent, news } = open()
    const text = 'rất dài '.repeat(2_000)
    const report = withEvent(reportOf('named'), { ...answered, text }, { state: 'answered' })
    await news.reportChanged(report, report.events.at(-1)!)
    expect([...sent.values()][0]!.message.text.length).toBeLessThan(2_000)
  })
})

describe('words for what happened', () => {
  const changes: ReportChange[] = [
    { kind: 'received' },
    { kind: 'assigned', to: 'officer-1' },
    { kind: 'started' },
    { kind: 'asked', text: 'Hỏi' },
    { kind: 'told', text: 'Nhắn' },
    { kind: 'reporter-wrote', text: 'Viết', evidence: [] },
    ...reportOutcomes.map((outcome): ReportChange => ({ kind: 'answered', text: 'Trả lời', outcome })),
    { kind: 'forwarded', to: 'Thanh tra tỉnh', reason: 'thẩm quyền' },
    { kind: 'reclassified', from: 'feedback', to: 'delay', reason: 'đúng hơn' },
    { kind: 'concern-marked', officers: ['officer-1'], units: ['văn phòng'], reason: 'được nêu tên' },
    { kind: 'joined', caseNumber: 'PA-261123-AAAA-A' },
    { kind: 'closed', because: 'reporter-satisfied' },
    { kind: 'closed', because: 'silence' },
    { kind: 'closed', because: 'officer', reason: 'đã xong' },
    { kind: 'closed', because: 'officer' },
    { kind: 'reopened', reason: 'chưa đúng' },
    { kind: 'deadlines-set' },
  ]

  it.each(changes.map((change) => [change.kind, change] as const))('exist: %s', (_, change) => {
    const text = newsText({ change } as ReportEvent, reportWords)
    expect(text.length).toBeGreaterThan(5)
    // Never who handles it, who is concerned, or that another person reported the same.
    expect(text).not.toMatch(/officer-1|văn phòng|được nêu tên|PA-261123/)
  })

  it('exist for every state', () => {
    for (const state of reportStates) expect(reportWords.say(`report.state.${state}`)).not.toBe('')
  })
})
