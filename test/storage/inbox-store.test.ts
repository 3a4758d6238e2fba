import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InboundMessage } from '../../src/conversation/message.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createInboxStore } from '../../src/storage/inbox-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'

const installations = [
  { kind: 'without a key', records: createRecordCodec(undefined) },
  { kind: 'with a key', records: createRecordCodec(keyRingNamed('office')) },
]

describe.each(installations)('inbox $kind', ({ records }) => {
  let database: TestDatabase
  let store: ReturnType<typeof createInboxStore>
  const now = new Date('2026-11-23T01:00:00Z')

  beforeAll(async () => {
    database = await openTestDatabase()
    store = createInboxStore(database.connection, () => now, records)
    await ensureIndexes(database.connection)
  })
  afterAll(() => database?.close())

  const message = (id: string, text = 'phí bao nhiêu'): InboundMessage => ({
    channel: 'web',
    conversationId: 'c',
    messageId: id,
    senderId: 'c',
    sentAt: now,
    text,
    attachments: [],
  })
  const entry = (id: string, arrival: number, conversation = 'web:c') => ({
    id,
    conversation,
    arrival,
    message: message(id),
  })

  describe('inbox', () => {
    it('stores twenty concurrent copies of one message once (feature 5)', async () => {
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => store.insert(entry('copy', 1))))
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1)
      await store.markDone(['copy'])
      expect(await store.insert(entry('copy', 2))).toBe('repeat')
    })

    it('gives what is pending in order of arrival', async () => {
      for (const arrival of [30, 10, 20]) await store.insert(entry(`o${arrival}`, arrival, 'web:order'))
      const pending = await store.pending('web:order', 10)
      expect(pending.map(({ id }) => id)).toEqual(['o10', 'o20', 'o30'])
      expect(pending[0]!.message).toEqual(message('o10'))
    })

    it('forgets the words of a done message and keeps its id', async () => {
      await store.insert(entry('words', 5, 'web:words'))
      await store.markDone(['words'])
      const document = await database.connection.collection('inbox').findOne({ _id: 'words' as never })
      expect(document).toMatchObject({ conversation: 'web:words', doneAt: now })
      expect(JSON.stringify(document)).not.toContain('bao nhiêu')
      expect(await store.pending('web:words', 10)).toEqual([])
    })

    it('finds conversations with something pending, the longest waiting first', async () => {
      await store.insert(entry('late', 9_000, 'web:late'))
      await store.insert(entry('early', 8_000, 'web:early'))
      const waiting = await store.pendingConversations(100)
      expect(waiting.indexOf('web:early')).toBeLessThan(waiting.indexOf('web:late'))
    })

    it('stores database operators in a message as text', async () => {
      const hostile = message('hostile', '{"$gt": ""}')
      const evil = { ...hostile, contact: { phone: '$where' } }
      await store.insert({ id: 'hostile', conversation: 'web:hostile', arrival: 1, message: evil })
      expect((await store.pending('web:hostile', 1))[0]!.message.text).toBe('{"$gt": ""}')
    })

    itWithPlans('answers its queries by index', async () => {
      const plan = await database.connection
        .collection('inbox')
        .find({ conversation: 'web:c', attempts: { $gte: 0 } })
        .sort({ arrival: 1 })
        .explain('queryPlanner')
      expect(JSON.stringify(plan)).not.toContain('COLLSCAN')
    })
  })
})
