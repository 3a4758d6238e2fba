import { createServer, type Server } from 'node:net'
import { Writable } from 'node:stream'
import type mongoose from 'mongoose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createZaloApi, type ZaloRate } from '../../../src/channels/zalo/http-api.ts'
import type { ZaloTokenStore } from '../../../src/channels/zalo/token-store.ts'
import { createLog } from '../../../src/lib/log.ts'
import { createZaloTokenStore } from '../../../src/storage/zalo-token-store.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { FastClock } from '../../support/fast-clock.ts'
import { keyRingNamed } from '../../support/key-ring.ts'
import { type FakeOa, startFakeOa } from '../../support/zalo/fake-oa.ts'
import { getOa, givePair, type Instance, openZaloApi, sendText } from './open-zalo-api.ts'

const cs = '/v3.0/oa/message/cs'
const tokenPath = '/v4/oa/access_token'
const keyRing = keyRingNamed('zalo')

let database: TestDatabase
let clock: FastClock
let oa: FakeOa
let store: ZaloTokenStore
let lines: string[]
let one: Instance
let rates: ZaloRate[]
let userId: string

const collection = () => database.connection.collection('zalo_tokens') as unknown as mongoose.mongo.Collection

beforeAll(async () => {
  database = await openTestDatabase()
  store = createZaloTokenStore(database.connection, keyRing)
})
afterAll(() => database.close())

beforeEach(async () => {
  clock = FastClock.startingNow('2026-11-23T01:00:20Z', 30)
  oa = await startFakeOa({ clock })
  await collection().deleteMany({})
  lines = []
  rates = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  one = openZaloApi({
    oa,
    store,
    clock,
    timeoutMs: 300,
    log: createLog({ level: 'trace', destination }),
    onRate: (rate) => rates.push(rate),
  })
  await givePair(one, oa, clock)
  userId = oa.person({ follows: true }).state.userId
})
afterEach(async () => {
  const { tokens } = oa
  for (const secret of [
    tokens.current()?.accessToken,
    tokens.current()?.refreshToken,
    userId,
    oa.identity.appSecret,
  ]) {
    if (secret) expect(lines.join('')).not.toContain(secret)
  }
  await oa.close()
})

describe('a call', () => {
  it('scenario 01: counts as done without a quota in the answer, and carries the token as a bare header', async () => {
    oa.behaviour.answersQuota = 'absent'
    const outcome = await one.api.call(sendText(userId))
    expect(outcome).toMatchObject({ kind: 'done', data: { user_id: userId, message_id: expect.any(String) } })
    const [request] = oa.requestsTo(cs)
    expect(request!.headers).toMatchObject({
      access_token: oa.tokens.current()!.accessToken,
      'content-type': 'application/json',
    })
    expect(request!.headers.authorization).toBeUndefined()
    expect(request!.headers.appsecret_proof).toBeUndefined()
    expect(request!.body).toEqual({ recipient: { user_id: userId }, message: { text: 'Dạ, chào bác' } })
  })

  it('sends its proof when it is set, to an app that demands it', async () => {
    oa.behaviour.demandsProof = true
    expect(await one.api.call(getOa)).toMatchObject({ kind: 'refused', code: -242, errorClass: 'office' })
    const proving = openZaloApi({ oa, store, clock, sendsProof: true })
    expect(await proving.api.call(getOa)).toMatchObject({ kind: 'done', data: { oaid: oa.identity.oaId } })
  })

  it('asks openapi with one parameter of JSON and business with plain ones', async () => {
    const request = { host: 'openapi', path: '/v3.0/oa/user/detail' } as const
    const data = { user_id: userId }
    expect(await one.api.call({ ...request, body: { kind: 'data', data } })).toMatchObject({ kind: 'done' })
    expect(oa.requestsTo('/v3.0/oa/user/detail')[0]!.data).toEqual({ user_id: userId })
    const query = { template_id: 't 1&2', offset: 0 }
    await one.api.call({ host: 'business', path: '/rating/get', body: { kind: 'query', query } })
    expect(oa.requestsTo('/rating/get')[0]!.query).toEqual({ template_id: 't 1&2', offset: '0' })
  })

  it('uploads a file as a form with its name', async () => {
    const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16])
    const file = { bytes, name: 'ảnh.jpg', type: 'image/jpeg' }
    await one.api.call({ host: 'openapi', path: '/v2.0/oa/upload/image', body: { kind: 'form', file } })
    expect(oa.requestsTo('/v2.0/oa/upload/image')[0]!.file).toEqual(file)
  })

  it('scenario 39: brings ids back as strings, quoted or not', async () => {
    oa.queueAnswer(cs, {
      body: '{"error":0,"message":"Success","data":{"message_id":"m1","user_id":4318000000000000001}}',
    })
    expect(await one.api.call(sendText(userId))).toEqual({
      kind: 'done',
      data: { message_id: 'm1', user_id: '4318000000000000001' },
    })
  })

  it('scenario 24: is told when the next minute begins, and what is left of this one', async () => {
    oa.queueAnswer(cs, {
      body: { error: -32, message: 'Your application reached limit call api' },
      headers: { 'X-RateLimit-Limit': '4000', 'X-RateLimit-Remain': '0' },
    })
    const outcome = await one.api.call(sendText(userId))
    expect(outcome).toMatchObject({ kind: 'refused', code: -32, errorClass: 'busy' })
    const afterMs = outcome.kind === 'refused' ? outcome.afterMs! : 0
    const wakes = new Date(clock.now().getTime() + afterMs)
    expect(wakes.getUTCMinutes()).toBe(1)
    expect(afterMs).toBeGreaterThan(1_000)
    expect(afterMs).toBeLessThanOrEqual(45_000)
    expect(rates).toEqual([{ limit: 4000, remaining: 0 }])
    expect(oa.requestsTo(cs)).toHaveLength(1)
  })

  it('says in the log that a code is in no table, without ids and quoted words', async () => {
    oa.queueAnswer(cs, {
      body: { error: -99999, message: `user ${userId} sent "tin riêng" to https://x.vn/1` },
    })
    expect(await one.api.call(sendText(userId))).toEqual({
      kind: 'refused',
      code: -99999,
      message: 'user … sent … to …',
      errorClass: 'message',
    })
    expect(lines.join('')).toContain('the table of errors lacks')
    expect(lines.join('')).not.toContain('tin riêng')
  })
})

