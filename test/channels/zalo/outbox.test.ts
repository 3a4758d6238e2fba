import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ZaloApi } from '../../../src/channels/zalo/api.ts'
import { zaloLimits } from '../../../src/channels/zalo/limits.ts'
import { maxTextPoints, messageBody } from '../../../src/channels/zalo/message-body.ts'
import { createZaloSender } from '../../../src/channels/zalo/send.ts'
import { createZaloStops } from '../../../src/channels/zalo/stops.ts'
import { createDeliverer } from '../../../src/conversation/turn/deliver.ts'
import { createInbox } from '../../../src/conversation/turn/inbox.ts'
import { createTurnRunner } from '../../../src/conversation/turn/run-turns.ts'
import { splitReply } from '../../../src/conversation/turn/split-reply.ts'
import { type Clock, systemClock } from '../../../src/lib/clock.ts'
import { createLog } from '../../../src/lib/log.ts'
import { ensureIndexes } from '../../../src/storage/connect.ts'
import { createConversationStore } from '../../../src/storage/conversation-store.ts'
import { createInboxStore } from '../../../src/storage/inbox-store.ts'
import { createZaloLedger } from '../../../src/storage/zalo-ledger.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { inbound } from '../../support/inbound.ts'
import { createMemoryConversations } from '../../support/memory-conversations.ts'
import { RacingClock } from '../../support/racing-clock.ts'
import { waitUntil } from '../../support/wait-until.ts'
import {
  memoryContacts,
  memoryLedger,
  openSenderWorld,
  shippedZaloContent,
  shippedZaloTexts,
} from '../../support/zalo-sender.ts'

const log = createLog({ level: 'silent' })
const hourMs = 3_600_000

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
  createConversationStore(database.connection)
  createInboxStore(database.connection, () => systemClock.now())
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())

/** Zalo as it counts: 4,000 calls in each minute of its clock, and nothing else in the way. */
function countingZalo(clock: Clock) {
  const calls: { to: string; text: string; atMs: number }[] = []
  let refused = 0
  let minute = { number: 0, calls: 0 }
  const api: ZaloApi = {
    async call({ body }) {
      const nowMs = clock.now().getTime()
      const number = Math.floor(nowMs / 60_000)
      if (minute.number !== number) minute = { number, calls: 0 }
      minute.calls += 1
      if (minute.calls > 4000) {
        refused += 1
        return {
          kind: 'refused',
          code: -32,
          message: 'limit',
          errorClass: 'busy',
          afterMs: 60_000 - (nowMs % 60_000),
        }
      }
      const json = (body.kind === 'json' ? body.json : {}) as {
        recipient: { user_id: string }
        message: { text: string }
      }
      calls.push({ to: json.recipient.user_id, text: json.message.text, atMs: nowMs })
      return { kind: 'done', data: {} }
    },
  }
  const content = shippedZaloContent()
  const contacts = memoryContacts()
  const send = createZaloSender({
    api,
    contacts,
    settings: { mayPay: false },
    content,
    texts: shippedZaloTexts(),
    ledger: memoryLedger(),
    stops: createZaloStops({ clock, log }),
    clock,
    log,
  })
  const sender = { name: 'zalo' as const, limits: zaloLimits(content), send }
  return { sender, contacts, calls, refused: () => refused }
}

