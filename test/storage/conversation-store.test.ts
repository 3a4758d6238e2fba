import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyState } from '../../src/conversation/turn/conversation.ts'
import { AppError } from '../../src/lib/errors.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'

const installations = [
  { kind: 'without a key', records: createRecordCodec(undefined) },
  { kind: 'with a key', records: createRecordCodec(keyRingNamed('office')) },
]

let database: TestDatabase
let store: ReturnType<typeof createConversationStore>
let n = 0
const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 1, 0, second))
const lease = (owner: string, second = 0) => ({ owner, now: at(second), until: at(second + 15) })
const newConversation = () => {
  n += 1
  return { key: `web:c${n}`, channel: 'web' as const, conversationId: `c${n}` }
}

const commit = (revision: number, ids: string[] = [], applied = 'in-1', second = 0) => ({
  revision,
  state: emptyState(),
  applied,
  messages: ids.map((id) => ({ id, text: `text of ${id}` })),
  now: at(second),
})

describe.each(installations)('conversations $kind', ({ records }) => {
  beforeAll(async () => {
    database = await openTestDatabase()
    store = createConversationStore(database.connection, records)
    await ensureIndexes(database.connection)
  })
  afterAll(() => database?.close())

  describe('turn lease', () => {
    it('is held by one process until it is given back', async () => {
      const conversation = newConversation()
      expect(await store.claimTurn(conversation, lease('a'))).toMatchObject({
        revision: 0,
        state: emptyState(),
      })
      expect(await store.claimTurn(conversation, lease('b'))).toBeUndefined()
      await store.releaseTurn(conversation.key, 'a')
      expect(await store.claimTurn(conversation, lease('b'))).toMatchObject({ key: conversation.key })
    })

    it('ends by itself when its holder died', async () => {
      const conversation = newConversation()
      await store.claimTurn(conversation, lease('dead', 0))
      expect(await store.claimTurn(conversation, lease('b', 16))).toMatchObject({ revision: 0 })
    })

    it('goes to exactly one of many who ask at once', async () => {
      const conversation = newConversation()
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, owner) => store.claimTurn(conversation, lease(`o${owner}`))),
      )
      expect(claims.filter(Boolean)).toHaveLength(1)
    })
  })

  describe('commit', () => {
    it('stores state, messages and the inbound id in one step', async () => {
      const conversation = newConversation()
      await store.claimTurn(conversation, lease('a'))
      expect(await store.commitTurn(conversation.key, 'a', commit(0, ['m#0', 'm#1'], 'in-7'))).toBe(
        'committed',
      )
      const loaded = await store.claimDelivery(conversation.key, lease('a'))
      expect(loaded).toMatchObject({ revision: 1, applied: ['in-7'], queued: 2 })
      expect(loaded).toMatchObject({ conversationId: conversation.conversationId })
      expect(loaded!.outbox).toEqual([
        { id: 'm#0', attempts: 0, text: 'text of m#0' },
        { id: 'm#1', attempts: 0, text: 'text of m#1' },
      ])
    })

    it('writes nothing when the revision or the lease is not ours any more', async () => {
      const conversation = newConversation()
      await store.claimTurn(conversation, lease('a'))
      expect(await store.commitTurn(conversation.key, 'a', commit(5, ['x']))).toBe('lost')
      expect(await store.commitTurn(conversation.key, 'b', commit(0, ['x']))).toBe('lost')
      expect(await store.claimDelivery(conversation.key, lease('a'))).toBeUndefined()
    })
  })

  describe('commit with the delivery lease', () => {
    const withLease = (revision: number, id: string) => ({
      ...commit(revision, [id], id),
      deliveryUntil: at(25),
    })

    it('takes it when nothing else waits', async () => {
      const conversation = newConversation()
      await store.claimTurn(conversation, lease('a'))
      expect(await store.commitTurn(conversation.key, 'a', withLease(0, 'm1'))).toBe('leased')
      expect(await store.claimDelivery(conversation.key, lease('b', 24))).toBeUndefined()
      expect(await store.claimDelivery(conversation.key, lease('b', 25))).toMatchObject({ queued: 1 })
    })

    it('leaves it to whoever is sending', async () => {
      const conversation = newConversation()
      await store.claimTurn(conversation, lease('a'))
      await store.commitTurn(conversation.key, 'a', withLease(0, 'm1'))
      await store.claimTurn(conversation, lease('a'))
      expect(await store.commitTurn(conversation.key, 'a', withLease(1, 'm2'))).toBe('committed')
      await store.claimTurn(conversation, lease('a'))
      expect(await store.commitTurn(conversation.key, 'a', withLease(1, 'm3'))).toBe('lost')
    })
  })

  describe('delivery', () => {
    async function withMessages(ids: string[], second = 0) {
      const conversation = newConversation()
      await store.claimTurn(conversation, lease('a', second))
      await store.commitTurn(conversation.key, 'a', commit(0, ids, 'in', second))
      return conversation
    }

    it('gives the lease back with the last message', async () => {
      const { key } = await withMessages(['1', '2'])
      const loaded = (await store.claimDelivery(key, lease('a')))!
      expect(await store.claimDelivery(key, lease('b'))).toBeUndefined()
      expect(await store.settle(key, 'a', { kind: 'sent', id: '1', at: at(1) })).toBe('held')
      expect(await store.settle(key, 'a', { kind: 'sent', id: '2', at: at(1) }, loaded.queued)).toBe(
        'released',
      )
      expect(await store.claimDelivery(key, lease('b'))).toBeUndefined()
    })

    it('does not lose a message queued while the last one was being sent', async () => {
      const conversation = await withMessages(['1'])
      const loaded = (await store.claimDelivery(conversation.key, lease('a')))!
      await store.claimTurn(conversation, lease('a'))
      await store.commitTurn(conversation.key, 'a', commit(1, ['2'], 'in-2'))
      expect(
        await store.settle(conversation.key, 'a', { kind: 'sent', id: '1', at: at(1) }, loaded.queued),
      ).toBe('held')
      const again = await store.claimDelivery(conversation.key, lease('a'))
      expect(again!.outbox.map(({ id }) => id)).toEqual(['2'])
    })

    it('waits until the retry time and counts the attempt', async () => {
      const { key } = await withMessages(['1'])
      await store.claimDelivery(key, lease('a'))
      await store.releaseDelivery(key, 'a', { kind: 'failed', messageId: '1', at: at(30) })
      expect(await store.claimDelivery(key, lease('a', 29))).toBeUndefined()
      expect((await store.claimDelivery(key, lease('a', 30)))!.outbox[0]!.attempts).toBe(1)
    })

    it('lists answers before bulk, the longest waiting first, and neither leased nor waiting ones', async () => {
      const channel = 'telegram' as const
      const bulk = { key: `telegram:bulk${n}`, channel, conversationId: `bulk${n}` }
      await store.enqueue(bulk, { id: 'b', text: 'bulk' }, { now: at(0), isBulk: true })
      const answer = { key: `telegram:answer${n}`, channel, conversationId: `answer${n}` }
      await store.claimTurn(answer, lease('a'))
      await store.commitTurn(answer.key, 'a', commit(0, ['m'], 'in', 5))
      expect(await store.dueForDelivery(channel, at(6), 10)).toEqual([
        { key: answer.key, isBulk: false },
        { key: bulk.key, isBulk: true },
      ])
      await store.claimDelivery(answer.key, lease('a', 6))
      expect(await store.dueForDelivery(channel, at(7), 10)).toEqual([{ key: bulk.key, isBulk: true }])
    })

    it('queues a notice once, even after it was sent', async () => {
      const conversation = newConversation()
      const notice = { id: 'poll-1', text: 'x' }
      expect(await store.enqueue(conversation, notice, { now: at(0), isBulk: true })).toBe(true)
      expect(await store.enqueue(conversation, notice, { now: at(1), isBulk: true })).toBe(false)
      const loaded = (await store.claimDelivery(conversation.key, lease('a')))!
      await store.settle(conversation.key, 'a', { kind: 'sent', id: 'poll-1', at: at(2) }, loaded.queued)
      expect(await store.enqueue(conversation, notice, { now: at(3), isBulk: true })).toBe(false)
    })

    it('keeps what was given up where it can be seen, and clears "unreachable" when the person writes', async () => {
      const conversation = await withMessages(['1'])
      const loaded = (await store.claimDelivery(conversation.key, lease('a')))!
      await store.settle(
        conversation.key,
        'a',
        { kind: 'unreachable', reason: 'blocked', id: '1', at: at(40) },
        loaded.queued,
      )
      expect(await store.undelivered(at(40), 10)).toContainEqual({
        id: '1',
        reason: 'blocked',
        at: at(40),
        channel: 'web',
      })
      expect((await store.claimTurn(conversation, lease('a', 41)))!.unreachable).toEqual({
        reason: 'blocked',
        at: at(40),
      })
      await store.commitTurn(conversation.key, 'a', commit(1, [], 'in-2', 41))
      expect((await store.claimTurn(conversation, lease('a', 42)))!.unreachable).toBeUndefined()
    })
  })

  describe('indexes', () => {
    itWithPlans('serve the query of every tick', async () => {
      const collection = database.connection.collection('conversations')
      const plan = await collection
        .find({ channel: 'web', deliverRank: { $gte: 0 }, deliveryUntil: { $lte: at(0) } })
        .sort({ deliverRank: 1, queuedSince: 1 })
        .explain('queryPlanner')
      expect(JSON.stringify(plan)).toContain('IXSCAN')
      expect(JSON.stringify(plan)).not.toContain('COLLSCAN')
    })
  })
})