describe('scenario 26: what is not an answer of Zalo', () => {
  it.each([
    ['HTTP 500 with HTML', { status: 500, body: '<html>Internal Server Error</html>' }, 'status-500'],
    ['503 without a body', { status: 503, body: '' }, 'status-503'],
    ['200 with HTML', { status: 200, body: '<html>Xin chào</html>' }, 'unintelligible'],
    ['200 without a body', { status: 200, body: '' }, 'unintelligible'],
    ['no field `error`', { body: { message: 'Success', data: {} } }, 'unintelligible'],
    ['`error: null`', { body: { error: null, message: 'Success' } }, 'unintelligible'],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' }, 'status-302'],
    ['a connection reset', { end: 'reset' as const }, 'broken'],
  ])('%s: a send may have happened, a question did not', async (_name, answer, reason) => {
    oa.queueAnswer(cs, answer)
    expect(await one.api.call(sendText(userId))).toEqual({ kind: 'failed', reason, mayHaveHappened: true })
    oa.queueAnswer(getOa.path, answer)
    expect(await one.api.call(getOa)).toEqual({ kind: 'failed', reason, mayHaveHappened: false })
    // Whether to repeat is for the caller.
    expect(oa.requestsTo(cs)).toHaveLength(1)
    expect(oa.requestsTo(getOa.path)).toHaveLength(1)
  })

  it('a page of a proxy that says 4xx: nothing happened', async () => {
    oa.queueAnswer(cs, { status: 413, body: '<html>Too Large</html>' })
    expect(await one.api.call(sendText(userId))).toEqual({
      kind: 'failed',
      reason: 'status-413',
      mayHaveHappened: false,
    })
  })

  it('scenario 27: no answer at all ends in time and may have happened', async () => {
    oa.queueAnswer(cs, { end: 'never' })
    const startMs = performance.now()
    expect(await one.api.call(sendText(userId))).toEqual({
      kind: 'failed',
      reason: 'timeout',
      mayHaveHappened: true,
    })
    expect(performance.now() - startMs).toBeLessThan(3_000)
    expect(oa.requestsTo(cs)).toHaveLength(1)
  })

  it('a refused connection: nothing happened', async () => {
    const hosts = { ...oa.hosts, openapi: 'http://127.0.0.1:9' }
    const away = openZaloApi({ oa: { ...oa, hosts }, store, clock })
    expect(await away.api.call(sendText(userId))).toEqual({
      kind: 'failed',
      reason: 'unreachable',
      mayHaveHappened: false,
    })
  })

  it('a server that is no TLS server: nothing happened', async () => {
    const hosts = { ...oa.hosts, openapi: oa.hosts.openapi.replace('http:', 'https:') }
    const away = openZaloApi({ oa: { ...oa, hosts }, store, clock })
    expect(await away.api.call(sendText(userId))).toMatchObject({ kind: 'failed', mayHaveHappened: false })
  })

  it('a TLS handshake that never ends: nothing happened', async () => {
    const mute: Server = createServer(() => {})
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const address = mute.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const hosts = { ...oa.hosts, openapi: `https://127.0.0.1:${port}` }
    const away = openZaloApi({ oa: { ...oa, hosts }, store, clock, timeoutMs: 200 })
    expect(await away.api.call(sendText(userId))).toEqual({
      kind: 'failed',
      reason: 'timeout',
      mayHaveHappened: false,
    })
    mute.close()
  })

  it('a caller that gives up before it began, or in the middle', async () => {
    const before = AbortSignal.abort()
    expect(await one.api.call(sendText(userId), { signal: before })).toEqual({
      kind: 'failed',
      reason: 'aborted',
      mayHaveHappened: false,
    })
    expect(oa.requestsTo(cs)).toHaveLength(0)
    oa.queueAnswer(cs, { end: 'never' })
    const signal = AbortSignal.timeout(100)
    expect(await one.api.call(sendText(userId), { signal })).toEqual({
      kind: 'failed',
      reason: 'aborted',
      mayHaveHappened: true,
    })
  })
})

