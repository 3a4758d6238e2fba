import { Writable } from 'node:stream'
import type mongoose from 'mongoose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ZaloTokenStore } from '../../../src/channels/zalo/token-store.ts'
import { refreshZaloToken } from '../../../src/jobs/refresh-zalo-token.ts'
import { createLog } from '../../../src/lib/log.ts'
import { createZaloTokenStore } from '../../../src/storage/zalo-token-store.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { FastClock } from '../../support/fast-clock.ts'
import { keyRingNamed } from '../../support/key-ring.ts'
import { type FakeOa, startFakeOa } from '../../support/zalo/fake-oa.ts'
import { getOa, givePair, type Instance, openZaloApi, sendText } from './open-zalo-api.ts'

const tokenPath = '/v4/oa/access_token'
const hourMs = 3_600_000
const keyRing = keyRingNamed('zalo')

let database: TestDatabase
let clock: FastClock
let oa: FakeOa
let store: ZaloTokenStore
let one: Instance
let two: Instance
let lines: string[]
let secrets: Set<string>

const collection = () => database.connection.collection('zalo_tokens') as unknown as mongoose.mongo.Collection

beforeAll(async () => {
  database = await openTestDatabase()
  store = createZaloTokenStore(database.connection, keyRing)
})
afterAll(() => database.close())

function open(owner: string, changed: Partial<Parameters<typeof openZaloApi>[0]> = {}): Instance {
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const log = createLog({ level: 'trace', destination })
  return openZaloApi({ oa, store, clock, owner, timeoutMs: 400, log, ...changed })
}

beforeEach(async () => {
  clock = FastClock.startingNow('2026-11-23T01:00:00Z', 30)
  oa = await startFakeOa({ clock })
  await collection().deleteMany({})
  lines = []
  secrets = new Set()
  one = open('one')
  two = open('two')
  await givePair(one, oa, clock)
})
afterEach(async () => {
  for (const { body, headers } of oa.requests) {
    for (const secret of [body.refresh_token, headers.access_token]) secrets.add(String(secret ?? ''))
  }
  secrets.delete('')
  expect(lines.filter((line) => [...secrets].some((secret) => line.includes(secret)))).toEqual([])
  await oa.close()
})

const refreshes = () => oa.requestsTo(tokenPath)
const stored = async () => (await store.read())!

