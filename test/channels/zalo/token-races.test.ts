import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ZaloTokenStore } from '../../../src/channels/zalo/token-store.ts'
import { connectDatabase } from '../../../src/storage/connect.ts'
import { createZaloTokenStore } from '../../../src/storage/zalo-token-store.ts'
import { seededRandom } from '../../../src/surveys/seeded-random.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { FastClock } from '../../support/fast-clock.ts'
import { keyRingNamed } from '../../support/key-ring.ts'
import { type FakeOa, startFakeOa } from '../../support/zalo/fake-oa.ts'
import { getOa, givePair, type Instance, openZaloApi } from './open-zalo-api.ts'

const races = 200
const tokenPath = '/v4/oa/access_token'
const hourMs = 3_600_000

/** What goes wrong in a race besides two instances wanting the same. */
const mishaps = [
  'nothing',
  'slow',
  'error',
  'lost request',
  'two errors',
  'dies with the lease',
  'dies after storing',
] as const
type Mishap = (typeof mishaps)[number]

/** Kills cost a lease each: fewer of them. */
function mishapOf(random: () => number): Mishap {
  const drawn = random()
  if (drawn < 0.03) return 'two errors'
  if (drawn < 0.07) return 'dies with the lease'
  if (drawn < 0.15) return 'dies after storing'
  return mishaps[Math.floor(random() * 4)]!
}

let database: TestDatabase
let others: Awaited<ReturnType<typeof connectDatabase>>[]
let clock: FastClock
let oa: FakeOa

beforeAll(async () => {
  database = await openTestDatabase()
  others = await Promise.all([1, 2].map(() => connectDatabase(database.uri)))
  clock = FastClock.startingNow('2026-11-23T01:00:00Z', 30)
  oa = await startFakeOa({ clock })
})
afterAll(async () => {
  await oa.close()
  await Promise.all(others.map((connection) => connection.close()))
  await database.close()
})

it('row 15 (Zalo): two hundred races of three instances over one pair: one refresh each time, never a lost pair', async () => {
  const { share: random } = seededRandom('two hundred races')
  const keyRing = keyRingNamed('races')
  const stores = [database.connection, ...others].map((connection) =>
    createZaloTokenStore(connection, keyRing),
  )
  const happened = new Map<Mishap, number>()
  let born = 0
  const instances = stores.map((store) => bear(store))
  await givePair(instances[0]!, oa, clock)

  for (let race = 1; race <= races; race++) {
    const before = (await stores[0]!.read())!
    const askedBefore = oa.requestsTo(tokenPath).length
    const mishap = mishapOf(random)
    happened.set(mishap, (happened.get(mishap) ?? 0) + 1)
    // Half of them find out by the clock, half by a refusal of Zalo's.
    const isByClock = random() < 0.5
    clock.advanceMs(isByClock ? 25 * hourMs : hourMs)
    if (!isByClock) oa.tokens.expireAccess()
    plan(mishap)

    const calls = instances.map(async ({ api }, at) => {
      if (random() < 0.5) await clock.sleep(random() * 1_500)
      return mishap.startsWith('dies') && at === 0 ? undefined : api.call(getOa)
    })
    const dead = mishap.startsWith('dies') ? dieIn(stores[0]!, mishap) : undefined
    const outcomes = (await Promise.all(calls)).filter((outcome) => outcome !== undefined)
    await dead

    const asked = oa.requestsTo(tokenPath).slice(askedBefore)
    const granted = asked.filter(({ answer }) => JSON.stringify(answer?.body ?? '').includes('access_token'))
    const told = `race ${race}, ${mishap}: ${asked.length} asked`
    if (mishap === 'two errors') {
      // Nobody got one; all keep the pause, and the pair is as it was.
      expect(
        outcomes.map(({ kind }) => kind),
        told,
      ).not.toContain('no-consent')
      clock.advanceMs(20_000)
      const again = await Promise.all(instances.map(({ api }) => api.call(getOa)))
      expect(
        again.map(({ kind }) => kind),
        told,
      ).toEqual(['done', 'done', 'done'])
    } else {
      expect(
        outcomes.map(({ kind }) => kind),
        told,
      ).toEqual(outcomes.map(() => 'done'))
      expect(granted, told).toHaveLength(1)
    }
    const after = (await stores[0]!.read())!
    expect(after.revision, told).toBe(before.revision + 1)
    expect(after.refreshToken, told).toBe(oa.tokens.current()!.refreshToken)
    expect(after.lost, told).toBeUndefined()
    expect(oa.dropPlanned(), told).toBe(0)
  }

  const asked = oa.requestsTo(tokenPath)
  const bodies = asked.map(({ answer }) => JSON.stringify(answer?.body ?? ''))
  expect(bodies.filter((body) => body.includes('-14014'))).toEqual([])
  expect(bodies.filter((body) => body.includes('access_token'))).toHaveLength(races)
  expect(instances.flatMap(({ alarms }) => alarms)).toEqual([])
  expect([...happened.keys()].sort()).toEqual([...mishaps].sort())

  function bear(store: ZaloTokenStore): Instance {
    born += 1
    return openZaloApi({ oa, store, clock, owner: `process-${born}`, timeoutMs: 300 })
  }

  /** Wall times; the clock runs thirty times as fast, so these are up to two seconds. */
  function plan(mishap: Mishap): void {
    if (mishap === 'slow') oa.queueAnswer(tokenPath, { delayMs: 10 + random() * 60 })
    if (mishap === 'lost request') oa.queueAnswer(tokenPath, { end: 'reset' })
    for (let times = 0; times < errorsOf(mishap); times++) {
      oa.queueAnswer(tokenPath, { status: 502, body: '<html>Bad Gateway</html>' })
    }
  }

  /** A process that stops for good in the middle: from there on nothing of it is ever heard again. */
  async function dieIn(store: ZaloTokenStore, mishap: Mishap): Promise<void> {
    const silence = () => new Promise<never>(() => {})
    let die = () => {}
    const death = new Promise<void>((resolve) => {
      die = resolve
    })
    const mortal: ZaloTokenStore = {
      ...store,
      async takeLease(owner, now, until) {
        const isTaken = await store.takeLease(owner, now, until)
        if (!isTaken || mishap !== 'dies with the lease') return isTaken
        die()
        return silence()
      },
      async replace(revision, pair) {
        await store.replace(revision, pair)
        die()
        return silence()
      },
    }
    // Or another one was first, and it lives.
    await Promise.race([death, bear(mortal).api.call(getOa)])
  }
}, 90_000)

const errorsOf = (mishap: Mishap): number => (mishap === 'error' ? 1 : mishap === 'two errors' ? 2 : 0)
