import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dispatchPolls } from '../../src/jobs/dispatch-polls.ts'
import { pollsForNow } from '../../src/jobs/poll-pace.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { createCampaignCounter } from '../../src/storage/campaign-counter.ts'
import { connectDatabase, ensureIndexes } from '../../src/storage/connect.ts'
import { switchCampaign } from '../../src/surveys/campaign-switch.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { chat, handedOver, type OpenSurveys, openSurveys } from './open-surveys.ts'

let database: TestDatabase
let second: Awaited<ReturnType<typeof connectDatabase>>
let clock: FakeClock
let office: OpenSurveys
/** Another process. */
let other: OpenSurveys
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const signal = new AbortController().signal

beforeAll(async () => {
  database = await openTestDatabase()
  second = await connectDatabase(database.uri)
})
afterAll(async () => {
  await second?.close()
  await database?.close()
})
beforeEach(async () => {
  for (const name of database.connection.modelNames()) database.connection.deleteModel(name)
  for (const name of second.modelNames()) second.deleteModel(name)
  clock = new FakeClock('2026-11-23T02:00:00Z')
  office = openSurveys(database.connection, clock)
  other = openSurveys(second, clock)
  createCampaignCounter(database.connection)
  await ensureIndexes(database.connection)
  const names = ['invitations', 'answers', 'survey_contacts', 'survey_switches', 'conversations']
  for (const name of names) await database.connection.collection(name).deleteMany({})
})

const pause = (state: 'paused' | 'running' = 'paused', by = 'an') =>
  switchCampaign(office.stores.switches, { state, by, at: clock.now(), reason: 'sửa hệ thống' })
const rows = () =>
  database.connection.collection('invitations').find({}).sort({ handedOverAt: 1, _id: 1 }).toArray()

describe('a paused campaign (row 55)', () => {
  it('asks and reminds nobody in any process, and goes on where it was', async () => {
    await office.surveys.invite(handedOver('an', clock.now()))
    clock.advanceMs(3 * hourMs)
    await pause()
    await Promise.all([office.dispatch(), other.dispatch()])
    expect([...office.asked, ...other.asked]).toEqual([])
    await pause('running')
    expect(await other.dispatch()).toBe(1)

    // Twelve more, of whom about half are to be reminded.
    for (let n = 0; n < 12; n++) await office.surveys.invite(handedOver(`p${n}`, clock.now()))
    clock.advanceMs(3 * hourMs)
    await office.dispatch()
    clock.advanceMs(4 * dayMs)
    await pause()
    const options = { channel: 'telegram' as const, limit: 100, signal }
    expect(await other.surveys.remind(other.send, options)).toBe(0)
    await pause('running')
    expect(await other.surveys.remind(other.send, options)).toBeGreaterThan(0)
  })

  it('stops a mass poll that is under way', async () => {
    for (let n = 0; n < 250; n++) await office.surveys.invite(handedOver(`p${n}`, clock.now()))
    clock.advanceMs(3 * hourMs)
    let sent = 0
    const asked = await office.surveys.dispatch(
      async (...outgoing) => {
        if (++sent === 10) await pause()
        return other.send(...outgoing)
      },
      { channel: 'telegram', limit: 10_000, signal },
    )
    // The batch under way is finished, the next one is not begun.
    expect(asked).toBe(200)
  }, 60_000)

  it('lets what is too old expire, and wakes nobody when it goes on at night', async () => {
    await office.surveys.invite(handedOver('old', clock.now()))
    clock.advanceMs(3 * hourMs)
    await pause()
    clock.advanceMs(8 * dayMs)
    await office.surveys.invite(handedOver('young', clock.now()))
    clock.advanceMs(3 * dayMs)
    await office.surveys.close({ limit: 100, signal })
    expect((await rows()).map(({ never, conversation }) => [never, conversation === undefined])).toEqual([
      ['too-late', true],
      [undefined, false],
    ])
    // 21:00 in Viet Nam.
    clock.advanceMs(9 * hourMs)
    await pause('running')
    expect(await office.dispatch()).toBe(0)
    clock.advanceMs(11 * hourMs)
    expect(await office.dispatch()).toBe(1)
    expect(office.asked.map(({ key }) => key)).toEqual([chat('young').key])
  })

  it('is not ended by an invitation that a dead process left behind', async () => {
    await office.surveys.invite(handedOver('an', clock.now()))
    clock.advanceMs(3 * hourMs)
    const dying = async () => Promise.reject(new Error('killed'))
    await expect(office.surveys.dispatch(dying, { channel: 'telegram', limit: 10, signal })).rejects.toThrow(
      'killed',
    )
    await pause()
    await other.dispatch()
    expect(other.asked).toEqual([])
    await pause('running')
    // Nor at night.
    clock.advanceMs(9 * hourMs)
    await other.dispatch()
    expect(other.asked).toEqual([])
    clock.advanceMs(11 * hourMs)
    await other.dispatch()
    expect(other.asked).toHaveLength(1)
  })

  it('is switched by one of two who switch at once, and keeps who did it and why', async () => {
    const outcomes = await Promise.all([pause('paused', 'an'), pause('paused', 'binh')])
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(expect.arrayContaining(['switched']))
    expect(outcomes.filter(({ kind }) => kind === 'switched')).toHaveLength(1)
    expect(await pause()).toEqual({ kind: 'is-so-already' })
    await pause('running', 'chi')
    expect(await office.stores.switches.history(10)).toMatchObject([
      { number: 2, state: 'running', by: 'chi', reason: 'sửa hệ thống', at: clock.now() },
      { number: 1, state: 'paused' },
    ])
  })
})