describe('a refresh', () => {
  it('scenario 05: stores the new pair, with its end counted from a string, before it is used', async () => {
    const before = await stored()
    let usedWhenStored: string | undefined
    const watching = open('watching', {
      store: {
        ...store,
        async replace(revision, pair) {
          // Nobody has asked anything with it yet.
          usedWhenStored = String(
            oa.requests.some(({ headers }) => headers.access_token === pair.access?.token),
          )
          return store.replace(revision, pair)
        },
      },
    })
    oa.tokens.expireAccess()
    expect(await watching.api.call(getOa)).toMatchObject({ kind: 'done' })
    expect(usedWhenStored).toBe('false')
    const after = await stored()
    expect(after.revision).toBe(before.revision + 1)
    expect(after).toMatchObject({
      access: { token: oa.tokens.current()!.accessToken },
      refreshToken: oa.tokens.current()!.refreshToken,
    })
    const livesMs = after.access!.expiresAt.getTime() - after.refreshedAt.getTime()
    expect(livesMs).toBe(25 * hourMs)
  })

  it('scenario 06: keeps the pair when Zalo says that it was used, alarms, and still takes what others stored', async () => {
    const before = await stored()
    oa.tokens.revokeAll()
    expect(await one.api.call(getOa)).toEqual({ kind: 'no-consent', reason: 'lost' })
    const { lost, ...kept } = await stored()
    expect(kept).toEqual(before)
    expect(lost).toMatchObject({ code: -14014 })
    expect(one.alarms).toMatchObject([{ kind: 'lost', code: -14014 }])
    expect(await one.tokens.state()).toMatchObject({ kind: 'lost', code: -14014 })
    // Neither instance asks again.
    expect(await two.api.call(sendText('1'))).toEqual({ kind: 'no-consent', reason: 'lost' })
    expect(await one.api.call(getOa)).toEqual({ kind: 'no-consent', reason: 'lost' })
    expect(refreshes()).toHaveLength(1)
    expect(two.alarms).toEqual([])

    await givePair(two, oa, clock)
    expect(await one.api.call(getOa)).toMatchObject({ kind: 'done' })
    expect(await one.tokens.state()).toMatchObject({ kind: 'working' })
  })

  it('scenario 06: takes the pair of a process that was faster for what it is', async () => {
    // The lease is not looked at: this one was stopped in the middle for longer than it lasts.
    const slow = open('slow', { store: { ...store, takeLease: async () => true } })
    let go = () => {}
    oa.queueAnswer(tokenPath, {
      until: new Promise<void>((resolve) => {
        go = resolve
      }),
      body: { error: -14014, error_name: 'Invalid refresh token', error_reason: '', ref_doc: 'x' },
    })
    clock.advanceMs(26 * hourMs)
    const waiting = slow.api.call(getOa)
    await expect.poll(() => refreshes().length).toBe(1)
    expect(await one.api.call(getOa)).toMatchObject({ kind: 'done' })
    go()
    expect(await waiting).toMatchObject({ kind: 'done' })
    expect(slow.alarms).toEqual([])
    expect((await stored()).lost).toBeUndefined()
  })

  it('scenario 07: two instances at once, one answer slow: one refresh, both get through', async () => {
    const people = [oa.person({ follows: true }), oa.person({ follows: true })]
    oa.queueAnswer(tokenPath, { delayMs: 100 })
    oa.tokens.expireAccess()
    const outcomes = await Promise.all(
      [one, two].map(({ api }, at) => api.call(sendText(people[at]!.state.userId))),
    )
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'done'])
    expect(refreshes()).toHaveLength(1)
    expect(oa.ledger).toHaveLength(2)
  })

  it('scenario 08: 502 and then success: once more with the same token, nothing is damaged', async () => {
    const { refreshToken } = await stored()
    oa.queueAnswer(tokenPath, { status: 502, body: '<html>Bad Gateway</html>' })
    oa.tokens.expireAccess()
    expect(await one.api.call(getOa)).toMatchObject({ kind: 'done' })
    expect(refreshes().map(({ body }) => body.refresh_token)).toEqual([refreshToken, refreshToken])
    expect((await stored()).refreshToken).toBe(oa.tokens.current()!.refreshToken)
  })

  it('scenario 08: two failures leave the pair as it was, and it is tried again after a pause that all keep', async () => {
    const before = await stored()
    for (const times of [1, 2]) oa.queueAnswer(tokenPath, { status: 500 + times, body: '' })
    oa.tokens.expireAccess()
    expect(await one.api.call(getOa)).toEqual({
      kind: 'failed',
      reason: 'status-502',
      mayHaveHappened: false,
    })
    const { failing, ...kept } = await stored()
    expect(kept).toEqual(before)
    expect(failing).toMatchObject({ count: 1, reason: 'status-502' })
    expect(await two.api.call(getOa)).toMatchObject({ kind: 'failed', reason: 'status-502' })
    expect(refreshes()).toHaveLength(2)
    expect(await two.tokens.state()).toMatchObject({ kind: 'failing', reason: 'status-502' })
    clock.advanceMs(16_000)
    expect(await two.api.call(getOa)).toMatchObject({ kind: 'done' })
    expect((await stored()).failing).toBeUndefined()
  })

  it('is tried once more when its answer is lost, and a loss that this brings to light is told', async () => {
    // Zalo used the token up and nobody got the new one: nothing but consent helps.
    oa.queueAnswer(tokenPath, { isApplied: true, end: 'reset' })
    oa.tokens.expireAccess()
    expect(await one.api.call(getOa)).toEqual({ kind: 'no-consent', reason: 'lost' })
    expect(refreshes()).toHaveLength(2)
    expect(one.alarms).toHaveLength(1)
  })

  it.each([{ error: 0, message: 'Success' }, { access_token: null }, { error: -32, error_name: 'limit' }])(
    'never overwrites the pair with what is not one: %j',
    async (body) => {
      const before = await stored()
      for (const _ of [1, 2]) oa.queueAnswer(tokenPath, { body })
      oa.tokens.expireAccess()
      expect(await one.api.call(getOa)).toMatchObject({ kind: 'failed', mayHaveHappened: false })
      const { failing: _, ...kept } = await stored()
      expect(kept).toEqual(before)
      expect(one.alarms).toEqual([])
    },
  )

  it('scenario 09: a process that dies after the new pair is stored leaves it to the next one', async () => {
    oa.tokens.expireAccess()
    const dying = open('dying', {
      store: {
        ...store,
        async replace(revision, pair) {
          await store.replace(revision, pair)
          return new Promise<never>(() => {})
        },
      },
    })
    void dying.api.call(getOa)
    await expect.poll(async () => (await stored()).revision).toBe(2)
    const restarted = open('restarted')
    expect(await restarted.api.call(getOa)).toMatchObject({ kind: 'done' })
    expect(refreshes()).toHaveLength(1)
  })

  it('keeps the new pair in its hands until storage takes it', async () => {
    let isDown = true
    const failing = open('failing', {
      store: {
        ...store,
        async replace(revision, pair) {
          if (isDown) throw new Error('down')
          return store.replace(revision, pair)
        },
      },
    })
    oa.tokens.expireAccess()
    const waiting = failing.api.call(getOa)
    await expect
      .poll(() => lines.filter((line) => line.includes('could not be stored')).length)
      .toBeGreaterThan(2)
    expect((await stored()).revision).toBe(1)
    isDown = false
    expect(await waiting).toMatchObject({ kind: 'done' })
    expect((await stored()).refreshToken).toBe(oa.tokens.current()!.refreshToken)
    expect(refreshes()).toHaveLength(1)
  })

  it('looks again once it holds the lease: another may have been faster between', async () => {
    oa.tokens.expireAccess()
    const late = open('late', {
      store: {
        ...store,
        async takeLease(owner, now, until) {
          expect(await one.api.call(getOa)).toMatchObject({ kind: 'done' })
          return store.takeLease(owner, now, until)
        },
      },
    })
    expect(await late.api.call(getOa)).toMatchObject({ kind: 'done' })
    expect(refreshes()).toHaveLength(1)
  })

  it('is not begun again by somebody whose lease has run out meanwhile', async () => {
    const stopped = open('stopped', {
      store: {
        ...store,
        async takeLease(owner, now, until) {
          const isTaken = await store.takeLease(owner, now, until)
          // As after a pause of the whole process.
          clock.advanceMs(60_000)
          return isTaken
        },
      },
    })
    oa.tokens.expireAccess()
    expect(await stopped.api.call(getOa)).toMatchObject({ kind: 'failed', reason: 'lease-over' })
    expect(refreshes()).toHaveLength(0)
    expect(await one.api.call(getOa)).toMatchObject({ kind: 'done' })
  })
})

