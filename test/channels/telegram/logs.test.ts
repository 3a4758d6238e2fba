import { describe, expect, it } from 'vitest'
import { refusal, type Treatment } from '../../support/telegram/fake-bot-api.ts'
import { quickPace, setUp, token, until, webhookSecret } from '../../support/telegram/set-up.ts'
import { attachmentFields, messageUpdate, tapUpdate } from '../../support/telegram/updates.ts'

const chatId = 8_812_345_670_001
const chat = { id: chatId, type: 'private', first_name: 'CANARY-Lan', username: 'CANARY_user' }
const from = { id: chatId, is_bot: false, first_name: 'CANARY-Lan', username: 'CANARY_user' }
const contact = { phone_number: '+84CANARY905', user_id: chatId, first_name: 'CANARY' }

/** Everything that must not stand in a log, in every form in which it could get there. */
const forbidden = [
  token,
  token.split(':')[1]!,
  encodeURIComponent(token),
  webhookSecret,
  'CANARY',
  String(chatId),
]

/** Refusals that quote what was sent, as Telegram does. */
const quoting: Treatment[] = [
  refusal(400, `Bad Request: can't parse entities: Unsupported start tag "CANARY" in chat ${chatId}`),
  refusal(403, `Forbidden: user "CANARY-Lan" ${chatId} is deactivated`),
  refusal(400, `Bad Request: wrong URL https://x.vn/bot${token}/CANARY`),
  'cut',
  'page',
  'hang',
  'hang-midway',
  'unknown',
  refusal(502, 'CANARY'),
]

describe('row 79: no token, text, name, phone or chat id in the log', () => {
  it.each(['polling', 'webhook'] as const)('on every route, by %s', async (mode) => {
    const pace = { ...quickPace, answerWithinMs: 100 }
    const commands = [{ command: 'a', description: 'b' }]
    const bench = await setUp({ mode, requestTimeoutMs: 100, pace, commands })
    const { telegram, channel, inbox, logged } = bench
    telegram.treat('getMe', ['cut', 'page', 'hang'])
    telegram.treat('setMyCommands', quoting)
    telegram.treat('deleteWebhook', ['cut', 'page'])
    telegram.treat('setWebhook', ['cut', 'page'])
    telegram.treat('answerCallbackQuery', quoting, true)
    telegram.treat(
      'getUpdates',
      quoting.filter((treatment) => treatment !== 'hang'),
    )
    const address = await bench.listen()
    await channel.start(inbox.accept)

    const updates = [
      messageUpdate(1, { from, chat, text: 'CANARY hỏi' }),
      messageUpdate(2, { from, chat, contact }),
      messageUpdate(3, { from, chat, ...attachmentFields.image, caption: 'CANARY' }),
      tapUpdate(4, 'CANARY', { from, message: { chat } }),
      messageUpdate(5, { from, chat, text: { CANARY: 1 } }),
      { update_id: 6, edited_message: { from, chat, text: 'CANARY' } },
      { update_id: 7, CANARY: { from } },
      { update_id: 8, message: 'CANARY' },
    ]
    inbox.storageDown(true)
    if (mode === 'polling') {
      telegram.put(...updates)
      await until(() => logged().includes('could not be stored'))
      inbox.storageDown(false)
      await until(() => telegram.waiting().length === 0)
    } else {
      await until(() => telegram.callsOf('setMyCommands').length === 1)
      expect(await telegram.deliver(updates[0]!, address)).toBe(503)
      inbox.storageDown(false)
      for (const update of updates) expect(await telegram.deliver(update, address)).toBe(200)
      expect(
        await telegram.deliver(updates[0]!, address, { 'x-telegram-bot-api-secret-token': 'CANARY' }),
      ).toBe(401)
      expect(await telegram.deliver('CANARY', address)).toBe(400)
    }
    expect(inbox.accepted).toHaveLength(4)
    for (const treatment of [...quoting, refusal(401, `CANARY ${token}`)]) {
      telegram.treat('sendMessage', [treatment])
      const buttons = [{ label: 'CANARY', choice: 'CANARY' }]
      const result = await channel.send(String(chatId), { id: 'u1#1', text: 'CANARY đáp', buttons })
      expect(result.kind).not.toBe('sent')
      for (const canary of forbidden.filter((word) => word !== 'CANARY')) {
        expect(JSON.stringify(result)).not.toContain(canary)
      }
    }
    const tooLong = [{ label: 'CANARY', choice: 'CANARY'.repeat(20) }]
    await channel.send(String(chatId), { id: 'u1#2', text: 'CANARY', buttons: tooLong })
    await channel.stop()

    expect(logged().split('\n').length).toBeGreaterThan(8)
    for (const canary of forbidden) expect(logged()).not.toContain(canary)
  })
})
