import { randomUUID } from 'node:crypto'
import { createZaloApi } from '../../src/channels/zalo/http-api.ts'
import { createZaloOAuth } from '../../src/channels/zalo/oauth.ts'
import { createZaloTokens } from '../../src/channels/zalo/tokens.ts'
import type { ZaloConfig } from '../../src/config.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { KeyRing } from '../../src/lib/key-ring.ts'
import type { Log } from '../../src/lib/log.ts'
import type { OpenDatabase } from '../../src/storage/open-database.ts'
import { createZaloTokenStore } from '../../src/storage/zalo-token-store.ts'

/** What a command needs to speak for the OA, beside a service that may be running. */
export function openZalo(
  zalo: ZaloConfig,
  parts: { connection: OpenDatabase['connection']; keyRing: KeyRing; log: Log },
) {
  const { connection, keyRing, log } = parts
  const clock = systemClock
  const oauth = createZaloOAuth({ settings: zalo, clock })
  const store = createZaloTokenStore(connection, keyRing)
  const owner = `command-${randomUUID()}`
  const { appId, refreshToken: seed } = zalo
  const tokens = createZaloTokens({ appId, oauth, store, seed, owner, clock, log })
  return { oauth, tokens, api: createZaloApi({ settings: zalo, tokens, clock, log }) }
}
