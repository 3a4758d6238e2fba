import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
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
  expect(page.body).toContain('Mọi tin đều đã gửi được.')
})

it('shows what was given up, without to whom, to officers (feature 10)', async () => {
  const now = desk.clock.now()
  const conversations = createConversationStore(database.connection)
  const conversation = { key: 'telegram:77', channel: 'telegram' as const, conversationId: '77' }
  await conversations.enqueue(conversation, { id: 'n1', text: 'x' }, { now, isBulk: false })
  const lease = { owner: 't', now, until: new Date(now.getTime() + 1000) }
  const claimed = (await conversations.claimDelivery(conversation.key, lease))!
  const settled = { kind: 'unreachable' as const, reason: 'blocked', id: 'n1', at: now }
  await conversations.settle(conversation.key, 't', settled, claimed.queued)

  const { body } = await visitor.get('/desk/follow-up')
  expect(body).toContain('blocked')
  expect(body).not.toContain('>77<')
})
