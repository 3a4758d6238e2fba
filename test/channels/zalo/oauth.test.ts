import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { appSecretProof } from '../../../src/channels/zalo/appsecret-proof.ts'
import { createZaloOAuth, readCallback } from '../../../src/channels/zalo/oauth.ts'
import { makePkceVerifier, pkceChallenge } from '../../../src/channels/zalo/pkce.ts'
import { FakeClock } from '../../../src/lib/clock.ts'

const clock = new FakeClock('2026-11-23T01:00:00Z')
const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

interface Asked {
  headers: IncomingMessage['headers']
  url: string
  fields: Record<string, string>
}

/** A server that gives one answer, and what it was asked. */
async function oauthAnswering(body: string, status = 200) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const fields = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
    asked.push({ headers: request.headers, url: request.url ?? '', fields })
    response.writeHead(status).end(body)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { asked, oauth: oauthAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) }
}

const oauthAt = (oauth: string) =>
  createZaloOAuth({
    settings: {
      appId: '1234567890123456789',
      appSecret: 'app-secret-for-tests',
      hosts: { oauth, openapi: oauth, business: oauth },
    },
    clock,
    timeoutMs: 500,
  })

describe('what is computed', () => {
  it('is the challenge of the test vector', () => {
    expect(pkceChallenge('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ')).toBe(
      'RqIZl4LIgn8KxW9QO-nTnv7pf0CnNrksx9fF-CXP2FE',
    )
    expect(makePkceVerifier()).toMatch(/^[\w-]{43}$/)
    expect(makePkceVerifier()).not.toBe(makePkceVerifier())
  })

  it('is the proof of the test vector', () => {
    expect(appSecretProof('app-secret-for-tests', 'access-token-for-tests')).toBe(
      '7196be12396e82d498574863aab45f32c0f0c84c6d6d4038d19a0d78120bdf44',
    )
  })
})

describe('the permission page', () => {
  it('gets the challenge only when there is a verifier, and never the product of social login', () => {
    const oauth = oauthAt('https://oauth.zaloapp.com')
    const redirectUri = 'https://mot-cua.example.gov.vn/zalo/callback?a=1'
    const plain = new URL(oauth.permissionUrl({ redirectUri, state: 's1' }))
    expect(plain.pathname).toBe('/v4/oa/permission')
    expect(Object.fromEntries(plain.searchParams)).toEqual({
      app_id: '1234567890123456789',
      redirect_uri: redirectUri,
      state: 's1',
    })
    const verifier = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ'
    const proved = new URL(oauth.permissionUrl({ redirectUri, state: 's1', verifier }))
    expect(proved.searchParams.get('code_challenge')).toBe(pkceChallenge(verifier))
    expect(proved.href).not.toContain(verifier)
  })
})

describe('the token endpoint', () => {
  it('scenario 05: gives a pair whose end is counted from a string', async () => {
    const { oauth, asked } = await oauthAnswering(
      '{"access_token":"at-2","refresh_token":"rt-2","expires_in":"90000"}',
    )
    expect(await oauth.refresh('rt-1')).toEqual({
      kind: 'granted',
      grant: {
        accessToken: 'at-2',
        refreshToken: 'rt-2',
        accessExpiresAt: new Date('2026-11-24T02:00:00Z'),
        grantedAt: clock.now(),
        refreshExpiresAt: new Date('2027-02-20T01:00:00Z'),
      },
    })
    expect(asked).toHaveLength(1)
    expect(asked[0]!.url).toBe('/v4/oa/access_token')
    expect(asked[0]!.headers).toMatchObject({
      secret_key: 'app-secret-for-tests',
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(asked[0]!.fields).toEqual({
      app_id: '1234567890123456789',
      grant_type: 'refresh_token',
      refresh_token: 'rt-1',
    })
  })

  it('sends the verifier with the code only when there is one', async () => {
    const body = '{"access_token":"at-2","refresh_token":"rt-2","expires_in":90000}'
    const { oauth, asked } = await oauthAnswering(body)
    await oauth.exchangeCode('c1')
    await oauth.exchangeCode('c2', 'v2')
    expect(asked.map(({ fields }) => fields)).toEqual([
      { app_id: '1234567890123456789', grant_type: 'authorization_code', code: 'c1' },
      { app_id: '1234567890123456789', grant_type: 'authorization_code', code: 'c2', code_verifier: 'v2' },
    ])
  })

  it.each([
    [-14002, 'app-inactive'],
    [-14003, 'wrong-redirect'],
    [-14014, 'token-used'],
    [-118, 'token-used'],
    [-14012, 'unknown-grant-error'],
    [-14024, 'unknown-grant-error'],
    [-32, 'other'],
  ] as const)('scenario 10: %i is %s, with HTTP 200 as with any other', async (code, problem) => {
    for (const status of [200, 400]) {
      const { oauth } = await oauthAnswering(`{"error":${code},"error_name":"Invalid <x> 123"}`, status)
      expect(await oauth.exchangeCode('c1')).toEqual({
        kind: 'refused',
        code,
        name: 'Invalid x ',
        problem,
      })
    }
  })

  it.each([
    ['<html>Bad Gateway</html>', 502, 'status-502'],
    ['', 503, 'status-503'],
    ['<html>ok</html>', 200, 'unintelligible'],
    ['{"error":0,"message":"Success"}', 200, 'unintelligible'],
    ['{"access_token":null,"refresh_token":"rt-2"}', 200, 'unintelligible'],
    ['{"access_token":"","refresh_token":"rt-2"}', 200, 'unintelligible'],
  ])('scenario 08: takes %j for nothing that is known', async (body, status, reason) => {
    const { oauth } = await oauthAnswering(body, status)
    expect(await oauth.refresh('rt-1')).toEqual({ kind: 'unknown', reason, mayHaveHappened: true })
  })

  it('knows that nothing happened when no connection came about', async () => {
    expect(await oauthAt('http://127.0.0.1:9').refresh('rt-1')).toEqual({
      kind: 'unknown',
      reason: 'unreachable',
      mayHaveHappened: false,
    })
  })
})

describe('what an administrator pastes', () => {
  const state = 'state-1'
  it.each([
    [
      'https://x.gov.vn/cb?code=abc%2Bdef&oa_id=9876543210987654321&state=state-1',
      { kind: 'code', code: 'abc+def', oaId: '9876543210987654321' },
    ],
    ['  https://x.gov.vn/cb?a=1&code=abcdefgh&state=state-1#top \n', { kind: 'code', code: 'abcdefgh' }],
    ['code=abcdefgh&state=state-1', { kind: 'code', code: 'abcdefgh' }],
    ['abcdefgh-_.~1', { kind: 'code', code: 'abcdefgh-_.~1' }],
    ['https://x.gov.vn/cb?code=abcdefgh&state=other', { kind: 'wrong-state' }],
    ['https://x.gov.vn/cb?code=abcdefgh', { kind: 'wrong-state' }],
    ['https://x.gov.vn/cb?error=-14003&state=state-1', { kind: 'refused', code: -14003 }],
    ['https://x.gov.vn/cb', { kind: 'unreadable' }],
    ['xin chào', { kind: 'unreadable' }],
    ['', { kind: 'unreadable' }],
  ] as const)('%j', (pasted, callback) => {
    expect(readCallback(pasted, state)).toEqual(callback)
  })
})
