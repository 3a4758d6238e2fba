import Fastify from 'fastify'
import { afterEach } from 'vitest'
import type { Accept, Channel } from '../../../src/channels/channel.ts'
import type { ZaloContactStore } from '../../../src/channels/zalo/contact.ts'
import { createZaloApi } from '../../../src/channels/zalo/http-api.ts'
import { zaloLimits } from '../../../src/channels/zalo/limits.ts'
import { createZaloSender } from '../../../src/channels/zalo/send.ts'
import type { ZaloSettings } from '../../../src/channels/zalo/settings.ts'
import { createZaloChannel, type ZaloOptions } from '../../../src/channels/zalo/start.ts'
import { createZaloStops } from '../../../src/channels/zalo/stops.ts'
import type { WebhookOutcome } from '../../../src/channels/zalo/webhook.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { capturingLog, recordingInbox } from '../../contracts/channel.ts'
import { type FakeOa, startFakeOa } from '../../support/zalo/fake-oa.ts'
import { memoryContacts, shippedZaloContent, shippedZaloTexts } from '../../support/zalo-sender.ts'

/** The Zalo channel with a fake OA on the other side, both over real HTTP, and a recorder where the inbox would be. */
export interface InBench {
  oa: FakeOa
  channel: Channel
  clock: FakeClock
  settings: ZaloSettings
  inbox: ReturnType<typeof recordingInbox>
  contacts: ZaloContactStore
  /** What the webhook counted, in order. */
  outcomes: WebhookOutcome[]
  /** The address of the service. */
  address: string
  logged(): string
  secrets: string[]
  close(): Promise<void>
}

export const greetingChoice = 'm:greeting'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** As `openBench`, closed after the test. */
export async function setUp(options: Parameters<typeof openBench>[0] = {}): Promise<InBench> {
  const bench = await openBench(options)
  closing.push(() => bench.close())
  return bench
}

export async function openBench(
  options: {
    accept?: (accept: Accept) => Accept
    channel?: Partial<ZaloOptions>
    knowsOaId?: boolean
    apiTimeoutMs?: number
  } = {},
): Promise<InBench> {
  const clock = new FakeClock('2026-05-04T02:00:00Z')
  const oa = await startFakeOa({ clock })
  const { accessToken, refreshToken } = oa.tokens.issue()
  const { appId, appSecret, oaSecretKey, oaId } = oa.identity
  const settings: ZaloSettings = {
    appId,
    appSecret,
    oaSecretKey,
    ...(options.knowsOaId === false ? {} : { oaId }),
    hosts: { ...oa.hosts },
    sendsProof: false,
    mayPay: false,
  }
  const { log, logged } = capturingLog()
  const inbox = recordingInbox()
  const contacts = memoryContacts()
  const outcomes: WebhookOutcome[] = []
  const tokens = {
    current: async () => ({ kind: 'access' as const, token: accessToken }),
    renew: async () => ({ kind: 'refused-again' as const }),
  }
  const api = createZaloApi({ settings, tokens, clock, log, timeoutMs: options.apiTimeoutMs ?? 2_000 })
  const content = shippedZaloContent()
  const channel = createZaloChannel({
    settings,
    api,
    contacts,
    send: createZaloSender({
      api,
      contacts,
      settings,
      content,
      texts: shippedZaloTexts(),
      ledger: { count: async () => {}, ofMonth: async () => ({}) },
      stops: createZaloStops({ clock, log }),
      clock,
      log,
    }),
    limits: zaloLimits(content),
    greetingChoice,
    officerPauseHours: content.officerPauseHours,
    clock,
    log,
    onEvent: (outcome) => outcomes.push(outcome),
    ...options.channel,
  })
  const accept = options.accept?.(inbox.accept) ?? inbox.accept
  const app = Fastify()
  channel.addRoutes?.(app, accept)
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  await channel.start(accept)
  oa.webhook.turnOn(`${address}/webhooks/zalo`)
  return {
    oa,
    channel,
    clock,
    settings,
    inbox,
    contacts,
    outcomes,
    address,
    logged,
    secrets: [appSecret, oaSecretKey, accessToken, refreshToken],
    async close() {
      await channel.stop()
      await oa.close()
      await app.close()
    },
  }
}
