import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseConfig } from '../../src/config.ts'
import { type Content, loadContent } from '../../src/content.ts'
import { createLog } from '../../src/lib/log.ts'
import { type Service, startService } from '../../src/service.ts'
import type { FakeOa } from '../../test/support/zalo/fake-oa.ts'
import type { JumpClock } from './jump-clock.ts'

/** What a bot needs to talk to the fake instead of Zalo. */
export function botSettings(oa: FakeOa): Record<string, string> {
  const { appId, appSecret, oaSecretKey, oaId, redirectUri } = oa.identity
  return {
    ZALO_APP_ID: appId,
    ZALO_APP_SECRET: appSecret,
    ZALO_OA_SECRET_KEY: oaSecretKey,
    ZALO_OA_ID: oaId,
    ZALO_REFRESH_TOKEN: oa.tokens.issue().refreshToken,
    ZALO_OAUTH_URL: oa.hosts.oauth,
    ZALO_OPENAPI_URL: oa.hosts.openapi,
    ZALO_BUSINESS_URL: oa.hosts.business,
    ZALO_CALLBACK_URL: redirectUri,
    ZALO_ALLOW_PAID: 'true',
  }
}

const catchUpMs = 30_000

/** The service as it is, with an embedded database in a folder that goes when it stops. */
export async function startBot(options: {
  oa: FakeOa
  port: number
  clock: JumpClock
  logLevel: string
  /** For `POST /api/dossiers`; closed without. */
  dossierApiKey?: string
}): Promise<Service> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zalo-sandbox-'))
  const removeData = () => rmSync(dataDir, { recursive: true, force: true })
  try {
    const service = await startOn(dataDir, options)
    // The timers of the jobs go by the true clock; once it has jumped, the jobs are led by this one.
    const { clock } = options
    let running = Promise.resolve()
    let isStopping = false
    const catchUp = () => {
      running = running
        .then(() => (isStopping ? undefined : service.catchUp()))
        .catch((error: unknown) => console.error(error))
    }
    clock.onJump(catchUp)
    const timer = setInterval(() => {
      if (clock.hasJumped) catchUp()
    }, catchUpMs)
    return {
      ...service,
      async stop() {
        clearInterval(timer)
        isStopping = true
        await running
        await service.stop()
        removeData()
      },
    }
  } catch (error) {
    removeData()
    throw error
  }
}

async function startOn(
  dataDir: string,
  { oa, port, clock, logLevel, dossierApiKey }: Parameters<typeof startBot>[0],
): Promise<Service> {
  const parsed = parseConfig({
    ...botSettings(oa),
    PORT: String(port),
    DATA_DIR: dataDir,
    LOG_LEVEL: logLevel,
    ...(dossierApiKey ? { DOSSIER_API_KEY: dossierApiKey } : {}),
  })
  if (parsed.kind === 'faults') throw new Error(`settings: ${JSON.stringify(parsed.faults)}`)
  const { config } = parsed
  const rootDir = resolve('.')
  const content = withRatingTemplate(loadContent(rootDir, config.content.agencyFile), oa)
  const log = createLog({ level: config.log.level })
  return startService({ config, content, rootDir, clock, log })
}

const ratingTemplateId = '910001'

/** An office that has one approved template with stars, whichever question is asked, so that it can be seen. */
function withRatingTemplate(content: Content, oa: FakeOa): Content {
  const { zalo, surveys } = content
  oa.addTemplate({ id: ratingTemplateId, type: 'rating' })
  const templates = surveys.inUse.items.map(({ id: question }) => ({
    question,
    byUser: ratingTemplateId,
    byPhone: '',
  }))
  const settings = { ...zalo.settings, rating: { ...zalo.settings.rating, templates } }
  return { ...content, zalo: { ...zalo, settings } }
}
