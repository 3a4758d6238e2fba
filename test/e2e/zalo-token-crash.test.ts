import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createZaloTokenStore } from '../../src/storage/zalo-token-store.ts'
import { seededRandom } from '../../src/surveys/seeded-random.ts'
import { compiled } from '../support/compile-project.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { FastClock } from '../support/fast-clock.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { waitUntil } from '../support/wait-until.ts'
import { type FakeOa, startFakeOa } from '../support/zalo/fake-oa.ts'
import type { TokenChildSettings, TokenDeath, TokenOrder } from '../support/zalo-token-child.ts'

/** Two processes share one pair; one of them is killed with SIGKILL in the middle of refreshing it. */
const rounds = 16
const hourMs = 3_600_000
const tokenPath = '/v4/oa/access_token'
const deaths = ['lease taken', 'request sent', 'pair stored'] as const

let database: TestDatabase
let clock: FastClock
let oa: FakeOa
const children: ChildProcess[] = []

beforeAll(async () => {
  database = await openTestDatabase()
  clock = FastClock.startingNow('2026-11-23T01:00:00Z', 30)
  oa = await startFakeOa({ clock })
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
})
afterAll(async () => {
  await oa?.close()
  await database?.close()
})

async function start(): Promise<ChildProcess> {
  const given: TokenChildSettings = {
    mongodbUri: database.uri,
    settings: { ...oa.identity, hosts: oa.hosts, sendsProof: false, mayPay: false },
    clock: clock.start,
  }
  const child = fork(compiled('test/support/zalo-token-child.ts'), {
    execArgv: [],
    env: { ...process.env, TOKEN_CHILD: JSON.stringify(given) },
  })
  children.push(child)
  await once(child, 'message')
  return child
}

async function ask(child: ChildProcess, order: TokenOrder): Promise<string> {
  const answered = once(child, 'message').then(([kind]) => String(kind))
  const died = once(child, 'exit').then(() => 'died')
  child.send(order)
  return Promise.race([answered, died])
}

it(`row 15 (Zalo): kill -9 ${rounds} times while refreshing: one pair each time, and the other process goes on with it`, async () => {
  const random = seededRandom('token crash')
  const store = createZaloTokenStore(database.connection, keyRingNamed('zalo crash'))
  const { accessToken, refreshToken } = oa.tokens.issue()
  const at = clock.now()
  const after = (hours: number) => new Date(at.getTime() + hours * hourMs)
  const access = { token: accessToken, expiresAt: after(25) }
  const pair = {
    appId: oa.identity.appId,
    access,
    refreshToken,
    refreshedAt: at,
    refreshExpiresAt: after(2_000),
  }
  await store.replace(undefined, pair)
  let [first, second] = await Promise.all([start(), start()])

  for (let round = 1; round <= rounds; round++) {
    const before = (await store.read())!
    const death = deaths[random.below(deaths.length)]!
    const told = `round ${round}, ${death}`
    const asked = oa.requestsTo(tokenPath).length
    oa.tokens.expireAccess()
    clock.advanceMs(hourMs)
    if (death === 'request sent') oa.queueAnswer(tokenPath, { end: 'never' })
    const dieAt: TokenDeath | undefined = death === 'request sent' ? undefined : death
    const dying = ask(first, { aheadMs: hourMs, ...(dieAt ? { dieAt } : {}) })
    if (death === 'request sent') {
      await waitUntil('the request', () => oa.requestsTo(tokenPath).length > asked)
      first.kill('SIGKILL')
    }
    // Beside it, or when it is dead already.
    if (random.share() < 0.5) await dying
    const living = ask(second, { aheadMs: hourMs })
    const outcomes = await Promise.all([dying, living])
    expect(outcomes[1], told).toBe('done')
    // Unless the other was first: then there was nothing left to die of.
    expect(['died', 'done'], told).toContain(outcomes[0])

    const now = (await store.read())!
    expect(now.revision, told).toBe(before.revision + 1)
    expect(now.refreshToken, told).toBe(oa.tokens.current()!.refreshToken)
    expect(now.lost, told).toBeUndefined()
    oa.dropPlanned()
    if (outcomes[0] === 'died') first = await start()
    ;[first, second] = [second, first]
  }
  const bodies = oa.requestsTo(tokenPath).map(({ answer }) => JSON.stringify(answer?.body ?? ''))
  expect(bodies.filter((body) => body.includes('access_token'))).toHaveLength(rounds)
  expect(bodies.filter((body) => body.includes('-14014'))).toEqual([])
}, 120_000)
