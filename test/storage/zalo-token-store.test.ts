import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TokenPair, ZaloTokenStore } from '../../src/channels/zalo/token-store.ts'
import { createZaloTokenStore } from '../../src/storage/zalo-token-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'

let database: TestDatabase
let store: ZaloTokenStore
const at = new Date('2026-11-23T01:00:00Z')
const later = new Date('2026-11-23T01:00:45Z')

const pair = (name: string): TokenPair => ({
  appId: '1234567890123456789',
  access: { token: `at-${name}`, expiresAt: later },
  refreshToken: `rt-${name}`,
  refreshedAt: at,
  refreshExpiresAt: later,
})

beforeAll(async () => {
  database = await openTestDatabase()
  store = createZaloTokenStore(database.connection, keyRingNamed('one'))
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.connection.collection('zalo_tokens').deleteMany({})
})

describe('the pair', () => {
  it('is not there at first, and is what was stored', async () => {
    expect(await store.read()).toBeUndefined()
    expect(await store.replace(undefined, pair('1'))).toBe(true)
    expect(await store.read()).toEqual({ ...pair('1'), revision: 1 })
    expect(await store.replace(1, pair('2'))).toBe(true)
    expect(await store.read()).toEqual({ ...pair('2'), revision: 2 })
  })

  it('is replaced only by who knows the one that stands', async () => {
    const firsts = await Promise.all(['a', 'b', 'c', 'd'].map((name) => store.replace(undefined, pair(name))))
    expect(firsts.filter(Boolean)).toHaveLength(1)
    const seconds = await Promise.all(['e', 'f', 'g', 'h'].map((name) => store.replace(1, pair(name))))
    expect(seconds.filter(Boolean)).toHaveLength(1)
    expect(await store.replace(1, pair('late'))).toBe(false)
    expect((await store.read())?.revision).toBe(2)
  })

  it('is lost only while it stands, told of once, and well again with the next one', async () => {
    await store.replace(undefined, pair('1'))
    const lost = { at, code: -14014 }
    expect(await store.markLost(2, lost)).toBe(false)
    const marked = await Promise.all([1, 2, 3].map(() => store.markLost(1, lost)))
    expect(marked.filter(Boolean)).toHaveLength(1)
    expect(await store.read()).toEqual({ ...pair('1'), revision: 1, lost })
    // A refresh that was under way all the time.
    expect(await store.replace(1, pair('2'))).toBe(true)
    expect(await store.read()).toEqual({ ...pair('2'), revision: 2 })
  })

  it('keeps why refreshes fail until one succeeds', async () => {
    await store.replace(undefined, pair('1'))
    const failing = { since: at, count: 2, notBefore: later, reason: 'timeout' }
    expect(await store.markFailing(1, failing)).toBe(true)
    expect(await store.markFailing(1, { ...failing, count: 3 })).toBe(true)
    expect((await store.read())?.failing).toEqual({ ...failing, count: 3 })
    await store.replace(1, pair('2'))
    expect(await store.read()).toEqual({ ...pair('2'), revision: 2 })
  })

  it('row 15 (Zalo): stands sealed, and opens with no other key', async () => {
    await store.replace(undefined, pair('s3cret'))
    const documents = await database.connection.collection('zalo_tokens').find({}).toArray()
    const dump = Buffer.concat(documents.map((document) => Buffer.from(JSON.stringify(document)))).toString()
    for (const word of [
      's3cret',
      '1234567890123456789',
      Buffer.from('rt-s3cret').toString('base64').slice(0, 8),
    ]) {
      expect(dump).not.toContain(word)
    }
    const other = createZaloTokenStore(database.connection, keyRingNamed('two'))
    await expect(other.read()).rejects.toMatchObject({ code: 'SEALED_UNREADABLE' })
  })
})

describe('the lease', () => {
  it('has one holder, and the next when it is over or given back', async () => {
    const owners = ['a', 'b', 'c', 'd', 'e']
    const taken = await Promise.all(owners.map((owner) => store.takeLease(owner, at, later)))
    expect(taken.filter(Boolean)).toHaveLength(1)
    const holder = owners[taken.indexOf(true)]!
    const next = owners.find((owner) => owner !== holder)!
    expect(await store.takeLease(next, at, later)).toBe(false)
    await store.giveLeaseBack(next)
    expect(await store.takeLease(next, at, later)).toBe(false)
    await store.giveLeaseBack(holder)
    expect(await store.takeLease(next, at, later)).toBe(true)
    const over = new Date(later.getTime() + 1)
    const again = await Promise.all(owners.map((owner) => store.takeLease(owner, later, over)))
    expect(again.filter(Boolean)).toHaveLength(1)
  })

  it('does not hold up a new pair: somebody gives consent at any time', async () => {
    await store.takeLease('a', at, later)
    expect(await store.replace(undefined, pair('1'))).toBe(true)
  })
})
