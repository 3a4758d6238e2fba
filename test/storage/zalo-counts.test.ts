import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { createZaloContactStore } from '../../src/storage/zalo-contact-store.ts'
import { createZaloRatingStore } from '../../src/storage/zalo-rating-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'

const keyRing = keyRingNamed('office')
const at = new Date('2026-11-23T02:00:00Z')
let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())

test('a sent rating is found by either id, and its row leads nowhere without the key', async () => {
  const ratings = createZaloRatingStore(database.connection, keyRing)
  await ensureIndexes(database.connection)
  const sent = { trackingId: 'm-1', msgId: 'zalo-9', invitation: 'inv-abc', question: '28', sentAt: at }
  await ratings.keep(sent)
  await ratings.keep(sent)
  expect(await ratings.find({ trackingId: '', msgId: 'zalo-9' })).toEqual(sent)
  expect(await ratings.find({ trackingId: 'm-1', msgId: '' })).toEqual(sent)
  expect(await ratings.find({ trackingId: 'm-2', msgId: 'zalo-8' })).toBeUndefined()
  const rows = await database.connection.collection('zalo_ratings').find({}).toArray()
  expect(rows).toHaveLength(1)
  const stored = JSON.stringify(rows)
  for (const secret of ['m-1', 'zalo-9', 'inv-abc']) expect(stored).not.toContain(secret)
})

test('contacts are counted one by one, no more than asked for', async () => {
  const records = createRecordCodec(keyRing)
  const contacts = createZaloContactStore(database.connection, { records, now: () => at, keepDays: 365 })
  for (const userId of ['a', 'b', 'c']) await contacts.change(userId, { lastInteractionAt: at })
  const seen: string[] = []
  for await (const { userId } of contacts.each(2)) seen.push(userId)
  expect(seen).toHaveLength(2)
  expect(['a', 'b', 'c']).toEqual(expect.arrayContaining(seen))
})
