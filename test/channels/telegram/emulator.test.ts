import Fastify from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import type { Accept, Channel } from '../../../src/channels/channel.ts'
import { createTelegramChannel } from '../../../src/channels/telegram/start.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { capturingLog, recordingInbox } from '../../contracts/channel.ts'
import { EmulatorWithGate, freePort, photoFields } from '../../support/telegram/emulator.ts'
import { until } from '../../support/telegram/set-up.ts'

/**
 * Against telegram-test-api, a Telegram server written by others. It does not know setMyCommands, holds no requests and
 * does not check the secret; see fake-bot-api.ts for these.
 */
const token = '666:emulated_token'
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function emulated(mode: 'polling' | 'webhook') {
  const server = new EmulatorWithGate({ port: await freePort(), host: '127.0.0.1' })
  await server.startWithGate()
  closing.push(() => server.stopWithGate())
  const inbox = recordingInbox()
  const { log, logged } = capturingLog()
  const channel: Channel = createTelegramChannel({
    token,
    apiRoot: server.config.apiURL,
    mode,
    webhookSecret: 'secret',
    publicUrl: 'https://motcua.example.vn',
    commands: [{ command: 'batdau', description: 'Bắt đầu' }],
    clock: new FakeClock('2026-03-02T01:20:00Z'),
    log,
    pace: { emptyMs: 20 },
  })
  // As the delivery would, only at once.
  const accept: Accept = async (message) => {
    const outcome = await inbox.accept(message)
    const text = message.choice ? `Đã chọn ${message.choice}` : `Đã nhận ${message.text}`
    const buttons = [
      { label: 'Hồ sơ', choice: 'a:papers' },
      { label: 'Lệ phí', choice: 'a:fee' },
      { label: 'Cổng Dịch vụ công quốc gia', url: 'https://dichvucong.gov.vn/' },
    ]
    void channel.send(message.conversationId, { id: `${message.messageId}#1`, text, buttons })
    return outcome
  }
  const app = Fastify()
  channel.addRoutes?.(app, accept)
  server.serviceUrl = await app.listen({ port: 0, host: '127.0.0.1' })
  closing.push(() => app.close())
  await channel.start(accept)
  closing.push(() => channel.stop())
  const client = server.getClient(token, {
    userId: 42,
    chatId: 42,
    firstName: 'Lan',
    interval: 20,
    timeout: 5_000,
  })
  return { server, client, inbox, logged, channel }
}

describe.each(['polling', 'webhook'] as const)('with telegram-test-api, by %s', (mode) => {
  it('takes a command and a text, and answers with buttons', async () => {
    const { client, inbox } = await emulated(mode)
    await client.sendCommand(client.makeCommand('/start QR-quay-3'))
    const first = await client.getUpdates()
    await client.sendMessage(client.makeMessage('lệ phí giấy phép lao động'))
    const second = await client.getUpdates()
    expect(
      inbox.accepted.map(({ text, conversationId, senderId }) => ({ text, conversationId, senderId })),
    ).toEqual([
      { text: '/start QR-quay-3', conversationId: '42', senderId: '42' },
      { text: 'lệ phí giấy phép lao động', conversationId: '42', senderId: '42' },
    ])
    expect(new Set(inbox.accepted.map(({ messageId }) => messageId)).size).toBe(2)
    expect(first.result.map(({ message }) => message.text)).toEqual(['Đã nhận /start QR-quay-3'])
    expect(second.result[0]!.message.reply_markup).toEqual({
      inline_keyboard: [
        [
          { text: 'Hồ sơ', callback_data: 'a:papers' },
          { text: 'Lệ phí', callback_data: 'a:fee' },
        ],
        [{ text: 'Cổng Dịch vụ công quốc gia', url: 'https://dichvucong.gov.vn/' }],
      ],
    })
  })

  it('takes the tap on a button that it sent', async () => {
    const { client, inbox } = await emulated(mode)
    await client.sendMessage(client.makeMessage('chào'))
    const shown = await client.getUpdates()
    const markup = shown.result[0]!.message.reply_markup as { inline_keyboard: { callback_data: string }[][] }
    await client.sendCallback(client.makeCallbackQuery(markup.inline_keyboard[0]![1]!.callback_data))
    const answered = await client.getUpdates()
    expect(inbox.accepted.at(-1)).toMatchObject({ choice: 'a:fee', conversationId: '42', attachments: [] })
    expect(answered.result[0]!.message.text).toBe('Đã chọn a:fee')
  })

  it('fetches the photo that a person sent', async () => {
    const { server, client, inbox, channel } = await emulated(mode)
    const bytes = Buffer.from([0xff, 0xd8, 1, 2, 3])
    server.keepFile('AgACAgUAAxkBAAIC', bytes)
    const { text: _, ...message } = client.makeMessage('')
    await client.sendMessage({
      ...message,
      caption: 'Biên lai',
      ...photoFields('AgACAgUAAxkBAAIC', bytes),
    } as Parameters<typeof client.sendMessage>[0])
    await until(() => inbox.accepted.length > 0)
    const [{ text, attachments }] = inbox.accepted as [(typeof inbox.accepted)[0]]
    expect([text, attachments.length]).toEqual(['Biên lai', 1])
    expect(await channel.fetchAttachment!(attachments[0]!, 1_000)).toEqual({ kind: 'fetched', bytes })
    const other = { kind: 'image' as const, reference: 'unknown' }
    expect(await channel.fetchAttachment!(other, 1_000)).toEqual({ kind: 'refused', reason: 'gone' })
  })

  it('leaves a group alone until it is spoken to', async () => {
    const { server, inbox } = await emulated(mode)
    const member = server.getClient(token, {
      userId: 42,
      chatId: -100,
      type: 'supergroup',
      chatTitle: 'Tổ 7',
    })
    const isDelivered = (event: string) => new Promise((resolve) => server.once(event, resolve))
    const message = isDelivered('AddedUserMessage')
    await member.sendMessage(member.makeMessage('nói chuyện riêng'))
    await message
    const command = isDelivered('AddedUserCommand')
    await member.sendCommand(member.makeCommand('/gapcanbo'))
    await command
    await until(() => inbox.accepted.length > 0)
    expect(inbox.accepted).toMatchObject([{ text: '/gapcanbo', chatKind: 'group', conversationId: '-100' }])
  })

  it('starts although this server has no command menu, and says so', async () => {
    const { logged } = await emulated(mode)
    expect(logged()).toContain('the command menu could not be set')
    expect(logged()).toContain('Telegram connected')
  })
})