it('counts what waits, was sent, answered and refused', async () => {
  const counter = createCampaignCounter(database.connection)
  for (const name of ['an', 'binh', 'chi']) await office.surveys.invite(handedOver(name, clock.now()))
  const count = () => counter.count({ today: '2026-11-23', since: '2026-10-24' })
  expect(await count()).toEqual({
    waiting: 3,
    nextDueAt: new Date('2026-11-23T04:00:00Z'),
    sentToday: 0,
    answeredToday: 0,
    undelivered: 0,
    optedOut: 0,
  })
  clock.advanceMs(3 * hourMs)
  await office.dispatch(2)
  const sent = (await rows()).filter((row) => row.sent)
  const [answering, blocked] = sent
  const { item } = answering!.sent.assignment.items[0]
  const { conversation } = (await office.stores.invitations.find(String(answering!._id)))!
  for (const level of [5, 4]) {
    await office.surveys.tap({
      choice: `s1:${answering!._id}:${item}:${level}`,
      conversation: conversation!.key,
      tapId: `t${level}`,
      at: clock.now(),
    })
  }
  await office.stores.invitations.markUndelivered(String(blocked!.messageId))
  await office.surveys.optOut('telegram:dung')
  expect(await count()).toMatchObject({
    waiting: 1,
    sentToday: 2,
    answeredToday: 1,
    undelivered: 1,
    optedOut: 1,
  })
})

describe('the pace of each channel (row 12)', () => {
  const waiting = (count: number) => async (atMost: number) => Math.min(count, atMost)

  it.each([
    ['telegram', 25, 0, 1_541],
    ['zalo', 4_000 / 60, 0, 4_108],
    // No more than a database writes beside its other work.
    ['web', 1_000, 0, 6_162],
    ['telegram', 25, 1_541, 1_541],
    // Slower than it says: no more than three minutes' worth lies in the outbox.
    ['telegram', 25, 4_000, 623],
    ['telegram', 25, 100_000, 0],
  ] as const)('%s at %d a second with %d waiting: %d', async (name, perSecond, inOutbox, most) => {
    expect(await pollsForNow({ name, perSecond, waiting: waiting(inOutbox) })).toBe(most)
  })

  it('never piles up in the outbox of a platform that takes nothing', async () => {
    for (let n = 0; n < 60; n++) await office.surveys.invite(handedOver(`p${n}`, clock.now()))
    clock.advanceMs(3 * hourMs)
    const { conversations } = office
    const job = dispatchPolls(office.surveys, office.send, [
      // Eleven a minute.
      {
        name: 'telegram',
        perSecond: 0.17,
        waiting: (atMost) => conversations.countWaiting('telegram', atMost),
      },
    ])
    for (let minute = 0; minute < 10; minute++) {
      await job.run(clock.now(), signal)
      clock.advanceMs(60_000)
    }
    expect(office.asked).toHaveLength(33)
  })

  it('sends on every channel, and on none that does not run', async () => {
    const on = (channel: 'web' | 'zalo', name: string) =>
      handedOver(name, clock.now(), {
        conversation: { channel, conversationId: name, key: `${channel}:${name}` },
      })
    await office.surveys.invite(on('web', 'w'))
    await office.surveys.invite(on('zalo', 'z'))
    clock.advanceMs(3 * hourMs)
    const channels = (['web', 'telegram'] as const).map((name) => ({
      name,
      perSecond: 25,
      waiting: async () => 0,
    }))
    await dispatchPolls(office.surveys, office.send, channels).run(clock.now(), signal)
    expect(office.asked.map(({ key }) => key)).toEqual(['web:w'])
  })
})
