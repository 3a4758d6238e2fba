import { afterAll, beforeAll, expect, it } from 'vitest'
import { telegramLimits } from '../../src/channels/telegram/limits.ts'
import {
  createInvitationSender,
  isInvitationMessage,
} from '../../src/conversation/dialogs/poll/send-invitation.ts'
import type { ConversationStore } from '../../src/conversation/turn/conversation.ts'
import { createDeliverer, type Sender } from '../../src/conversation/turn/deliver.ts'
import { dispatchPolls } from '../../src/jobs/dispatch-polls.ts'
import { type Clock, FakeClock, systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { connectDatabase, ensureIndexes } from '../../src/storage/connect.ts'
import type { SurveyStores } from '../../src/surveys/invitation/invitation-store.ts'
import { createSurveys } from '../../src/surveys/surveys.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createMemoryConversations } from '../support/memory-conversations.ts'
import { RacingClock } from '../support/racing-clock.ts'
import { shipped } from '../support/talk.ts'
import { waitUntil } from '../support/wait-until.ts'
import { createMemorySurveyStores } from './memory-survey-stores.ts'
import { handedOver, openSurveys, testKeyRing } from './open-surveys.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())

const minuteMs = 60_000
const log = createLog({ level: 'silent' })

/** A platform that counts, and says 429 to whoever sends more than thirty in a second, Telegram's limit. */
function platform(clock: Clock) {
  const sent: { to: string; id: string; atMs: number }[] = []
  let refused = 0
  const sender: Sender = {
    name: 'telegram',
    limits: telegramLimits,
    async send(to, message) {
      const atMs = clock.now().getTime()
      if ((sent.at(-30)?.atMs ?? 0) > atMs - 1_000) {
        refused++
        return { kind: 'retry', reason: '429', afterMs: 1_000, scope: 'channel' }
      }
      sent.push({ to, id: message.id, atMs })
      return { kind: 'sent' }
    },
  }
  return { sender, sent, refused: () => refused }
}

/** One life of a process: its scheduler ticks each minute, its deliverer sends. */
function live(
  owner: string,
  parts: { clock: RacingClock; stores: SurveyStores; conversations: ConversationStore; sender: Sender },
) {
  const { clock, stores, conversations, sender } = parts
  const { content } = shipped()
  const { settings, inUse, pollTexts: texts } = content.surveys
  const surveys = createSurveys({ stores, settings, inUse, clock })
  const secret = testKeyRing.deriveKey('poll messages')
  const send = createInvitationSender({ conversations, agencyName: 'Sở', texts, secret, clock })
  const job = dispatchPolls(surveys, send, [
    {
      name: 'telegram',
      perSecond: telegramLimits.perSecond,
      waiting: (atMost) => conversations.countWaiting('telegram', atMost),
    },
  ])
  const stopping = new AbortController()
  const deliverer = createDeliverer({ sender, conversations, clock, log, owner })
  deliverer.start()
  const ticking = (async () => {
    while (!stopping.signal.aborted) {
      await job.run(clock.now(), stopping.signal)
      await clock.sleep(minuteMs, stopping.signal)
    }
  })()
  return {
    surveys,
    deliverer,
    /** As a kill does it: nothing more is done, whatever was under way. */
    async stop() {
      stopping.abort()
      await Promise.all([deliverer.stop(0), ticking])
    },
  }
}

it('mass poll: 100,000 people are asked in 1.03 times the shortest time, once, without a 429, and answers overtake', async () => {
  const people = 100_000
  const clock = new RacingClock('2026-11-23T01:00:00Z')
  const memory = createMemorySurveyStores()
  const stores = memory as unknown as SurveyStores
  const { store: conversations } = createMemoryConversations()
  const { sender, sent, refused } = platform(clock)
  const parts = { clock, stores, conversations, sender }
  const planner = createSurveys({
    stores,
    settings: shipped().content.surveys.settings,
    inUse: shipped().content.surveys.inUse,
    clock,
  })
  for (let index = 0; index < people; index++) await planner.invite(handedOver(`p${index}`, clock.now()))
  await Promise.all([
    clock.sleep(121 * minuteMs),
    clock.race(() => clock.now() >= new Date('2026-11-23T03:01:00Z')),
  ])

  const startMs = clock.now().getTime()
  const queuedAt = new Map<string, number>()
  let process = live('first', parts)
  let asked = 0
  let isRestarted = false
  let nextAnswer = 1_000
  const answers = () => sent.filter(({ id }) => id.startsWith('answer:'))
  await clock.race(() => {
    asked = sent.length - queuedAt.size
    if (sent.length >= nextAnswer && sent.length < 99_000) {
      // A citizen somewhere writes, and the turn queues the answer as the service does.
      nextAnswer += 5_000
      const id = `answer:${nextAnswer}`
      queuedAt.set(id, clock.now().getTime())
      void conversations.enqueue(
        { key: `telegram:citizen${nextAnswer}`, channel: 'telegram', conversationId: `citizen${nextAnswer}` },
        { id, text: 'trả lời' },
        { now: clock.now(), isBulk: false },
      )
    }
    if (!isRestarted && asked > people / 2) {
      isRestarted = true
      void process.stop()
      process = live('second', parts)
    }
    return asked >= people && sent.length === people + queuedAt.size
  })
  void process.stop()

  const polls = sent.filter(({ id }) => isInvitationMessage(id))
  const tookMs = sent.at(-1)!.atMs - startMs
  const shortestMs = (sent.length / telegramLimits.perSecond) * 1_000
  const waits = answers().map(({ id, atMs }) => atMs - queuedAt.get(id)!)
  console.log(
    `mass poll: ${polls.length} in ${tookMs / 1000} s, ${(tookMs / shortestMs).toFixed(4)} × the shortest; slowest answer ${Math.max(...waits)} ms`,
  )
  expect(polls).toHaveLength(people)
  expect(new Set(polls.map(({ to }) => to)).size).toBe(people)
  expect(tookMs).toBeLessThanOrEqual(1.03 * shortestMs)
  expect(refused()).toBe(0)
  expect(waits.length).toBeGreaterThan(10)
  expect(Math.max(...waits)).toBeLessThanOrEqual(2_000)
}, 120_000)

it('mass poll through the real stores: 2,000 people, killed half-way and started again, are asked once each', async () => {
  const people = 2_000
  const clock = new FakeClock('2026-11-23T02:00:00Z')
  const second = await connectDatabase(database.uri)
  try {
    const first = openSurveys(database.connection, clock)
    const other = openSurveys(second, clock)
    await ensureIndexes(database.connection)
    for (let index = 0; index < people; index++)
      await first.surveys.invite(handedOver(`p${index}`, clock.now()))
    clock.advanceMs(180 * minuteMs)

    const sent: { to: string; id: string }[] = []
    const sender: Sender = {
      name: 'telegram',
      limits: { perSecond: 5_000, perConversationPerSecond: 5_000 },
      async send(to, message) {
        sent.push({ to, id: message.id })
        return { kind: 'sent' }
      },
    }
    const deliver = (conversations: ConversationStore, owner: string) => {
      const deliverer = createDeliverer({ sender, conversations, clock: systemClock, log, owner })
      deliverer.start()
      return deliverer
    }
    const dying = deliver(first.conversations, 'first')
    let calls = 0
    const killed = first.surveys.dispatch(
      async (...outgoing) => {
        const id = await first.send(...outgoing)
        // After the outbox has it and before the invitation knows.
        if (++calls === people / 2) throw new Error('killed')
        return id
      },
      { channel: 'telegram', limit: people, signal: new AbortController().signal },
    )
    await expect(killed).rejects.toThrow('killed')
    await dying.stop(5_000)

    const startMs = performance.now()
    const deliverer = deliver(other.conversations, 'second')
    await other.dispatch()
    const dispatchMs = performance.now() - startMs
    await waitUntil('everybody is asked', () => sent.length >= people, 60_000)
    await deliverer.stop(5_000)
    console.log(
      `real stores: ${Math.round((1_000 * people) / 2 / dispatchMs)} invitations a second while sending`,
    )
    expect(sent).toHaveLength(people)
    expect(new Set(sent.map(({ to }) => to)).size).toBe(people)
    expect(new Set(sent.map(({ id }) => id)).size).toBe(people)
  } finally {
    await second.close()
  }
}, 120_000)