describe('an installation that is given its first key', () => {
  const withoutKey = () => createConversationStore(database.connection)
  const withKey = () =>
    createConversationStore(database.connection, createRecordCodec(keyRingNamed('office')))

  beforeAll(async () => {
    database = await openTestDatabase()
    withoutKey()
    await ensureIndexes(database.connection)
  })
  afterAll(() => database?.close())

  it('still delivers what waited, and goes on with the state', async () => {
    const conversation = newConversation()
    const topic = { code: '1.014199', at: at(1) }
    await withoutKey().claimTurn(conversation, lease('a'))
    await withoutKey().commitTurn(conversation.key, 'a', {
      ...commit(0, ['m#0']),
      state: { ...emptyState(), topic },
    })
    const loaded = await withKey().claimDelivery(conversation.key, lease('b', 20))
    expect(loaded).toMatchObject({
      conversationId: conversation.conversationId,
      outbox: [{ id: 'm#0', text: 'text of m#0', attempts: 0 }],
    })
    expect((await withKey().claimTurn(conversation, lease('b', 20)))!.state).toEqual({ version: 1, topic })
  })

  it('still delivers what an earlier version queued', async () => {
    const conversation = newConversation()
    await withoutKey().enqueue(conversation, { id: 'x', text: 'cũ' }, { now: at(0), isBulk: false })
    await database.connection
      .collection<{ _id: string }>('conversations')
      .updateOne({ _id: conversation.key }, { $set: { outbox: [{ id: 'x', text: 'cũ', attempts: 2 }] } })
    expect((await withKey().claimDelivery(conversation.key, lease('b')))!.outbox).toEqual([
      { id: 'x', text: 'cũ', attempts: 2 },
    ])
  })
})