describe('the timer', () => {
  it('refreshes at 20 hours, in one instance only, and not before', async () => {
    const job = refreshZaloToken(one.tokens)
    const signal = new AbortController().signal
    await job.run(clock.now(), signal)
    clock.advanceMs(19 * hourMs)
    await job.run(clock.now(), signal)
    expect(refreshes()).toHaveLength(0)
    clock.advanceMs(hourMs)
    await Promise.all([one, two].map(({ tokens }) => refreshZaloToken(tokens).run(clock.now(), signal)))
    expect(refreshes()).toHaveLength(1)
    expect(job.cron).toBe('13 * * * *')
  })

  it('goes on for a year without anybody writing', async () => {
    for (let day = 0; day < 400; day++) {
      clock.advanceMs(21 * hourMs)
      expect(await one.tokens.refreshWhenDue()).toMatchObject({ kind: 'access' })
    }
    expect(refreshes()).toHaveLength(400)
    expect(one.alarms).toEqual([])
  })

  it('keeps sending with the old token while refreshes fail, and alarms days before the consent ends', async () => {
    const { refreshExpiresAt } = await stored()
    clock.advanceMs(20 * hourMs)
    for (const _ of [1, 2]) oa.queueAnswer(tokenPath, { status: 503, body: '' })
    await one.tokens.refreshWhenDue()
    expect(await one.tokens.state()).toMatchObject({ kind: 'failing' })
    expect(await one.api.call(getOa)).toMatchObject({ kind: 'done' })
    expect(one.alarms).toEqual([])

    clock.advanceMs(refreshExpiresAt.getTime() - clock.now().getTime() - 5 * 24 * hourMs)
    for (const _ of [1, 2, 3, 4]) oa.queueAnswer(tokenPath, { status: 503, body: '' })
    await one.tokens.refreshWhenDue()
    const [alarm] = one.alarms
    expect(alarm).toMatchObject({ kind: 'ending', consentUntil: refreshExpiresAt })
    clock.advanceMs(hourMs)
    await one.tokens.refreshWhenDue()
    expect(one.alarms.map(({ id }) => id)).toEqual([alarm!.id, alarm!.id])
  })

  it('tells again that the consent is lost, as the same alarm', async () => {
    oa.tokens.revokeAll()
    clock.advanceMs(21 * hourMs)
    await one.tokens.refreshWhenDue()
    await two.tokens.refreshWhenDue()
    expect(new Set([...one.alarms, ...two.alarms].map(({ id }) => id)).size).toBe(1)
    expect(refreshes()).toHaveLength(1)
  })
})

