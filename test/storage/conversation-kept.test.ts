import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OutboundMessage } from '../../src/conversation/message.ts'
import { emptyState } from '../../src/conversation/turn/conversation.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'

const installations = [
  { kind: 'without a key', records: createRecordCodec(undefined), isSealed: false },
  { kind: 'with a key', records: createRecordCodec(keyRingNamed('office')), isSealed: true },
]

let database: TestDatabase
let store: ReturnType<typeof createConversationStore>
let n = 0
const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 1, 0, second))
const lease = (owner: string, second = 0) => ({ owner, now: at(second), until: at(second + 15) })
const news = (id: string): OutboundMessage => ({
  id,
  text: `tin mật ${id}`,
  notices: [{ about: 'report', facts: { code: id } }],
})

describe.each(installations)(
  'messages kept until the person writes again, $kind',
  ({ records, isSealed }) => {
    beforeAll(async () => {
      database = await openTestDatabase()
      store = createConversationStore(database.connection, records)
      await ensureIndexes(database.connection)
    })
    afterAll(() => database?.close())

    async function conversationWith(ids: string[]) {
      const conversation = { key: `zalo:k${++n}`, channel: 'zalo' as const, conversationId: `k${n}` }
      for (const id of ids) await store.enqueue(conversation, news(id), { now: at(0), isBulk: false })
      return conversation
    }

    /** As the deliverer does it, message by message. */
    async function keepAll(key: string, owner = 'd'): Promise<void> {
      const claimed = await store.claimDelivery(key, lease(owner))
      const { outbox, queued } = claimed!
      for (const [index, { attempts: _attempts, ...message }] of outbox.entries()) {
        const lastOf = index === outbox.length - 1 ? queued : undefined
        await store.settle(
          key,
          owner,
          { id: message.id, at: at(1), kind: 'kept', messages: [message] },
          lastOf,
        )
      }
    }

    const documentOf = (key: string) =>
      database.connection
        .collection<{ _id: string; outbox: unknown[]; kept: { content: unknown }[]; deliverRank?: number }>(
          'conversations',
        )
        .findOne({ _id: key })

    const commit = (revision: number, messages: OutboundMessage[], released: string[]) => ({
      revision,
      state: emptyState(),
      applied: `in-${n}`,
      messages,
      released,
      now: at(20),
    })

    it('are moved in one write, wait quietly, and are given to the next turn', async () => {
      const { key, ...conversation } = await conversationWith(['a', 'b'])
      await keepAll(key)
      expect(await store.dueForDelivery('zalo', at(5), 10)).not.toContainEqual(
        expect.objectContaining({ key }),
      )
      const document = await documentOf(key)
      expect(document).toMatchObject({ outbox: [] })
      expect(document!.deliverRank).toBeUndefined()
      expect(JSON.stringify(document!.kept).includes('tin mật')).toBe(!isSealed)

      const turn = await store.claimTurn({ key, ...conversation }, lease('t', 20))
      expect(turn!.kept).toEqual([news('a'), news('b')])
      const answer = { id: 'in#0', text: 'Chào Ông/Bà' }
      expect(await store.commitTurn(key, 't', commit(0, [answer, ...turn!.kept], ['a', 'b']))).toBe(
        'committed',
      )
      const delivery = await store.claimDelivery(key, lease('d2', 21))
      expect(delivery!.outbox.map(({ text }) => text)).toEqual(['Chào Ông/Bà', 'tin mật a', 'tin mật b'])
      expect(delivery!.outbox[1]!.notices).toEqual(news('a').notices)
      expect((await documentOf(key))!.kept).toEqual([])
    })

    it('are not lost by a turn that died, nor shown by one whose commit is lost', async () => {
      const { key, ...conversation } = await conversationWith(['a'])
      await keepAll(key)
      await store.claimTurn({ key, ...conversation }, lease('dead', 20))
      const again = await store.claimTurn({ key, ...conversation }, lease('t', 40))
      expect(again!.kept).toHaveLength(1)
      expect(await store.commitTurn(key, 'dead', commit(0, again!.kept, ['a']))).toBe('lost')
      expect((await documentOf(key))!.kept).toHaveLength(1)
    })

    it('one that is kept between the load of a turn and its commit stays for the next', async () => {
      const { key, ...conversation } = await conversationWith(['a'])
      await keepAll(key)
      const turn = await store.claimTurn({ key, ...conversation }, lease('t', 20))
      await store.enqueue({ key, ...conversation }, news('late'), { now: at(20), isBulk: false })
      await keepAll(key)
      await store.commitTurn(key, 't', commit(0, turn!.kept, ['a']))
      const next = await store.claimTurn({ key, ...conversation }, lease('t', 30))
      expect(next!.kept).toEqual([news('late')])
    })

    it('a settle of a lease that was lost keeps nothing twice', async () => {
      const { key } = await conversationWith(['a'])
      await store.claimDelivery(key, lease('slow', 0))
      await store.claimDelivery(key, lease('other', 16))
      await store.settle(key, 'slow', { id: 'a', at: at(17), kind: 'kept', messages: [news('a')] }, 1)
      await store.settle(key, 'other', { id: 'a', at: at(17), kind: 'kept', messages: [news('a')] }, 1)
      expect((await documentOf(key))!.kept).toHaveLength(1)
    })

    it('are taken back with the words of their report, and counted for the desk', async () => {
      const before = await store.countKept('zalo')
      const { key } = await conversationWith(['a', 'b'])
      await keepAll(key)
      const counted = await store.countKept('zalo')
      expect(counted).toEqual({ messages: before.messages + 2, conversations: before.conversations + 1 })
      await store.withdraw(key, ['a', 'b'])
      expect(await store.countKept('zalo')).toEqual(before)
      expect(
        await store.enqueue({ key, channel: 'zalo', conversationId: 'x' }, news('a'), {
          now: at(9),
          isBulk: false,
        }),
      ).toBe(false)
    })

    it('several that went together are settled in one write', async () => {
      const { key } = await conversationWith(['a', 'b', 'c'])
      const { queued } = (await store.claimDelivery(key, lease('d')))!
      const settled = { id: 'a', with: ['b', 'c'], at: at(1), kind: 'sent' } as const
      expect(await store.settle(key, 'd', settled, queued)).toBe('released')
      expect(await documentOf(key)).toMatchObject({ outbox: [] })
    })

    it('what is held counts no attempt and leaves with the next answer', async () => {
      const { key, ...conversation } = await conversationWith(['a'])
      await store.claimDelivery(key, lease('d'))
      await store.releaseDelivery(key, 'd', { kind: 'held', messageId: 'a', at: at(50) })
      const isDue = async (second: number) =>
        (await store.dueForDelivery('zalo', at(second), 50)).some((due) => due.key === key)
      expect(await isDue(10)).toBe(false)
      expect(await store.claimDelivery(key, lease('d', 10))).toBeUndefined()
      expect(await isDue(51)).toBe(true)

      await store.claimTurn({ key, ...conversation }, lease('t', 12))
      await store.commitTurn(key, 't', commit(0, [{ id: 'in#0', text: 'Chào' }], []))
      expect(await isDue(21)).toBe(true)
      const delivery = await store.claimDelivery(key, lease('d', 21))
      expect(delivery!.outbox.map(({ id, attempts }) => [id, attempts])).toEqual([
        ['a', 0],
        ['in#0', 0],
      ])
    })

    it('remembers of a message that a try may have arrived', async () => {
      const { key } = await conversationWith(['a'])
      await store.claimDelivery(key, lease('d'))
      await store.releaseDelivery(key, 'd', { kind: 'failed', isRepeat: true, messageId: 'a', at: at(2) })
      const delivery = await store.claimDelivery(key, lease('d', 3))
      expect(delivery!.outbox).toMatchObject([{ id: 'a', attempts: 1, isRepeat: true }])
    })
  },
)
