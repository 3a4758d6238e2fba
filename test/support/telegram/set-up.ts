import Fastify from 'fastify'
import { afterEach } from 'vitest'
import type { Accept, Channel } from '../../../src/channels/channel.ts'
import { createTelegramChannel, type TelegramOptions } from '../../../src/channels/telegram/start.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { capturingLog, recordingInbox } from '../../contracts/channel.ts'
import { type FakeBotApi, startFakeBotApi } from './fake-bot-api.ts'

export const token = '4711:AAH-test_token-3hQzL0'
export const webhookSecret = 'secret_of-the-webhook'
export const quickPace = { retryMs: 10, maxRetryMs: 20, conflictMs: 40, emptyMs: 0, answerWithinMs: 2_000 }

export interface Bench {
  telegram: FakeBotApi
  channel: Channel
  clock: FakeClock
  inbox: ReturnType<typeof recordingInbox>
  logged(): string
  /** One more channel on the same Telegram, as a second process would be. */
  another(overrides?: Partial<TelegramOptions>): Channel
  /** Listens with the channel's routes; gives the address of the webhook. */
  listen(accept?: Accept): Promise<string>
}

const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A channel on a fake Telegram of its own, both closed after the test. */
export async function setUp(overrides: Partial<TelegramOptions> = {}): Promise<Bench> {
  const telegram = await startFakeBotApi({ token })
  closing.push(() => telegram.close())
  const { log, logged } = capturingLog()
  const clock = new FakeClock('2026-03-02T01:20:00Z')
  const inbox = recordingInbox()
  const another = (more: Partial<TelegramOptions> = {}) => {
    const channel = createTelegramChannel({
      token,
      apiRoot: telegram.url,
      mode: 'polling',
      webhookSecret,
      publicUrl: 'https://motcua.example.vn',
      clock,
      log,
      requestTimeoutMs: 1_000,
      pace: quickPace,
      ...overrides,
      ...more,
    })
    closing.push(() => channel.stop())
    return channel
  }
  const channel = another()
  return {
    telegram,
    channel,
    clock,
    inbox,
    logged,
    another,
    async listen(accept = inbox.accept) {
      const app = Fastify()
      channel.addRoutes?.(app, accept)
      closing.push(() => app.close())
      return `${await app.listen({ port: 0, host: '127.0.0.1' })}/webhooks/telegram`
    },
  }
}

/** Waits until the claim holds, at most five seconds. */
export async function until(claim: () => boolean): Promise<void> {
  for (let n = 0; n < 1_000; n++) {
    if (claim()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`not within five seconds: ${claim.toString()}`)
}
