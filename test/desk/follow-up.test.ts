import { afterAll, beforeAll, expect, it } from 'vitest'
import { fold } from '../../src/catalogue/text/fold.ts'
import { unansweredQuestion } from '../../src/catalogue/unanswered-question.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createQuestionStore } from '../../src/storage/question-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { openDesk, type TestDesk, Visitor } from './open-desk.ts'

let database: TestDatabase
let desk: TestDesk
let visitor: Visitor

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  const { secret } = await desk.add('lan.anh', ['intake'])
  visitor = new Visitor(desk)
  await visitor.signIn('lan.anh', secret)
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

it('says when nothing was left undone', async () => {
  const page = await visitor.get('/desk/follow-up')
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain('Không có câu hỏi nào bị bỏ lại.')
  expect(page.body).toContain('Mọi tin đều đã gửi được.')
})

it('shows what was not answered and what was given up, masked and escaped, to officers (feature 10)', async () => {
  const now = desk.clock.now()
  await createQuestionStore(database.connection).record(
    unansweredQuestion(
      { text: '<b>xin phép</b> gọi 0905 123 456', outcome: 'not-found', channel: 'web', askedAt: now },
      fold,
    ),
  )
  const conversations = createConversationStore(database.connection)
  const conversation = { key: 'telegram:77', channel: 'telegram' as const, conversationId: '77' }
  await conversations.enqueue(conversation, { id: 'n1', text: 'x' }, { now, isBulk: false })
  const lease = { owner: 't', now, until: new Date(now.getTime() + 1000) }
  const claimed = (await conversations.claimDelivery(conversation.key, lease))!
  const settled = { kind: 'unreachable' as const, reason: 'blocked', id: 'n1', at: now }
  await conversations.settle(conversation.key, 't', settled, claimed.queued)

  const { body } = await visitor.get('/desk/follow-up')
  expect(body).toContain('&lt;b>xin phép&lt;/b>')
  expect(body).not.toContain('0905')
  expect(body).toContain('blocked')
  expect(body).not.toContain('>77<')
})
