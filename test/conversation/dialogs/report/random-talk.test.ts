import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readMemory, reportSteps } from '../../../../src/conversation/dialogs/report/draft.ts'
import type { Reply } from '../../../../src/conversation/message.ts'
import { splitReply } from '../../../../src/conversation/turn/split-reply.ts'
import { reportKinds } from '../../../../src/reports/report.ts'
import { startTalk } from '../../../support/talk.ts'

/** What people do: tap anything they ever saw, say short words, tell stories, send nonsense. */
const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('tap' as const), which: fc.nat() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      text: fc.constantFrom(
        ...[
          'phản ánh',
          'quay lại',
          'bỏ qua',
          'gửi',
          'bỏ qua',
          'dừng',
          'xong',
          'gửi',
          'sửa',
          '1',
          '2',
          '3',
          '7',
          'không ghi tên',
          'ghi tên',
        ],
        ...[
          'Nguyễn Văn An 0905 123 456',
          'họ đòi tôi 500 nghìn làm giấy phép lao động',
          'ngày mai',
          'hôm qua',
          '0 đồng',
        ],
        ...[
          'viết tiếp',
          'bỏ bản nháp',
          'menu',
          'phí bao nhiêu',
          'cán bộ',
          'ok',
          'tra cứu phản ánh',
          '1234 5678 9012 3456',
        ],
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      text: fc.string({ unit: 'binary', maxLength: 80 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('send' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
)

/** Most walks begin where a report can be sent or was sent. */
const toReview = ['phản ánh', '1', 'không ghi tên', 'ghế chờ ở tầng hai bị hư', 'bỏ qua']
const toNamedReview = ['họ đòi tôi 500 nghìn làm giấy phép lao động', '1', 'Nguyễn Văn An', 'xong', 'xong']
/** However the others walk, these file one each. */
const sentAtOnce = [
  [...toReview, 'gửi'],
  [...toNamedReview, 'gửi'],
]
const beginning = fc.constantFrom<string[]>([], ['phản ánh'], toReview, toNamedReview, ...sentAtOnce)

it('whatever people do, they get an answer, no report is filed twice, and each filed one is whole', async () => {
  let filed = 0
  await fc.assert(
    fc.asyncProperty(beginning, fc.array(deed, { minLength: 5, maxLength: 20 }), async (said, walk) => {
      const deeds = [...said.map((text) => ({ kind: 'say' as const, text })), ...walk]
      let talk = startTalk()
      const seen: string[] = []
      let receipts = 0
      for (const one of deeds) {
        let replies: Reply[]
        if (one.kind === 'restart') {
          talk = talk.restart()
          continue
        }
        if (one.kind === 'tap') {
          if (seen.length === 0) continue
          replies = await talk.tap(seen[one.which % seen.length]!)
        } else if (one.kind === 'say') replies = await talk.say(one.text)
        else replies = await talk.send({ attachments: [{ kind: 'sticker' }] })

        expect(replies.length).toBeGreaterThan(0)
        for (const reply of replies) {
          expect(reply.text.trim()).not.toBe('')
          // Throws when a secret reply does not fit.
          splitReply(reply, { maxTextChars: 2_000, maxButtons: 20 })
          for (const { choice = '' } of reply.buttons ?? []) {
            expect(Buffer.byteLength(choice)).toBeLessThanOrEqual(64)
            if (choice) seen.push(choice)
          }
          if (reply.text.includes('MÃ TRA CỨU')) receipts += 1
        }
        const { draft } = readMemory(talk.state()).memory
        if (draft) expect(reportSteps).toContain(draft.step)
      }
      const reports = talk.world.all()
      expect(reports).toHaveLength(receipts)
      expect(new Set(reports.map(({ receiptHash }) => receiptHash)).size).toBe(reports.length)
      filed += reports.length
      for (const { content, kind, identityMode, identityRef } of reports) {
        expect(reportKinds).toContain(kind)
        expect(content.story.length).toBeGreaterThan(7)
        expect(identityMode === 'anonymous').toBe(identityRef === undefined)
        if (identityRef !== undefined) expect(talk.world.identities.get(identityRef)?.name).toBeTruthy()
      }
    }),
    { numRuns: 50, examples: sentAtOnce.map((said) => [said, []] as [string[], []]) },
  )
  expect(filed).toBeGreaterThanOrEqual(sentAtOnce.length)
}, 60_000)
