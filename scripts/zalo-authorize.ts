import { parseArgs } from 'node:util'
import type { Config, ZaloConfig } from '../src/config.ts'
import { createLog } from '../src/lib/log.ts'
import { KeyRefused, openKeyRing } from '../src/open-key-ring.ts'
import { createInstallationSecretStore } from '../src/storage/installation-secret-store.ts'
import { joinDatabase } from './join-database.ts'
import { readConfig } from './open-desk-stores.ts'
import { readOperationTexts } from './operation-texts.ts'
import { openZalo } from './zalo/open-zalo.ts'
import { readZaloSetupTexts } from './zalo/setup-texts.ts'
import { waitForCallbackAt } from './zalo/wait-for-callback.ts'
import { tellAccount, tryAgain, walkConsent } from './zalo/walk-consent.ts'

/** Leads an administrator of the Official Account through consent, and stores the first token pair. */
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    retry: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const texts = readZaloSetupTexts()
const say = (line: string) => console.log(line)

if (values.help) say(texts.say('zalo-setup.help'))
else if (!(await run())) process.exitCode = 1

async function run(): Promise<boolean> {
  const read = readConfig()
  if (read.kind === 'wrong') {
    return no(texts.say('zalo-setup.settings-wrong', { settings: read.settings.join(', ') }))
  }
  const { config } = read
  if (!config.zalo) return no(texts.say('zalo-setup.not-configured'))
  const callbackUrl = config.zalo.callbackUrl ?? (values.check || values.retry ? '' : undefined)
  if (callbackUrl === undefined) return no(texts.say('zalo-setup.no-callback'))
  return withDatabase(config, config.zalo, callbackUrl)
}

async function withDatabase(config: Config, zalo: ZaloConfig, callbackUrl: string): Promise<boolean> {
  const log = createLog({ level: 'silent' })
  const database = await joinDatabase(config.storage, log)
  try {
    const { connection } = database
    const { keyRing } = await openKeyRing(config, createInstallationSecretStore(connection), { log })
    if (!keyRing) return no(texts.say('zalo-setup.no-key'))
    const { oauth, tokens, api } = openZalo(zalo, { connection, keyRing, log })
    if (values.retry && !(await tryAgain({ tokens, texts, say }))) return false
    if (values.retry || values.check) return await tellAccount({ api, texts, say })
    const { publicUrl } = config.http
    return await walkConsent({
      oauth,
      tokens,
      api,
      callbackUrl,
      ...(zalo.pkceVerifier ? { verifier: zalo.pkceVerifier } : {}),
      ...(zalo.oaId ? { oaId: zalo.oaId } : {}),
      ...(publicUrl ? { webhookUrl: `${publicUrl}/webhooks/zalo` } : {}),
      texts,
      say,
      waitForCallback: waitForCallbackAt(callbackUrl, texts),
    })
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    return no(readOperationTexts().say(`operation.key.${error.refusal}`, { file: error.file }))
  } finally {
    await database.close()
  }
}

function no(line: string): false {
  console.error(line)
  return false
}
