/**
 * One instance of the service, as far as it holds the tokens of Zalo, in a process that can be told to die at a named point.
 * Storage, tokens and HTTP are the real ones; the servers are those of the test.
 */
import { createZaloApi } from '../../src/channels/zalo/http-api.ts'
import { createZaloOAuth } from '../../src/channels/zalo/oauth.ts'
import type { ZaloSettings } from '../../src/channels/zalo/settings.ts'
import { createZaloTokens } from '../../src/channels/zalo/tokens.ts'
import { createLog } from '../../src/lib/log.ts'
import { connectDatabase } from '../../src/storage/connect.ts'
import { createZaloTokenStore } from '../../src/storage/zalo-token-store.ts'
import { FastClock, type FastClockStart } from './fast-clock.ts'
import { keyRingNamed } from './key-ring.ts'

export type TokenDeath = 'lease taken' | 'pair stored'

export interface TokenChildSettings {
  mongodbUri: string
  settings: ZaloSettings
  clock: FastClockStart
}

/** Asks Zalo something; answered with the kind of the outcome, if the process lives. */
export interface TokenOrder {
  aheadMs: number
  dieAt?: TokenDeath
}

async function run(given: TokenChildSettings): Promise<void> {
  const { settings } = given
  const clock = new FastClock(given.clock)
  const log = createLog({ level: 'silent' })
  const connection = await connectDatabase(given.mongodbUri)
  const store = createZaloTokenStore(connection, keyRingNamed('zalo crash'))
  let death: TokenDeath | undefined
  const dieAt = (point: TokenDeath) => {
    if (death === point) process.kill(process.pid, 'SIGKILL')
  }
  const tokens = createZaloTokens({
    appId: settings.appId,
    oauth: createZaloOAuth({ settings, clock, timeoutMs: 300 }),
    store: {
      ...store,
      async takeLease(...lease) {
        const isTaken = await store.takeLease(...lease)
        if (isTaken) dieAt('lease taken')
        return isTaken
      },
      async replace(...pair) {
        const isStored = await store.replace(...pair)
        dieAt('pair stored')
        return isStored
      },
    },
    owner: `process-${process.pid}`,
    clock,
    log,
  })
  const api = createZaloApi({ settings, tokens, clock, log, timeoutMs: 300 })
  process.on('message', async ({ aheadMs, dieAt: point }: TokenOrder) => {
    clock.advanceMs(aheadMs)
    death = point
    const { kind } = await api.call({
      host: 'openapi',
      path: '/v2.0/oa/getoa',
      body: { kind: 'data', data: {} },
    })
    process.send?.(kind)
  })
  process.send?.('ready')
}

const given = process.env.TOKEN_CHILD
if (given) await run(JSON.parse(given) as TokenChildSettings)
