import type { ZaloApi } from '../../../src/channels/zalo/api.ts'
import { createZaloApi, type ZaloApiParts } from '../../../src/channels/zalo/http-api.ts'
import { createZaloOAuth, type ZaloOAuth } from '../../../src/channels/zalo/oauth.ts'
import type { ZaloTokenStore } from '../../../src/channels/zalo/token-store.ts'
import { createZaloTokens, type TokenAlarm, type ZaloTokens } from '../../../src/channels/zalo/tokens.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import { createLog, type Log } from '../../../src/lib/log.ts'
import type { FakeOa } from '../../support/zalo/fake-oa.ts'

export interface Instance {
  api: ZaloApi
  oauth: ZaloOAuth
  tokens: ZaloTokens
  alarms: TokenAlarm[]
}

/** One instance of the service, as far as it talks to Zalo. */
export function openZaloApi(options: {
  oa: Pick<FakeOa, 'hosts' | 'identity'>
  store: ZaloTokenStore
  clock: Clock
  owner?: string
  seed?: string
  sendsProof?: boolean
  timeoutMs?: number
  log?: Log
  onRate?: ZaloApiParts['onRate']
}): Instance {
  const { oa, store, clock, owner = 'one', seed, sendsProof = false, timeoutMs = 2_000, onRate } = options
  const log = options.log ?? createLog({ level: 'silent' })
  const settings = { ...oa.identity, hosts: oa.hosts, sendsProof }
  const alarms: TokenAlarm[] = []
  const oauth = createZaloOAuth({ settings, clock, timeoutMs })
  const tokens = createZaloTokens({
    appId: oa.identity.appId,
    oauth,
    store,
    ...(seed === undefined ? {} : { seed }),
    owner,
    clock,
    log,
    onAlarm: (alarm) => void alarms.push(alarm),
  })
  const api = createZaloApi({
    settings,
    tokens,
    clock,
    log,
    timeoutMs,
    random: () => 0.5,
    ...(onRate ? { onRate } : {}),
  })
  return { api, oauth, tokens, alarms }
}

export const getOa = { host: 'openapi', path: '/v2.0/oa/getoa', body: { kind: 'data', data: {} } } as const

export const sendText = (userId: string, text = 'Dạ, chào bác') =>
  ({
    host: 'openapi',
    path: '/v3.0/oa/message/cs',
    body: { kind: 'json', json: { recipient: { user_id: userId }, message: { text } } },
  }) as const

/** Gives the instance the pair that the fake's console hands out. */
export async function givePair({ tokens }: Instance, oa: FakeOa, clock: Clock): Promise<void> {
  const { accessToken, refreshToken } = oa.tokens.issue()
  const grantedAt = clock.now()
  const after = (hours: number) => new Date(grantedAt.getTime() + hours * 3_600_000)
  await tokens.adopt({
    accessToken,
    refreshToken,
    grantedAt,
    accessExpiresAt: after(25),
    refreshExpiresAt: after(24 * 89),
  })
}
