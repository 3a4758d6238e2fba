import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyState } from '../../src/conversation/turn/conversation.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let store: ReturnType<typeof createConversationStore>
let n = 0
const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 1, 0, second))
const lease = (owner: string, second = 0) => ({ owner, now: at(second), until: at(second + 15) })
const newConversation = () => {
  n += 1
  return { key: `web:c${n}`, channel: 'web' as const, conversationId: `c${n}` }
}

beforeAll(async () => {
  database = await openTestDatabase()
  store = createConversationStore(database.connection)
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())

const commit = (revision: number, ids: string[] = [], applied = 'in-1', second = 0) => ({
  revision,
  state: emptyState(),
  applied,
  messages: ids.map((id) => ({ id, text: `text of ${id}` })),
  now: at(second),
})

describe('turn lease', () => {
  it('is held by one process until it is given back', async () => {
    const conversation = newConversation()
    expect(await store.claimTurn(conversation, lease('a'))).toMatchObject({ revision: 0, outbox: [] })
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
    expect(await store.commitTurn(conversation.key, 'a', commit(0, ['m#0', 'm#1'], 'in-7'))).toBe('committed')
    const loaded = await store.claimDelivery(conversation.key, lease('a'))
    expect(loaded).toMatchObject({ revision: 1, applied: ['in-7'], queued: 2 })
    expect(loaded!.outbox.map(({ id, attempts }) => [id, attempts])).toEqual([
      ['m#0', 0],
      ['m#1', 0],
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
    expect(await store.settle(key, 'a', { kind: 'sent', id: '2', at: at(1) }, loaded.queued)).toBe('released')
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
    await store.releaseDelivery(key, 'a', { messageId: '1', at: at(30) })
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