describe('the first pair', () => {
  it('comes from the setting when the store is empty, once over all instances', async () => {
    await collection().deleteMany({})
    const seed = oa.tokens.current()!.refreshToken
    const both = [open('three', { seed }), open('four', { seed })]
    const outcomes = await Promise.all(both.map(({ api }) => api.call(getOa)))
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'done'])
    expect(refreshes()).toHaveLength(1)
    // The setting stays as it is in the file and is not tried again.
    expect(await open('five', { seed }).api.call(getOa)).toMatchObject({ kind: 'done' })
    expect(refreshes()).toHaveLength(1)
  })

  it('never comes from the setting while there is one', async () => {
    const other = open('six', { seed: 'another-refresh-token' })
    clock.advanceMs(26 * hourMs)
    expect(await other.api.call(getOa)).toMatchObject({ kind: 'done' })
    expect(refreshes().map(({ body }) => body.refresh_token)).not.toContain('another-refresh-token')
  })

  it('comes from a changed setting when the consent was lost', async () => {
    oa.tokens.revokeAll()
    expect(await one.api.call(getOa)).toMatchObject({ kind: 'no-consent' })
    const seed = oa.tokens.issue().refreshToken
    expect(await open('seven', { seed }).api.call(getOa)).toMatchObject({ kind: 'done' })
    oa.tokens.revokeAll()
    const again = open('eight', { seed })
    expect(await again.api.call(getOa)).toMatchObject({ kind: 'no-consent' })
    expect(await again.api.call(getOa)).toMatchObject({ kind: 'no-consent' })
    expect(refreshes().filter(({ body }) => body.refresh_token === seed)).toHaveLength(1)
  })

  it('of another app is of no use', async () => {
    const other = openZaloApi({ oa: { ...oa, identity: { ...oa.identity, appId: '55555' } }, store, clock })
    expect(await other.api.call(getOa)).toEqual({ kind: 'no-consent', reason: 'never-given' })
  })

  it('is tried again after somebody mended the app', async () => {
    oa.account.isAppActive = false
    oa.queueAnswer(tokenPath, { body: { error: -14002, error_name: 'Invalid appId' } })
    clock.advanceMs(26 * hourMs)
    expect(await one.api.call(getOa)).toMatchObject({ kind: 'no-consent' })
    oa.account.isAppActive = true
    expect(await one.tokens.tryLostAgain()).toMatchObject({ kind: 'access' })
    expect(await two.api.call(getOa)).toMatchObject({ kind: 'done' })
  })
})
