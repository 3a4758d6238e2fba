import Fastify from 'fastify'
import type { Accept } from '../../../src/channels/channel.ts'
import { createTelegramChannel } from '../../../src/channels/telegram/start.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import {
  type ChannelHarness,
  capturingLog,
  channelContract,
  recordingInbox,
  type SeenMessage,
  type UserEvent,
} from '../../contracts/channel.ts'
import {
  type FakeBotApi,
  type FakeUpdate,
  refusal,
  startFakeBotApi,
  tooManyRequests,
} from '../../support/telegram/fake-bot-api.ts'
import { quickPace } from '../../support/telegram/set-up.ts'
import {
  attachmentFields,
  messageUpdate,
  privateChat,
  tapUpdate,
  textUpdate,
} from '../../support/telegram/updates.ts'

const token = '4711:AAH-contract_token-9fXq'
const webhookSecret = 'contract_secret-5Jw'

channelContract('telegram by polling', () => makeHarness('polling'))
channelContract('telegram by webhook', () => makeHarness('webhook'))

async function makeHarness(mode: 'polling' | 'webhook'): Promise<ChannelHarness> {
  const telegram = await startFakeBotApi({ token })
  const attachmentBytes = Buffer.from('%PDF-1.7 đơn có dấu')
  for (const fileId of ['large', 'AgACAgUAAxkBAAIB']) telegram.keepFile(fileId, { bytes: attachmentBytes })
  const inbox = recordingInbox()
  const { log, logged } = capturingLog()
  const clock = new FakeClock('2026-03-02T01:20:00Z')
  const channel = createTelegramChannel({
    token,
    apiRoot: telegram.url,
    mode,
    webhookSecret,
    publicUrl: 'https://motcua.example.vn',
    commands: [{ command: 'batdau', description: 'Bắt đầu' }],
    clock,
    log,
    requestTimeoutMs: 2_000,
    // Short, because a repeat is given only to a request that asks from the earliest on.
    pace: { ...quickPace, longPollSeconds: 0.02 },
  })
  const refusals: { isRefused: () => void }[] = []
  const accept: Accept = async (message) => {
    try {
      return await inbox.accept(message)
    } catch (error) {
      for (const waiting of refusals) waiting.isRefused()
      throw error
    }
  }
  const app = Fastify()
  channel.addRoutes?.(app, accept)
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  await channel.start(accept)
  let nextId = 9_000

  const harness: ChannelHarness = {
    channel,
    conversationId: String(privateChat.id),
    accepted: inbox.accepted,
    storageDown: inbox.storageDown,
    async userSends(event) {
      const update = updateOf(event, nextId++)
      if (mode === 'webhook') {
        const status = await telegram.deliver(update, `${address}/webhooks/telegram`)
        return { acknowledged: status === 200 }
      }
      const refused = new Promise<void>((resolve) => refusals.push({ isRefused: resolve }))
      telegram.put(update)
      return { acknowledged: await isConfirmed(telegram, update.update_id, refused) }
    },
    async userSees() {
      return telegram.shown.map(seenOf)
    },
    platformFails(failure) {
      if (failure === undefined) telegram.mend('sendMessage')
      else {
        const treatments = {
          down: refusal(502, 'Bad Gateway'),
          busy: tooManyRequests(3),
          blocked: refusal(403, 'Forbidden: bot was blocked by the user'),
        }
        telegram.treat('sendMessage', [treatments[failure]], true)
      }
    },
    logged,
    secrets: [token, token.split(':')[1]!, webhookSecret, String(privateChat.id), 'Trần'],
    clock,
    attachmentBytes,
    abilities: {
      name: 'telegram',
      tellsSentAt: true,
      canFetch: true,
      attachments: ['image', 'file', 'audio', 'video', 'sticker', 'location', 'other'],
      failures: ['down', 'busy', 'blocked'],
    },
    async close() {
      await channel.stop()
      await app.close()
      await telegram.close()
    },
  }
  if (mode === 'webhook') {
    harness.forge = () =>
      telegram.deliver(textUpdate(1, 'Giả mạo'), `${address}/webhooks/telegram`, {
        'content-type': 'application/json',
        'x-telegram-bot-api-secret-token': 'guessed',
      })
  }
  return harness
}

function updateOf(event: UserEvent, unusedId: number): FakeUpdate {
  const id = event.id === undefined ? unusedId : Number(event.id)
  switch (event.kind) {
    case 'text':
      return textUpdate(
        id,
        event.text,
        event.sentAt ? { date: Math.floor(event.sentAt.getTime() / 1000) } : {},
      )
    case 'tap':
      return tapUpdate(id, event.choice)
    case 'attachment':
      return messageUpdate(id, withTrueSizes(attachmentFields[event.attachment]))
    case 'unheard-of':
      return { update_id: id, telepathy: { from: { id: 'not even a number' }, text: 'CANARY-lạ' } }
  }
}

/** Of whatever size it says it is, the double holds the same few bytes. */
function withTrueSizes(fields: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(fields, (key, value) => (key === 'file_size' ? 1 : value)))
}

/** Confirmed: Telegram will not give it again. Not, as soon as the inbox has refused it, or after half a second. */
async function isConfirmed(telegram: FakeBotApi, id: number, refused: Promise<void>): Promise<boolean> {
  let isRefused = false
  void refused.then(() => {
    isRefused = true
  })
  for (let n = 0; n < 100; n++) {
    if (!telegram.waiting().includes(id)) return true
    if (isRefused) return false
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return false
}

function seenOf(message: Record<string, unknown>): SeenMessage {
  const markup = message.reply_markup as { inline_keyboard: { text: string; url?: string }[][] } | undefined
  const buttons = markup?.inline_keyboard.flat() ?? []
  return {
    text: String(message.text),
    buttons: buttons.map(({ text }) => text),
    links: buttons.flatMap(({ url }) => (url === undefined ? [] : [url])),
  }
}
