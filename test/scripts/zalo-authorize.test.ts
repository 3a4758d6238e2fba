import { createServer } from 'node:http'
import type mongoose from 'mongoose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readZaloSetupTexts } from '../../scripts/zalo/setup-texts.ts'
import { waitForCallbackAt } from '../../scripts/zalo/wait-for-callback.ts'
import { tellAccount, tryAgain, walkConsent } from '../../scripts/zalo/walk-consent.ts'
import { pkceChallenge } from '../../src/channels/zalo/pkce.ts'
import { createZaloTokenStore } from '../../src/storage/zalo-token-store.ts'
import { type Instance, openZaloApi } from '../channels/zalo/open-zalo-api.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { FastClock } from '../support/fast-clock.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { type FakeOa, startFakeOa } from '../support/zalo/fake-oa.ts'

const texts = readZaloSetupTexts()
const verifier = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ'

let database: TestDatabase
let oa: FakeOa
let one: Instance
let said: string[]

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  const clock = FastClock.startingNow('2026-11-23T01:00:00Z', 30)
  oa = await startFakeOa({ clock })
  await (database.connection.collection('zalo_tokens') as unknown as mongoose.mongo.Collection).deleteMany({})
  const store = createZaloTokenStore(database.connection, keyRingNamed('zalo'))
  one = openZaloApi({ oa, store, clock, timeoutMs: 500 })
  said = []
})
afterEach(() => oa.close())

/** The administrator: opens the address, says yes, and copies where the browser lands. */
async function consentIn(line: string | undefined): Promise<string> {
  const address = /https?:\S+permission\S+/.exec(line ?? '')![0]
  const { headers, status } = await fetch(address, { redirect: 'manual' })
  expect(status).toBe(302)
  return headers.get('location')!
}

function walk(changed: Partial<Parameters<typeof walkConsent>[0]> = {}) {
  return walkConsent({
    ...one,
    callbackUrl: oa.identity.redirectUri,
    texts,
    say: (line) => void said.push(line),
    waitForCallback: () => consentIn(said.filter((line) => line.includes('permission')).at(-1)),
    ...changed,
  })
}
const talk = () => said.join('\n')

describe('the walk through consent', () => {
  it('row 15 (Zalo): ends with tokens in the database and says what the OA is', async () => {
    expect(
      await walk({ webhookUrl: 'https://motcua.example.vn/webhooks/zalo', oaId: oa.identity.oaId }),
    ).toBe(true)
    expect(await one.tokens.current()).toEqual({ kind: 'access', token: oa.tokens.current()!.accessToken })
    expect(talk()).toContain(oa.identity.name)
    expect(talk()).toContain(oa.identity.oaId)
    expect(talk()).toContain(texts.say('zalo-setup.account-good'))
    expect(talk()).toContain('2027-02-20')
    expect(talk()).toContain('https://motcua.example.vn/webhooks/zalo')
    const { accessToken, refreshToken } = oa.tokens.current()!
    for (const secret of [accessToken, refreshToken, oa.identity.appSecret])
      expect(talk()).not.toContain(secret)
  })

  it('works with a challenge of the console and with one in the address', async () => {
    expect(await walk({ verifier })).toBe(true)
    oa.behaviour.consoleChallenge = pkceChallenge(verifier)
    expect(await walk({ verifier })).toBe(true)
    expect(oa.requestsTo('/v4/oa/access_token').map(({ body }) => body.code_verifier)).toEqual([
      verifier,
      verifier,
    ])
    said = []
    expect(await walk()).toBe(false)
    expect(talk()).toContain('ZALO_PKCE_VERIFIER')
  })

  it('takes a bare code as well', async () => {
    expect(await walk({ waitForCallback: async () => ` ${oa.consent()}\n` })).toBe(true)
  })

  it('scenario 10: a wrong callback is told with the address that must be saved', async () => {
    const redirectUri = 'https://motcua.example.vn/other'
    const waitForCallback = async () => oa.consent({ redirectUri })
    expect(await walk({ waitForCallback })).toBe(false)
    expect(talk()).toContain('-14003')
    expect(talk()).toContain('Official Account Callback Url')
    expect(talk()).toContain(oa.identity.redirectUri)
    expect(await one.tokens.state()).toEqual({ kind: 'never-given' })
  })

  it.each([
    [{ body: { error: -14002, error_name: 'Invalid appId' } }, 'Đang hoạt động'],
    [{ body: { error: -118, error_name: 'invalid_grant' } }, '10 phút'],
    [{ body: { error: -14012, error_name: '' } }, '-14012'],
    [{ status: 502, body: '<html>' }, 'status-502'],
    [{ body: { error: 0 } }, 'unintelligible'],
  ])('scenario 10: %j has a hint of its own and stores nothing', async (answer, hint) => {
    oa.queueAnswer('/v4/oa/access_token', answer)
    expect(await walk()).toBe(false)
    expect(talk()).toContain(hint)
    expect(await one.tokens.state()).toEqual({ kind: 'never-given' })
  })

  it.each([
    [undefined, 'zalo-setup.pasted-nothing'],
    ['', 'zalo-setup.pasted-unreadable'],
    ['https://x.gov.vn/cb?code=abcdefgh&state=of-somebody-else', 'zalo-setup.pasted-wrong-state'],
  ] as const)('asks Zalo nothing after %j', async (pasted, key) => {
    expect(await walk({ waitForCallback: async () => pasted })).toBe(false)
    expect(said.at(-1)).toBe(texts.say(key))
    expect(oa.requests).toHaveLength(0)
  })

  it('stops at another OA than the one of the settings', async () => {
    expect(await walk({ oaId: '1112223334445556667' })).toBe(false)
    expect(oa.requestsTo('/v4/oa/access_token')).toHaveLength(0)
    expect(talk()).toContain('1112223334445556667')
  })
})