describe('pace', () => {
  test('rows 11, 12 (Zalo): 20,000 polls in 1.03 times the shortest time without a -32, answers overtake within 2 s', async () => {
    const people = 20_000
    const clock = new RacingClock('2026-11-23T02:00:00Z')
    const { sender, contacts, calls, refused } = countingZalo(clock)
    const { store: conversations } = createMemoryConversations()
    const queue = async (id: string, to: string, isBulk: boolean) => {
      await contacts.change(to, { lastInteractionAt: clock.now() })
      const notices = [{ about: 'poll' as const, facts: { invitation: to, questions: '28' } }]
      const message = { id, text: id, ...(isBulk ? { notices } : {}) }
      const conversation = { key: `zalo:${to}`, channel: 'zalo' as const, conversationId: to }
      await conversations.enqueue(conversation, message, { now: clock.now(), isBulk })
    }
    for (let n = 0; n < people; n++) await queue(`poll:${n}`, `p${n}`, true)
    const startMs = clock.now().getTime()
    const askedAt = new Map<string, number>()
    const deliverer = createDeliverer({ sender, conversations, clock, log, owner: 'one' })
    deliverer.start()
    let next = 500
    await clock.race(() => {
      if (calls.length >= next && next < 18_000) {
        next += 2_500
        const id = `answer:${next}`
        askedAt.set(id, clock.now().getTime())
        void queue(id, `citizen${next}`, false)
      }
      return calls.length >= people + askedAt.size
    })
    void deliverer.stop(0)
    const tookMs = calls.at(-1)!.atMs - startMs
    const shortestMs = (calls.length / 4000) * 60_000
    const waits = calls.flatMap(({ text, atMs }) => (askedAt.has(text) ? [atMs - askedAt.get(text)!] : []))
    console.info(
      `Zalo: ${(tookMs / shortestMs).toFixed(4)} × the shortest, slowest answer ${Math.max(...waits)} ms`,
    )
    expect(refused()).toBe(0)
    expect(tookMs).toBeLessThanOrEqual(1.03 * shortestMs)
    expect(waits).toHaveLength(askedAt.size)
    expect(Math.max(...waits)).toBeLessThanOrEqual(2_000)
  }, 60_000)

  test('row 11 (Zalo): one person gets at most one message a second', async () => {
    const clock = new RacingClock('2026-11-23T02:00:00Z')
    const { sender, contacts, calls } = countingZalo(clock)
    const { store: conversations } = createMemoryConversations()
    await contacts.change('lan', { lastInteractionAt: clock.now() })
    for (let n = 0; n < 5; n++) {
      const conversation = { key: 'zalo:lan', channel: 'zalo' as const, conversationId: 'lan' }
      await conversations.enqueue(
        conversation,
        { id: `a#${n}`, text: `${n}` },
        { now: clock.now(), isBulk: false },
      )
    }
    const deliverer = createDeliverer({ sender, conversations, clock, log, owner: 'one' })
    deliverer.start()
    await clock.race(() => calls.length === 5)
    void deliverer.stop(0)
    expect(calls.map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4'])
    const gaps = calls.slice(1).map(({ atMs }, index) => atMs - calls[index]!.atMs)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000)
  })
})

describe('from the inbox to the person and back', () => {
  test('row 13, scenario 22 (Zalo): what was kept is shown behind the answer to the next message', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    const conversations = createConversationStore(database.connection)
    const inboxStore = createInboxStore(database.connection, () => systemClock.now())
    const conversation = { key: `zalo:${lan.userId}`, channel: 'zalo' as const, conversationId: lan.userId }
    const limits = { ...zaloLimits(world.content), perSecond: 1000, perConversationPerSecond: 1000 }
    const sender = { name: 'zalo' as const, limits, send: world.send }
    const deliverer = createDeliverer({ sender, conversations, clock: systemClock, log, owner: 'd' })
    const runner = createTurnRunner({
      inbox: inboxStore,
      conversations,
      respond: async ({ state }) => ({ replies: [{ text: 'Ông/Bà cần gì?' }], state }),
      apologise: () => ({ text: 'Xin lỗi' }),
      limits: () => limits,
      clock: systemClock,
      log,
      owner: 't',
      onQueued: (queued, leasedUntil) => deliverer.notify(queued, leasedUntil),
    })
    const inbox = createInbox(inboxStore, systemClock, (key) => runner.notify(key))
    world.clock.advanceMs(8 * 24 * hourMs)
    for (const id of ['news:1', 'news:2']) {
      const message = { id, text: `Tin ${id}`, notices: [{ about: 'report' as const, facts: { code: id } }] }
      await conversations.enqueue(conversation, message, { now: systemClock.now(), isBulk: false })
    }
    deliverer.start()
    runner.start()
    try {
      await waitUntil('both are kept', async () => (await conversations.countKept('zalo')).messages === 2)
      expect(lan.bubbles).toEqual([])

      await lan.write('xin chào')
      await world.contacts.change(lan.userId, { lastInteractionAt: world.clock.now() })
      const { conversationId } = conversation
      await inbox.accept(inbound({ channel: 'zalo', conversationId, messageId: 'm1', text: 'xin chào' }))
      await waitUntil(
        'she has all of it',
        () => lan.bubbles.filter(({ from }) => from !== 'person').length === 2,
      )
    } finally {
      await runner.stop(2_000)
      await deliverer.stop(2_000)
    }
    const seen = lan.bubbles.filter(({ from }) => from !== 'person').map(({ text }) => text)
    expect(seen).toEqual(['Ông/Bà cần gì?', 'Tin news:1\n\nTin news:2'])
    expect(await conversations.countKept('zalo')).toEqual({ messages: 0, conversations: 0 })
    expect(world.oa.requestsTo('/v3.0/oa/message/cs')).toHaveLength(2)
  })

  test('row 10 (Zalo): a message that Zalo took is not sent again by the process that follows; one that it refused is', async () => {
    const world = await openSenderWorld()
    const lan = world.guest()
    const conversations = createConversationStore(database.connection)
    const conversation = { key: 'zalo:row10', channel: 'zalo' as const, conversationId: lan.userId }
    for (const id of ['a#0', 'a#1', 'a#2']) {
      await conversations.enqueue(conversation, { id, text: id }, { now: systemClock.now(), isBulk: false })
    }
    const limits = { ...zaloLimits(world.content), perSecond: 1000, perConversationPerSecond: 1000 }
    const chat = '/v3.0/oa/message/cs'
    world.oa.queueAnswer(chat, { isApplied: true })
    world.oa.queueAnswer(chat, { body: { error: -32, message: 'limit' } })
    const live = async (owner: string, isOver: () => boolean | Promise<boolean>) => {
      const sender = { name: 'zalo' as const, limits, send: world.send }
      const clock: Clock = {
        now: () => systemClock.now(),
        sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 50), signal),
      }
      const deliverer = createDeliverer({ sender, conversations, clock, log, owner })
      deliverer.start()
      await waitUntil('delivery', isOver)
      await deliverer.stop(2_000)
    }
    await live('first', () => world.oa.requestsTo(chat).length >= 2)
    await database.connection
      .collection<{ _id: string }>('conversations')
      .updateOne({ _id: 'zalo:row10' }, { $set: { retryAt: new Date(0) } })
    await live('second', () => lan.bubbles.length === 3)
    expect(lan.bubbles.map(({ text }) => text)).toEqual(['a#0', 'a#1', 'a#2'])
  })
})

