import { describe, expect, it } from 'vitest'
import { createTelegramChannel, type TelegramOptions } from '../../../src/channels/telegram/start.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { AppError } from '../../../src/lib/errors.ts'
import { createLog } from '../../../src/lib/log.ts'
import { refusal, type Treatment } from '../../support/telegram/fake-bot-api.ts'
import { setUp, token, until, webhookSecret } from '../../support/telegram/set-up.ts'
import { textUpdate } from '../../support/telegram/updates.ts'

const commands = [
  { command: 'batdau', description: 'Bắt đầu' },
  { command: 'timthutuc', description: 'Tìm thủ tục' },
]

async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof AppError)) throw new Error(`no AppError: ${String(error)}`)
  return error
}

describe('start', () => {
  it('by polling: who we are, no webhook (with nothing dropped), the menu in chats of two, then updates', async () => {
    const { telegram, channel, inbox } = await setUp({ commands })
    await channel.start(inbox.accept)
    await until(() => telegram.callsOf('getUpdates').length === 1)
    expect(telegram.calls.map(({ method }) => method)).toEqual([
      'getMe',
      'deleteWebhook',
      'setMyCommands',
      'getUpdates',
    ])
    expect(telegram.callsOf('deleteWebhook')).toEqual([{ drop_pending_updates: false }])
    expect(telegram.callsOf('setMyCommands')).toEqual([{ commands, scope: { type: 'all_private_chats' } }])
  })

  it('by webhook: tells Telegram the address, the secret, and what we want', async () => {
    const { telegram, channel, inbox } = await setUp({
      mode: 'webhook',
      publicUrl: 'https://motcua.example.vn/bot/',
    })
    await channel.start(inbox.accept)
    expect(telegram.calls.map(({ method }) => method)).toEqual(['getMe', 'setWebhook'])
    expect(telegram.callsOf('setWebhook')).toEqual([
      {
        url: 'https://motcua.example.vn/bot/webhooks/telegram',
        secret_token: webhookSecret,
        allowed_updates: ['message', 'callback_query'],
        max_connections: 20,
        drop_pending_updates: false,
      },
    ])
  })

  it.each([refusal(401, 'Unauthorized'), refusal(404, 'Not Found')])(
    'says that the token is wrong, without showing it: $status',
    async (treatment) => {
      const { telegram, channel, inbox, logged } = await setUp()
      telegram.treat('getMe', [treatment])
      const error = await failureOf(channel.start(inbox.accept))
      expect(error.code).toBe('START_FAILED')
      expect(error.message).toContain('TELEGRAM_BOT_TOKEN')
      const everything = `${error.message} ${error.stack} ${String(error.cause)} ${logged()}`
      expect(everything).not.toContain(token.split(':')[1]!)
      expect(telegram.callsOf('getUpdates')).toEqual([])
    },
  )

  it('says that Telegram refuses the webhook', async () => {
    const { telegram, channel, inbox } = await setUp({ mode: 'webhook' })
    telegram.treat('setWebhook', [
      refusal(400, 'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443'),
    ])
    const error = await failureOf(channel.start(inbox.accept))
    expect(error.code).toBe('START_FAILED')
    expect(error.message).toContain('ports 80, 88, 443 or 8443')
  })

  it.each<[string, Treatment]>([
    ['setMyCommands', 'unknown'],
    ['setMyCommands', refusal(500, 'x')],
    ['setMyCommands', 'hang'],
    ['deleteWebhook', 'unknown'],
  ])('goes on without %s when it ends in %j, with a warning', async (method, treatment) => {
    const { telegram, channel, inbox, logged } = await setUp({ commands })
    telegram.treat(method, [treatment], true)
    await channel.start(inbox.accept)
    telegram.put(textUpdate(1, 'chào'))
    await until(() => inbox.accepted.length === 1)
    expect(logged()).toContain('"level":40')
  })

  it.each<[string, Treatment]>([
    ['getMe', refusal(502, 'Bad Gateway')],
    ['getMe', 'cut'],
    ['getMe', 'page'],
    ['deleteWebhook', refusal(503, 'x')],
    ['deleteWebhook', 'cut'],
  ])(
    'resolves while Telegram is out of reach (%s, %j), and connects when it is back',
    async (method, treatment) => {
      const { telegram, channel, inbox } = await setUp()
      telegram.treat(method, [treatment, treatment, treatment])
      telegram.put(textUpdate(1, 'tôi đợi'))
      await channel.start(inbox.accept)
      await until(() => inbox.accepted.length === 1)
    },
  )

  it('does not hold up the service when Telegram is blocked and never answers', async () => {
    const { telegram, channel, inbox, logged } = await setUp({ requestTimeoutMs: 10_000 })
    telegram.treat('getMe', ['hang'], true)
    const startedAt = performance.now()
    await channel.start(inbox.accept)
    expect(performance.now() - startedAt).toBeLessThan(4_500)
    expect(logged()).toContain('cannot be reached')
    await channel.stop()
    expect(performance.now() - startedAt).toBeLessThan(6_500)
  })

  it('logs it as an error when the token turns out wrong only later', async () => {
    const { telegram, channel, inbox, logged } = await setUp()
    telegram.treat('getMe', ['cut', refusal(401, 'Unauthorized')])
    await channel.start(inbox.accept)
    await until(() => logged().includes('"level":50'))
    expect(logged()).toContain('Telegram refuses TELEGRAM_BOT_TOKEN')
  })
})

describe('row 4: what cannot be safe is refused before anything starts', () => {
  const create = (overrides: Partial<TelegramOptions>) => () =>
    createTelegramChannel({
      token,
      mode: 'webhook',
      webhookSecret,
      publicUrl: 'https://motcua.example.vn',
      clock: new FakeClock('2026-03-02'),
      log: createLog({ level: 'silent' }),
      ...overrides,
    })

  it.each(['', 'two words', 'dấu', 'a'.repeat(257), 'semi;colon'])('the webhook secret %j', (secret) => {
    expect(create({ webhookSecret: secret })).toThrow(/TELEGRAM_WEBHOOK_SECRET/)
  })

  it('no webhook secret', () => {
    const { webhookSecret: _, ...without } = { webhookSecret, token }
    expect(() =>
      createTelegramChannel({
        ...without,
        mode: 'webhook',
        publicUrl: 'https://motcua.example.vn',
        clock: new FakeClock('2026-03-02'),
        log: createLog({ level: 'silent' }),
      }),
    ).toThrow(/TELEGRAM_WEBHOOK_SECRET/)
  })

  it.each(['http://motcua.example.vn', 'motcua.example.vn', 'https://', ''])(
    'the public address %j',
    (publicUrl) => {
      expect(create({ publicUrl })).toThrow(/PUBLIC_URL/)
    },
  )

  it.each(['', '4711:AAH/../x', '4711:AAH x'])('the token %j, without showing it', (wrong) => {
    expect(create({ token: wrong })).toThrow(/TELEGRAM_BOT_TOKEN/)
    if (wrong) expect(create({ token: wrong })).not.toThrow(/AAH/)
  })

  it.each(['Batdau', 'bắt_đầu', '/batdau', 'a'.repeat(33), ''])('the menu command %j', (command) => {
    expect(create({ commands: [{ command, description: 'x' }] })).toThrow(AppError)
  })

  it('takes the longest and the shortest secret', () => {
    for (const secret of ['a', `${'Az09_-'.repeat(42)}abcd`])
      expect(create({ webhookSecret: secret })).not.toThrow()
  })
})