describe('the OA', () => {
  it('lacks are told one by one', async () => {
    oa.account.oaType = 2
    oa.account.isZcaLinked = false
    oa.account.packageName = 'Basic'
    expect(await walk()).toBe(true)
    for (const lack of ['not-government', 'no-cloud-account', 'no-package'] as const) {
      expect(talk()).toContain(texts.say(`zalo-setup.lack.${lack}`))
    }
    expect(talk()).not.toContain(texts.say('zalo-setup.account-good'))
  })

  it.each([
    [-209, 'Đang hoạt động'],
    [-212, 'Official Account API'],
    [-223, 'mọi nhóm quyền'],
    [-224, 'nâng gói'],
    [-99999, 'Mã lỗi'],
  ])('a refusal with %i says what to do', async (code, hint) => {
    oa.queueAnswer('/v2.0/oa/getoa', { body: { error: code, message: '' } })
    expect(await walk()).toBe(false)
    expect(talk()).toContain(String(code))
    expect(talk()).toContain(hint)
  })

  it('cannot be asked without consent', async () => {
    expect(await tellAccount({ ...one, texts, say: (line) => void said.push(line) })).toBe(false)
    expect(talk()).toContain('npm run zalo:authorize')
  })

  it('is well again after --retry once the app is mended', async () => {
    await walk()
    oa.queueAnswer('/v4/oa/access_token', { body: { error: -14002, error_name: 'Invalid appId' } })
    oa.tokens.expireAccess()
    expect(await tellAccount({ ...one, texts, say: () => {} })).toBe(false)
    said = []
    expect(await tryAgain({ ...one, texts, say: (line) => void said.push(line) })).toBe(true)
    expect(await tellAccount({ ...one, texts, say: () => {} })).toBe(true)
  })
})

it('a callback on this machine is taken where it arrives, and other visitors are sent away', async () => {
  const port = await freePort()
  const callbackUrl = `http://localhost:${port}/zalo/callback`
  const wait = waitForCallbackAt(callbackUrl, texts)
  const waiting = wait((address) => address.includes('code='))
  await expect
    .poll(async () => (await fetch(`http://127.0.0.1:${port}/x`).catch(() => undefined))?.status)
    .toBe(404)
  const landed = `http://127.0.0.1:${port}/zalo/callback?code=abc&oa_id=1&state=s`
  expect(await (await fetch(landed)).text()).toBe(texts.say('zalo-setup.browser-done'))
  expect(await waiting).toBe(`${callbackUrl}?code=abc&oa_id=1&state=s`)
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