describe('row 17 (Zalo): long texts', () => {
  const limits = zaloLimits(shippedZaloContent())

  test('any text in parts that Zalo takes; joined they are the original', () => {
    const text = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.constantFrom('Đường ', 'ề'.normalize('NFD'), '👨‍👩‍👧', '\n', '. '),
        ),
        {
          minLength: 1,
          maxLength: 30,
        },
      )
      .map((pieces) => pieces.join('').repeat(Math.ceil(5000 / Math.max(1, pieces.join('').length))))
    fc.assert(
      fc.property(text, (given) => {
        const parts = splitReply({ text: given }, limits)
        expect(parts.map((part) => part.text).join('')).toBe(given)
        for (const part of parts) {
          const body = messageBody(part, 'buttons', shippedZaloTexts())
          expect(body.parts).toHaveLength(1)
          expect([...(body.parts[0]!.text as string)].length).toBeLessThanOrEqual(maxTextPoints)
        }
      }),
      { numRuns: 50 },
    )
  })

  test('any buttons in either form: never more than five, every choice once as a button or a number', () => {
    const button = fc.record({
      label: fc.string({ minLength: 1, maxLength: 120 }),
      kind: fc.constantFrom('choice', 'url', 'local', 'tel'),
    })
    fc.assert(
      fc.property(
        fc.array(button, { maxLength: 9 }),
        fc.constantFrom('buttons' as const, 'numbered' as const),
        (given, form) => {
          const buttons = given.map(({ label, kind }, n) => {
            switch (kind) {
              case 'choice':
                return { label, choice: `c${n}` }
              case 'url':
                return { label, url: `https://example.gov.vn/${n}` }
              case 'local':
                return { label, url: `http://localhost/${n}` }
              default:
                return { label, url: `tel:0258${n}` }
            }
          })
          const body = messageBody({ text: 'Chọn', buttons }, form, shippedZaloTexts())
          const payloads = body.parts.map(
            (part) =>
              (part.attachment as { payload: { buttons: { title: string; payload: unknown }[] } } | undefined)
                ?.payload.buttons ?? [],
          )
          const shown = payloads.flat()
          expect(shown.length).toBeLessThanOrEqual(5)
          for (const { title } of shown) expect([...title].length).toBeLessThanOrEqual(100)
          const whole = body.parts.map(({ text }) => text as string).join('\n')
          buttons.forEach((one, n) => {
            if ('choice' in one) {
              const isButton = shown.some(({ payload }) => payload === `v1:c${n}`)
              const isNumber = body.numberedChoices?.includes(`c${n}`) ?? false
              expect(isButton || isNumber).toBe(true)
              if (!isButton) expect(whole).toContain(`${body.numberedChoices!.indexOf(`c${n}`) + 1}. `)
            } else if (one.url.startsWith('http://')) expect(whole).toContain(one.url)
          })
        },
      ),
    )
  })
})

test('the ledger counts by month in Vietnamese time, from several processes at once', async () => {
  const kinds = ['free', 'paid', 'kept'] as const
  const [one, two] = [
    createZaloLedger(database.connection, kinds),
    createZaloLedger(database.connection, kinds),
  ]
  const lastEvening = new Date('2026-11-30T16:59:00Z')
  const nextMonth = new Date('2026-11-30T17:01:00Z')
  await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? one : two).count('free', lastEvening)))
  await one.count('paid', nextMonth)
  expect(await two.ofMonth('2026-11')).toEqual({ free: 20 })
  expect(await two.ofMonth('2026-12')).toEqual({ paid: 1 })
  expect(await two.ofMonth('2027-01')).toEqual({})
})