describe('a refused token', () => {
  it('scenario 02: is refreshed once and the call made once more', async () => {
    oa.tokens.expireAccess()
    expect(await one.api.call(sendText(userId))).toMatchObject({ kind: 'done' })
    expect(oa.requestsTo(tokenPath)).toHaveLength(1)
    expect(oa.requestsTo(cs).map(({ answer }) => (answer!.body as { error: number }).error)).toEqual([
      -220, 0,
    ])
    expect(oa.ledger).toHaveLength(1)
  })

  it('scenario 03: is no loop when the new one is refused as well, nor at the next calls', async () => {
    for (let times = 0; times < 5; times++) {
      oa.queueAnswer(cs, { body: { error: -216, message: 'Access token is invalid' } })
    }
    expect(await one.api.call(sendText(userId))).toMatchObject({
      kind: 'refused',
      code: -216,
      errorClass: 'token',
    })
    expect(oa.requestsTo(cs)).toHaveLength(2)
    expect(oa.requestsTo(tokenPath)).toHaveLength(1)
    expect(lines.join('')).toContain('a token that is new is refused as well')
    for (let times = 0; times < 3; times++) {
      expect(await one.api.call(sendText(userId))).toMatchObject({ kind: 'refused', errorClass: 'token' })
    }
    expect(oa.requestsTo(tokenPath)).toHaveLength(1)
    // Later its age may be the fault after all.
    clock.advanceMs(11 * 60_000)
    oa.queueAnswer(cs, { body: { error: -216, message: 'Access token is invalid' } })
    expect(await one.api.call(sendText(userId))).toMatchObject({ kind: 'done' })
    expect(oa.requestsTo(tokenPath)).toHaveLength(2)
  })

  it('scenario 04: is the same on the other server, whose code is another one', async () => {
    oa.tokens.expireAccess()
    const query = { template_id: 't1', offset: 0, limit: 10, from_time: 0, to_time: 1 }
    const outcome = await one.api.call({
      host: 'business',
      path: '/rating/get',
      body: { kind: 'query', query },
    })
    expect(outcome.kind === 'refused' && outcome.errorClass === 'token').toBe(false)
    const codes = oa.requestsTo('/rating/get').map(({ answer }) => (answer!.body as { error: number }).error)
    expect(codes).toHaveLength(2)
    expect(codes[0]).toBe(-124)
    expect(codes[1]).not.toBe(-124)
    expect(oa.requestsTo(tokenPath)).toHaveLength(1)
  })

  it('row 15 (Zalo): without consent says so and asks Zalo nothing', async () => {
    await collection().deleteMany({})
    const fresh = openZaloApi({ oa, store, clock })
    expect(await fresh.api.call(sendText(userId))).toEqual({ kind: 'no-consent', reason: 'never-given' })
    expect(oa.requests).toHaveLength(0)
  })

  it('works with anything that knows a token', async () => {
    const { accessToken } = oa.tokens.current()!
    const api = createZaloApi({
      settings: { appSecret: oa.identity.appSecret, hosts: oa.hosts, sendsProof: false },
      tokens: {
        current: async () => ({ kind: 'access', token: accessToken }),
        renew: async () => ({ kind: 'unavailable', reason: 'fixed' }),
      },
      clock,
      log: createLog({ level: 'silent' }),
    })
    expect(await api.call(sendText(userId))).toMatchObject({ kind: 'done' })
    oa.tokens.expireAccess()
    expect(await api.call(sendText(userId))).toEqual({
      kind: 'failed',
      reason: 'fixed',
      mayHaveHappened: false,
    })
  })
})
