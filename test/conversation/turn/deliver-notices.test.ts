import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Notice, OutboundMessage } from '../../../src/conversation/message.ts'
import { bundleNotices, stillNews } from '../../../src/conversation/turn/bundle-notices.ts'
import { createDeliverer, type SendOutcome } from '../../../src/conversation/turn/deliver.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { createLog } from '../../../src/lib/log.ts'
import { ensureIndexes } from '../../../src/storage/connect.ts'
import { createConversationStore } from '../../../src/storage/conversation-store.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { waitUntil } from '../../support/wait-until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
  createConversationStore(database.connection)
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())

const news = (id: string, text = `Tin ${id}`, about: Notice['about'] = 'report'): OutboundMessage => ({
  id,
  text,
  notices: [
    { about, facts: { code: id, ...(about === 'poll' ? { invitation: id.replace(/^.*:/, '') } : {}) } },
  ],
})

/** A clock that runs a thousand times as fast, and a platform that says what the test wants. */
async function deliver(
  messages: OutboundMessage[],
  script: (message: OutboundMessage, attempt: number) => SendOutcome,
  isOver: (sent: OutboundMessage[], waiting: number) => boolean,
  { isBulk = false } = {},
) {
  const conversations = createConversationStore(database.connection)
  const clock = new FakeClock('2026-11-23T02:00:00Z')
  const conversationId = `n${Math.random()}`
  const key = `zalo:${conversationId}`
  const conversation = { key, channel: 'zalo' as const, conversationId }
  for (const message of messages)
    await conversations.enqueue(conversation, message, { now: clock.now(), isBulk })
  const tried: { message: OutboundMessage; at: Date }[] = []
  const deliverer = createDeliverer({
    sender: {
      name: 'zalo',
      limits: {
        perSecond: 1000,
        perConversationPerSecond: 1000,
        maxTextChars: 200,
        maxButtons: 3,
        bundlesNotices: true,
      },
      async send(to, message) {
        if (to !== conversationId) return { kind: 'sent' }
        tried.push({ message, at: clock.now() })
        return script(message, tried.length)
      },
    },
    conversations,
    clock,
    log: createLog({ level: 'silent' }),
    owner: key,
    random: () => 1,
  })
  const documents = database.connection.collection<{
    _id: string
    outbox: { id: string }[]
    kept?: { id: string }[]
    undelivered: { id: string; reason: string }[]
  }>('conversations')
  const documentOf = async () => (await documents.findOne({ _id: key }))!
  const ticking = setInterval(() => clock.advanceMs(500), 1)
  deliverer.start()
  try {
    await waitUntil('delivery', async () => {
      const { outbox } = await documentOf()
      return isOver(
        tried.map(({ message }) => message),
        outbox.length,
      )
    })
  } finally {
    await deliverer.stop(5_000)
    clearInterval(ticking)
  }
  return { tried, document: await documentOf() }
}

