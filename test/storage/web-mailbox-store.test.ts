import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/lib/clock.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createWebMailboxStore } from '../../src/storage/web-mailbox-store.ts'
import { mailboxContract } from '../contracts/web-mailbox.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

const retentionHours = 48

mailboxContract('web_messages', async () => {
  const database = await openTestDatabase()
  // The database forgets by its own clock, so this one must not stand in the past.
  const clock = new FakeClock(new Date(performance.timeOrigin + performance.now()))
  const mailbox = createWebMailboxStore(database.connection, clock, retentionHours)
  await ensureIndexes(database.connection)
  return { mailbox, other: mailbox, now: () => clock.now(), close: () => database.close() }
})

describe('web_messages', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(async () => {
    await database.close()
  })

  it('goes on above the numbers that a page remembers after all lines were forgotten', async () => {
    const clock = new FakeClock(new Date(performance.timeOrigin + performance.now()))
    const mailbox = createWebMailboxStore(database.connection, clock, retentionHours)
    await ensureIndexes(database.connection)
    for (const id of ['1', '2', '3']) {
      await mailbox.append('x', { from: 'bot', message: { id, text: 'cũ' } })
    }
    const remembered = (await mailbox.after('x', undefined, 1))[0]!.sequence
    await database.connection.collection('web_messages').deleteMany({})
    clock.advanceMs(retentionHours * 3_600_000)
    await mailbox.append('x', { from: 'bot', message: { id: '4', text: 'mới' } })
    expect((await mailbox.after('x', remembered, 10)).map((line) => line.message.id)).toEqual(['4'])
  })

  it('says when each line may be forgotten, and lets the database do it', async () => {
    const clock = new FakeClock(new Date(performance.timeOrigin + performance.now()))
    const mailbox = createWebMailboxStore(database.connection, clock, retentionHours)
    await mailbox.append('y', { from: 'person', message: { id: 'y:1', text: 'Xin chào' } })
    const lines = database.connection.collection('web_messages')
    const stored = await lines.findOne({ conversationId: 'y' })
    expect(stored?.expiresAt).toEqual(new Date(clock.now().getTime() + retentionHours * 3_600_000))
    const indexes = await lines.indexes()
    expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }))
  })
})
