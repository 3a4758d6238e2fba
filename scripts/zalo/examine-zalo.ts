import { checkAccount } from '../../src/channels/zalo/check-account.ts'
import type { TokenState } from '../../src/channels/zalo/tokens.ts'
import type { Config } from '../../src/config.ts'
import type { KeyRing } from '../../src/lib/key-ring.ts'
import type { Log } from '../../src/lib/log.ts'
import { vietnamDay } from '../../src/lib/vietnam-time.ts'
import type { OperationTexts } from '../../src/operation-texts.ts'
import type { OpenDatabase } from '../../src/storage/open-database.ts'
import { openZalo } from './open-zalo.ts'
import { readZaloSetupTexts } from './setup-texts.ts'
import { wordAccount } from './walk-consent.ts'

interface Finding {
  state: 'ok' | 'missing' | 'wrong'
  message: string
}

/** How the channel stands: tokens, the OA, what must be entered in Zalo's console. Nothing when it is not set up. */
export async function examineZalo(
  config: Config,
  parts: {
    database: OpenDatabase
    keyRing: KeyRing | undefined
    texts: OperationTexts
    log: Log
  },
): Promise<Finding[]> {
  const { zalo } = config
  const { database, keyRing, texts, log } = parts
  if (!zalo) return []
  const addresses = examineAddresses(config, texts)
  if (!keyRing) return [{ state: 'wrong', message: texts.say('operation.doctor.zalo-no-key') }, ...addresses]

  const { tokens, api } = openZalo(zalo, { connection: database.connection, keyRing, log })
  const state = await tokens.state()
  const found: Finding[] = [wordState(state, texts), ...addresses]
  if (state.kind === 'never-given' || state.kind === 'lost') return found

  const check = await checkAccount(api)
  if (check.kind === 'failed' && ['unreachable', 'timeout'].includes(check.reason)) {
    return [...found, { state: 'wrong', message: texts.say('operation.doctor.zalo-unreachable') }]
  }
  const [who = '', ...rest] = wordAccount(readZaloSetupTexts(), check)
  const isKnown = check.kind === 'account'
  const isGood = isKnown && check.lacks.length === 0
  return [
    ...found,
    { state: isKnown ? 'ok' : 'wrong', message: `Zalo: ${who}` },
    ...rest.map((line): Finding => ({ state: isGood ? 'ok' : 'missing', message: `Zalo: ${line}` })),
  ]
}

function wordState(state: TokenState, texts: OperationTexts): Finding {
  switch (state.kind) {
    case 'never-given':
      return { state: 'wrong', message: texts.say('operation.doctor.zalo-token-never-given') }
    case 'working': {
      const day = vietnamDay(state.consentUntil)
      return { state: 'ok', message: texts.say('operation.doctor.zalo-token-working', { day }) }
    }
    case 'ending': {
      const day = vietnamDay(state.consentUntil)
      return { state: 'wrong', message: texts.say('operation.doctor.zalo-token-ending', { day }) }
    }
    case 'failing': {
      const words = { day: vietnamDay(state.since), reason: state.reason }
      return { state: 'wrong', message: texts.say('operation.doctor.zalo-token-failing', words) }
    }
    case 'lost': {
      const words = { day: vietnamDay(state.since), code: state.code }
      return { state: 'wrong', message: texts.say('operation.doctor.zalo-token-lost', words) }
    }
  }
}

function examineAddresses({ http, web }: Config, texts: OperationTexts): Finding[] {
  const { publicUrl } = http
  if (!publicUrl?.startsWith('https://')) {
    return [{ state: 'wrong', message: texts.say('operation.doctor.zalo-no-public-url') }]
  }
  const code = web.zaloVerification
  return [
    {
      state: 'ok',
      message: texts.say('operation.doctor.zalo-webhook', { url: `${publicUrl}/webhooks/zalo` }),
    },
    code === undefined
      ? { state: 'missing', message: texts.say('operation.doctor.zalo-domain-none') }
      : {
          state: 'ok',
          message: texts.say('operation.doctor.zalo-domain', {
            url: `${publicUrl}/zalo_verifier${code}.html`,
          }),
        },
  ]
}
