import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OutboundMessage } from '../../../src/conversation/message.ts'
import { createDeliverer, maxSendAttempts, type SendOutcome } from '../../../src/conversation/turn/deliver.ts'
import { retryDelayMs } from '../../../src/conversation/turn/retry-delay.ts'
import { systemClock } from '../../../src/lib/clock.ts'
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

type Sent = { to: string; id: string }

/** A platform whose answers the test scripts; without a script it takes everything. */
function platform(
  script: (message: OutboundMessage, attempt: number) => SendOutcome = () => ({ kind: 'sent' }),
) {
  const sent: Sent[] = []
  const tries = new Map<string, number>()
  return {
    sent,
    tries,
    sender: {
      name: 'telegram' as const,
      limits: { perSecond: 1000, perConversationPerSecond: 1000 },
      async send(to: string, message: OutboundMessage) {
        const attempt = (tries.get(message.id) ?? 0) + 1
        tries.set(message.id, attempt)
        const outcome = script(message, attempt)
        if (outcome.kind === 'sent') sent.push({ to, id: message.id })
        return outcome
      },
    },
  }
}

const store = () => createConversationStore(database.connection)

async function queue(conversationId: string, ids: string[]): Promise<string> {
  const key = `telegram:${conversationId}`
  for (const id of ids) {
    const message = { id: `${conversationId}#${id}`, text: id }
    await store().enqueue({ key, channel: 'telegram', conversationId }, message, {
      now: systemClock.now(),
      isBulk: false,
    })
  }
  return key
}

async function run(sender: ReturnType<typeof platform>['sender'], until: () => boolean | Promise<boolean>) {
  const deliverer = createDeliverer({
    sender,
    conversations: store(),
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    owner: `d${Math.random()}`,
  })
  deliverer.start()
  await waitUntil('delivery', until)
  await deliverer.stop(5_000)
}

const waiting = async (key: string): Promise<number> => {
  const document = await database.connection
    .collection<{ _id: string; outbox: unknown[] }>('conversations')
    .findOne({ _id: key })
  return document?.outbox.length ?? 0
}

describe('delivery', () => {
  it('sends in order and removes what is sent (feature 10)', async () => {
    const key = await queue('order', ['0', '1', '2', '3'])
    const { sender, sent } = platform()
    await run(sender, async () => (await waiting(key)) === 0)
    expect(sent.filter(({ to }) => to === 'order').map(({ id }) => id)).toEqual([
      'order#0',
      'order#1',
      'order#2',
      'order#3',
    ])
  })

  it('obeys the time that the platform gives and keeps the order (feature 11)', async () => {
    const key = await queue('slow-down', ['0', '1'])
    let refusedAt = 0
    let takenAt = 0
    const { sender, sent } = platform((message, attempt) => {
      if (message.id !== 'slow-down#0') return { kind: 'sent' }
      if (attempt === 1) {
        refusedAt = performance.now()
        return { kind: 'retry', reason: '429', afterMs: 1_500 }
      }
      takenAt = performance.now()
      return { kind: 'sent' }
    })
    await run(sender, async () => (await waiting(key)) === 0)
    expect(takenAt - refusedAt).toBeGreaterThanOrEqual(1_490)
    expect(sent.map(({ id }) => id)).toEqual(['slow-down#0', 'slow-down#1'])
  })

  it('stops at a person who blocked us and shows what was not sent (feature 14)', async () => {
    const since = systemClock.now()
    const key = await queue('blocked', ['0', '1', '2'])
    const { sender, tries } = platform(() => ({ kind: 'unreachable', reason: 'blocked' }))
    await run(sender, async () => (await waiting(key)) === 0)
    expect([...tries.keys()]).toEqual(['blocked#0'])
    const given = await store().undelivered(since, 10)
    expect(given.map(({ id, reason }) => [id, reason])).toEqual([
      ['blocked#0', 'blocked'],
      ['blocked#1', 'blocked'],
      ['blocked#2', 'blocked'],
    ])
  })

  it('skips a message that the platform will never take and goes on with the next', async () => {
    const key = await queue('bad', ['0', '1'])
    const { sender, sent } = platform((message) =>
      message.id === 'bad#0' ? { kind: 'rejected', reason: '400' } : { kind: 'sent' },
    )
    await run(sender, async () => (await waiting(key)) === 0)
    expect(sent).toEqual([{ to: 'bad', id: 'bad#1' }])
  })

  it('gives up after the last try and says so', async () => {
    const since = systemClock.now()
    const key = await queue('dead', ['0'])
    await database.connection
      .collection<{ _id: string }>('conversations')
      .updateOne({ _id: key }, { $set: { 'outbox.0.attempts': maxSendAttempts - 1 } })
    const { sender } = platform(() => ({ kind: 'retry', reason: 'http-500' }))
    await run(sender, async () => (await waiting(key)) === 0)
    expect(await store().undelivered(since, 10)).toMatchObject([{ id: 'dead#0', reason: 'http-500' }])
  })

  it('by two processes at once sends each message once', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `two${n}`)
    const keys = await Promise.all(ids.map((id) => queue(id, ['0', '1'])))
    const { sender, sent } = platform()
    const done = async () => (await Promise.all(keys.map(waiting))).every((count) => count === 0)
    await Promise.all([run(sender, done), run(sender, done)])
    const mine = sent.filter(({ to }) => to.startsWith('two'))
    expect(mine).toHaveLength(60)
    expect(new Set(mine.map(({ id }) => id)).size).toBe(60)
  })
})

describe('retryDelayMs', () => {
  it('doubles up to three hours, never all at the same moment', () => {
    expect(retryDelayMs(0, () => 1)).toBe(1_000)
    expect(retryDelayMs(3, () => 0)).toBe(4_000)
    expect(retryDelayMs(60, () => 1)).toBe(3 * 3_600_000)
  })

  it('goes on for about two days', () => {
    let total = 0
    for (let attempt = 0; attempt < maxSendAttempts - 1; attempt++) total += retryDelayMs(attempt, () => 0.5)
    expect(total / 3_600_000).toBeGreaterThan(20)
    expect(total / 3_600_000).toBeLessThan(48)
  })
})