describe('delivery of what nobody asked for', () => {
  it('puts waiting news into one bubble, settled together', async () => {
    const { tried, document } = await deliver(
      [news('a'), news('b'), { id: 'answer#0', text: 'Chào' }, news('c')],
      () => ({ kind: 'sent' }),
      (_, waiting) => waiting === 0,
    )
    expect(tried.map(({ message }) => message.text)).toEqual(['Tin a\n\nTin b', 'Chào', 'Tin c'])
    expect(tried[0]!.message.notices).toHaveLength(2)
    expect(document.undelivered).toEqual([])
  })

  it('sends one by one what the channel cannot send together', async () => {
    const { tried } = await deliver(
      [news('a'), news('b')],
      ({ notices }) => (notices!.length > 1 ? { kind: 'apart' } : { kind: 'sent' }),
      (_, waiting) => waiting === 0,
    )
    expect(tried.map(({ message }) => message.text)).toEqual(['Tin a\n\nTin b', 'Tin a', 'Tin b'])
  })

  it('scenario 22: keeps each of them, once, when the platform takes nothing', async () => {
    const { tried, document } = await deliver(
      [news('a'), news('b')],
      () => ({ kind: 'kept', reason: 'outside the window' }),
      (_, waiting) => waiting === 0,
    )
    expect(tried).toHaveLength(1)
    expect(document.kept!.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(document.undelivered).toEqual([])
  })

  it('scenario 27: what may have arrived is repeated once, then marked as unknown', async () => {
    const { tried, document } = await deliver(
      [news('a')],
      () => ({ kind: 'unknown', reason: 'timeout' }),
      (_, waiting) => waiting === 0,
    )
    expect(tried).toHaveLength(2)
    expect(document.undelivered).toMatchObject([{ id: 'a', reason: 'unknown: timeout' }])
  })

  it('scenario 27: a poll that may have arrived is never repeated', async () => {
    const { tried, document } = await deliver(
      [news('poll:a', 'Hài lòng không?', 'poll')],
      () => ({ kind: 'unknown', reason: 'timeout' }),
      (_, waiting) => waiting === 0,
      { isBulk: true },
    )
    expect(tried).toHaveLength(1)
    expect(document.undelivered).toHaveLength(1)
  })

  it('scenario 24: a channel that has to wait waits, and keeps the order', async () => {
    const { tried } = await deliver(
      [
        { id: 'x#0', text: '1' },
        { id: 'x#1', text: '2' },
      ],
      (_, attempt) =>
        attempt <= 2 ? { kind: 'retry', reason: '-32', afterMs: 40_000, scope: 'channel' } : { kind: 'sent' },
      (_, waiting) => waiting === 0,
    )
    expect(tried.map(({ message }) => message.text)).toEqual(['1', '1', '1', '2'])
    expect(tried[1]!.at.getTime() - tried[0]!.at.getTime()).toBeGreaterThanOrEqual(40_000)
  })

  it('waits for the morning without counting tries', async () => {
    const until = new Date('2026-11-23T02:01:00Z')
    const { tried, document } = await deliver(
      [news('a')],
      (_, attempt) => (attempt === 1 ? { kind: 'later', reason: 'by night', until } : { kind: 'sent' }),
      (_, waiting) => waiting === 0,
    )
    expect(tried).toHaveLength(2)
    expect(tried[1]!.at >= until).toBe(true)
    expect(document.undelivered).toEqual([])
  })
})

describe('bundles', () => {
  const message = fc.record({
    text: fc.string({ minLength: 1, maxLength: 120 }),
    kind: fc.constantFrom('report', 'dossier', 'poll', 'answer', 'secret'),
    buttons: fc.array(fc.constantFrom('look', 'stop', 'more', 'ask'), { maxLength: 3 }),
  })

  it('keep the order and every word, stay within the limits, and take only news', () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 8 }), (given) => {
        const waiting = given.map(({ text, kind, buttons }, index) => ({
          id: `m${index}`,
          text,
          attempts: 0,
          ...(kind === 'answer'
            ? {}
            : { notices: [{ about: kind === 'secret' ? 'report' : kind, facts: {} }] as Notice[] }),
          ...(kind === 'secret' ? { isSecret: true as const } : {}),
          ...(buttons.length > 0
            ? { buttons: [...new Set(buttons)].map((choice) => ({ label: choice, choice })) }
            : {}),
        }))
        const { message: bubble, messages } = bundleNotices(waiting, { maxTextChars: 200, maxButtons: 3 })
        expect(messages).toEqual(waiting.slice(0, messages.length))
        expect(bubble.text).toBe(messages.map(({ text }) => text).join('\n\n'))
        if (messages.length === 1) {
          expect(bubble).toEqual(waiting[0])
          return
        }
        expect(bubble.text.length).toBeLessThanOrEqual(200)
        expect(bubble.buttons?.length ?? 0).toBeLessThanOrEqual(3)
        const shown = new Set(bubble.buttons?.map(({ choice }) => choice))
        for (const one of messages)
          for (const { choice } of one.buttons ?? []) expect(shown.has(choice)).toBe(true)
        const kinds = given.slice(0, messages.length).map(({ kind }) => kind)
        expect(kinds.every((kind) => kind === 'report' || kind === 'dossier')).toBe(true)
      }),
    )
  })

  it('of a poll that was kept with its reminder only the first is shown', () => {
    const poll = news('poll:x', 'Hỏi', 'poll')
    const reminder = news('poll-reminder:x', 'Nhắc', 'poll')
    expect(stillNews([poll, news('a'), reminder])).toEqual([poll, news('a')])
  })
})