describe('sealed records', () => {
  const sealing = (name: string) =>
    createConversationStore(database.connection, createRecordCodec(keyRingNamed(name)))
  const collection = () =>
    database.connection.collection<{ _id: string; state: unknown; outbox: unknown[] }>('conversations')

  beforeAll(async () => {
    database = await openTestDatabase()
    sealing('office')
    await ensureIndexes(database.connection)
  })
  afterAll(() => database?.close())

  it('do not open in another conversation or under another key: an error of ours, and nothing is lost', async () => {
    const [one, two] = [newConversation(), newConversation()]
    for (const { key, channel, conversationId } of [one, two]) {
      await sealing('office').claimTurn({ key, channel, conversationId }, lease('a'))
      await sealing('office').commitTurn(key, 'a', commit(0, [`${key}#0`], key))
    }
    const document = (await collection().findOne({ _id: one.key }))!
    await collection().updateOne({ _id: two.key }, { $set: { state: document.state } })
    await expect(sealing('office').claimTurn(two, lease('a', 1))).rejects.toThrow(AppError)
    await expect(sealing('other').claimDelivery(one.key, lease('b', 1))).rejects.toThrow(AppError)
    const loaded = await sealing('office').claimDelivery(one.key, lease('b', 2))
    expect(loaded!.outbox.map(({ text }) => text)).toEqual([`text of ${one.key}#0`])
  })

  it('do not tell that a message is a secret one', async () => {
    const conversation = newConversation()
    await sealing('office').claimTurn(conversation, lease('a'))
    const messages = [{ id: 'r#0', text: 'Mã tra cứu', isSecret: true as const }]
    await sealing('office').commitTurn(conversation.key, 'a', { ...commit(0), messages })
    const [stored] = (await collection().findOne({ _id: conversation.key }))!.outbox
    expect(Object.keys(stored as object).sort()).toEqual(['attempts', 'content', 'id'])
    const loaded = await sealing('office').claimDelivery(conversation.key, lease('a'))
    expect(loaded!.outbox).toEqual([{ ...messages[0], attempts: 0 }])
  })
})
