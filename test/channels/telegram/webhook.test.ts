import { describe, expect, it } from 'vitest'
import type { TelegramOptions } from '../../../src/channels/telegram/start.ts'
import { setUp, until, webhookSecret } from '../../support/telegram/set-up.ts'
import { tapUpdate, textUpdate } from '../../support/telegram/updates.ts'

const header = 'x-telegram-bot-api-secret-token'
const json = { 'content-type': 'application/json' }
const signed = { ...json, [header]: webhookSecret }

async function webhookBench(overrides: Partial<TelegramOptions> = {}) {
  const bench = await setUp({ mode: 'webhook', ...overrides })
  const address = await bench.listen()
  await bench.channel.start(bench.inbox.accept)
  return { ...bench, address }
}

describe('row 4: authentic, and fails closed', () => {
  it.each([
    ['none', json],
    ['an empty one', { ...json, [header]: '' }],
    ['a wrong one', { ...json, [header]: 'x'.repeat(webhookSecret.length) }],
    ['the beginning of it', { ...json, [header]: webhookSecret.slice(0, -1) }],
    ['more than it', { ...json, [header]: `${webhookSecret}x` }],
    ['it in another case', { ...json, [header]: webhookSecret.toUpperCase() }],
    ['it as a bearer', { ...json, authorization: `Bearer ${webhookSecret}` }],
  ])('a call with a secret that is %s: 401, nothing stored', async (_, headers) => {
    const { telegram, inbox, address } = await webhookBench()
    expect(await telegram.deliver(textUpdate(1, 'giả'), address, headers)).toBe(401)
    expect(inbox.accepted).toEqual([])
  })

  it('checks in this order: secret, size, form, stored, 200', async () => {
    const { telegram, inbox, address } = await webhookBench()
    const tooLarge = JSON.stringify(textUpdate(1, 'x'.repeat(600_000)))
    inbox.storageDown(true)
    expect(await telegram.deliver(tooLarge, address, json)).toBe(401)
    expect(await telegram.deliver('{"update_id":', address, json)).toBe(401)
    expect(await telegram.deliver(tooLarge, address, signed)).toBe(413)
    for (const body of ['{"update_id":', '', 'null', '[]', '{}', '{"update_id":"1"}', '<xml/>']) {
      expect(await telegram.deliver(body, address, signed)).toBe(400)
    }
    expect(await telegram.deliver('update_id=1', address, { ...signed, 'content-type': 'text/plain' })).toBe(
      400,
    )
    expect(await telegram.deliver(textUpdate(1, 'x'), address, signed)).toBe(503)
    expect(inbox.accepted).toEqual([])
    inbox.storageDown(false)
    expect(await telegram.deliver(textUpdate(1, 'x'), address, signed)).toBe(200)
    expect(inbox.accepted).toHaveLength(1)
  })

  it('takes no other method', async () => {
    const { address } = await webhookBench()
    const response = await fetch(address, { headers: { [header]: webhookSecret } })
    expect(response.status).toBe(404)
  })

  it('has no webhook at all when polling', async () => {
    const bench = await setUp()
    const address = await bench.listen()
    expect(await bench.telegram.deliver(textUpdate(1, 'x'), address, signed)).toBe(404)
    expect(bench.inbox.accepted).toEqual([])
  })

  it('leaves the JSON parsing of other routes alone', async () => {
    const bench = await setUp({ mode: 'webhook' })
    const { default: Fastify } = await import('fastify')
    const app = Fastify()
    bench.channel.addRoutes?.(app, bench.inbox.accept)
    app.post('/echo', (request) => ({ got: request.body }))
    const response = await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } })
    expect(response.json()).toEqual({ got: { a: 1 } })
    await app.close()
  })
})

describe('row 5: repeated deliveries', () => {
  it('carry one message id, are answered 200, and count once', async () => {
    const { telegram, inbox, address } = await webhookBench()
    const copies = Array.from({ length: 20 }, () => telegram.deliver(textUpdate(77, 'một lần'), address))
    expect(await Promise.all(copies)).toEqual(Array(20).fill(200))
    expect(inbox.accepted.map(({ messageId }) => messageId)).toEqual(['u77'])
  })
})

describe('row 7: acknowledged before work', () => {
  it('answers 200 only when stored', async () => {
    const bench = await setUp({ mode: 'webhook' })
    let isStored = false
    const address = await bench.listen(async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 80))
      isStored = true
      return bench.inbox.accept(message)
    })
    await bench.channel.start(bench.inbox.accept)
    const status = bench.telegram.deliver(textUpdate(1, 'x'), address).then((code) => [code, isStored])
    expect(await status).toEqual([200, true])
  })

  it('200 within a second at p99 under 50 webhooks a second, with Telegram taking calls and never answering', async () => {
    const { telegram, inbox, address } = await webhookBench({ requestTimeoutMs: 30_000 })
    telegram.treat('answerCallbackQuery', ['hang'], true)
    telegram.treat('sendMessage', ['hang'], true)
    const taken: number[] = []
    // The same request to an address that does nothing: what this machine is busy with is not ours.
    const idle: number[] = []
    const timed = async (timings: number[], to: string, n: number) => {
      const startedAt = performance.now()
      const status = await telegram.deliver(tapUpdate(1_000 + n, 'menu'), to)
      timings.push(performance.now() - startedAt)
      return status
    }
    const deliveries = Array.from({ length: 100 }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, n * 20))
      const [status] = await Promise.all([timed(taken, address, n), timed(idle, `${address}/nothing`, n)])
      return status
    })
    expect(await Promise.all(deliveries)).toEqual(Array(100).fill(200))
    expect(inbox.accepted).toHaveLength(100)
    const p99 = (timings: number[]) => timings.toSorted((a, b) => a - b)[98]!
    expect(p99(taken)).toBeLessThan(1_000 + p99(idle))
    await until(() => telegram.callsOf('answerCallbackQuery').length === 100)
  })
})

describe('while it starts and when it stops', () => {
  it('stores deliveries that come before Telegram has told our name', async () => {
    const bench = await setUp({ mode: 'webhook' })
    const address = await bench.listen()
    bench.telegram.treat('getMe', ['cut', 'cut'])
    await bench.channel.start(bench.inbox.accept)
    expect(await bench.telegram.deliver(textUpdate(1, 'sớm'), address, signed)).toBe(200)
    await until(() => bench.telegram.callsOf('setWebhook').length === 1)
  })

  it('answers 503 after stop, so that Telegram keeps the update, and waits for what is being stored', async () => {
    const bench = await setUp({ mode: 'webhook' })
    let finish: (() => void) | undefined
    const address = await bench.listen(async (message) => {
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return bench.inbox.accept(message)
    })
    await bench.channel.start(bench.inbox.accept)
    const first = bench.telegram.deliver(textUpdate(1, 'đang lưu'), address)
    await until(() => finish !== undefined)
    let hasStopped = false
    const stopped = bench.channel.stop().then(() => {
      hasStopped = true
    })
    expect(await bench.telegram.deliver(textUpdate(2, 'muộn'), address)).toBe(503)
    expect(hasStopped).toBe(false)
    finish?.()
    await stopped
    expect(await first).toBe(200)
    expect(bench.inbox.accepted.map(({ text }) => text)).toEqual(['đang lưu'])
    // The webhook stays: other processes serve it, and Telegram keeps what none takes.
    expect(bench.telegram.callsOf('deleteWebhook')).toEqual([])
  })
})
