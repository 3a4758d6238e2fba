import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutboundMessage } from '../../../src/conversation/message.ts'
import { refusal, type Treatment, tooManyRequests } from '../../support/telegram/fake-bot-api.ts'
import { type Bench, setUp } from '../../support/telegram/set-up.ts'

const chatId = '5551234567'
const say = ({ channel }: Bench, message: Partial<OutboundMessage> = {}, to = chatId) =>
  channel.send(to, { id: 'u1#1', text: 'Chào anh/chị', ...message })

describe('what goes to Telegram', () => {
  it('is plain text without link preview, with one button a row, or two short ones', async () => {
    const bench = await setUp()
    const url = 'https://dichvucong.gov.vn/p/home/x.html?ma=1.000105&y=%C3%A1'
    const buttons = [
      { label: 'Cấp giấy phép lao động cho người nước ngoài', choice: 'p:1.000105' },
      { label: 'Hồ sơ', choice: 'a:papers' },
      { label: 'Lệ phí', choice: 'a:fee' },
      { label: 'Thời hạn', choice: 'a:time' },
      { label: 'Nộp trực tuyến trên Cổng', url },
    ]
    const text = '*không* <b>là</b> _định dạng_ https://example.vn'
    expect(await say(bench, { text, buttons })).toEqual({ kind: 'sent' })
    expect(bench.telegram.callsOf('sendMessage')).toEqual([
      {
        chat_id: chatId,
        text,
        link_preview_options: { is_disabled: true },
        reply_markup: {
          inline_keyboard: [
            [{ text: buttons[0]!.label, callback_data: 'p:1.000105' }],
            [
              { text: 'Hồ sơ', callback_data: 'a:papers' },
              { text: 'Lệ phí', callback_data: 'a:fee' },
            ],
            [{ text: 'Thời hạn', callback_data: 'a:time' }],
            [{ text: 'Nộp trực tuyến trên Cổng', url }],
          ],
        },
      },
    ])
  })

  it('protects what is secret from being forwarded, and nothing else', async () => {
    const bench = await setUp()
    expect(await say(bench, { text: 'Mã tra cứu: 1234', isSecret: true })).toEqual({ kind: 'sent' })
    expect(await say(bench)).toEqual({ kind: 'sent' })
    const [secret, plain] = bench.telegram.callsOf('sendMessage')
    expect(secret).toMatchObject({ text: 'Mã tra cứu: 1234', protect_content: true })
    expect(plain).not.toHaveProperty('protect_content')
  })

  it('keeps all buttons in order, at most two a row', async () => {
    const bench = await setUp()
    const label = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => text.trim() !== '')
    await fc.assert(
      fc.asyncProperty(fc.array(label, { maxLength: bench.channel.limits.maxButtons }), async (labels) => {
        const buttons = labels.map((text, n) => ({ label: text, choice: `c${n}` }))
        expect(await say(bench, { buttons })).toEqual({ kind: 'sent' })
        const markup = bench.telegram.shown.at(-1)!.reply_markup as
          | { inline_keyboard: { text: string }[][] }
          | undefined
        const rows = markup?.inline_keyboard ?? []
        expect(rows.flat().map(({ text }) => text)).toEqual(labels)
        expect(rows.every((row) => row.length === 1 || row.length === 2)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('writes an address that Telegram refuses on a button into the text', async () => {
    const bench = await setUp()
    const buttons = [
      { label: 'Phản ánh kín', url: 'http://localhost:3000/' },
      { label: 'Quay lại', choice: 'menu' },
    ]
    expect(await say(bench, { text: 'Mở trang:', buttons })).toEqual({ kind: 'sent' })
    const [sent] = bench.telegram.shown
    expect(sent!.text).toBe('Mở trang:\nPhản ánh kín: http://localhost:3000/')
    expect(sent!.reply_markup).toEqual({ inline_keyboard: [[{ text: 'Quay lại', callback_data: 'menu' }]] })
  })

  it('row 17: takes 4096 UTF-16 units and says no to more', async () => {
    const bench = await setUp()
    const { maxTextChars } = bench.channel.limits
    expect(maxTextChars).toBe(4096)
    expect(await say(bench, { text: '😀'.repeat(maxTextChars / 2) })).toEqual({ kind: 'sent' })
    expect(await say(bench, { text: 'x'.repeat(maxTextChars + 1) })).toMatchObject({ kind: 'rejected' })
  })

  it.each<[string, Partial<OutboundMessage>, string]>([
    [
      'a payload of 65 bytes',
      { buttons: [{ label: 'Có', choice: 'đ'.repeat(33) }] },
      '66 bytes, Telegram takes 64',
    ],
    ['an empty payload', { buttons: [{ label: 'Có', choice: '' }] }, 'empty choice'],
    ['a button that does nothing', { buttons: [{ label: 'Có' }] }, 'a choice or an address'],
    ['a button without label', { buttons: [{ label: ' ', choice: 'x' }] }, 'without label'],
    ['an empty text', { text: ' \n' }, 'without text'],
  ])('rejects %s before Telegram does, and says so to us', async (_, message, reason) => {
    const bench = await setUp()
    const result = await say(bench, message)
    expect(result).toMatchObject({ kind: 'rejected', reason: expect.stringContaining(reason) })
    expect(bench.telegram.calls).toEqual([])
    expect(bench.logged()).toContain('u1#1')
  })

  it('sends to ids of chats only, never to a public name', async () => {
    const bench = await setUp()
    expect(await say(bench, {}, '@kenhcongkhai')).toMatchObject({ kind: 'rejected' })
    expect(bench.telegram.calls).toEqual([])
  })

  it('takes a payload of exactly 64 bytes', async () => {
    const bench = await setUp()
    expect(await say(bench, { buttons: [{ label: 'Có', choice: 'x'.repeat(64) }] })).toEqual({ kind: 'sent' })
  })
})

describe('row 11: obeys retry_after and the pace of the platform', () => {
  it('hands on what Telegram asks for, and does not try again by itself', async () => {
    const bench = await setUp()
    bench.telegram.treat('sendMessage', [tooManyRequests(17)])
    expect(await say(bench)).toMatchObject({ kind: 'retry', afterMs: 17_000 })
    expect(bench.telegram.callsOf('sendMessage')).toHaveLength(1)
    expect(await say(bench)).toEqual({ kind: 'sent' })
  })

  it('declares 25 a second in all and one a second to a chat', async () => {
    const { channel } = await setUp()
    expect(channel.limits).toMatchObject({ perSecond: 25, perConversationPerSecond: 1 })
  })

  it('sends a group twenty messages a minute, a person as many as are due', async () => {
    const bench = await setUp()
    const group = '-1001557912345'
    for (let n = 0; n < 20; n++) {
      expect(await say(bench, {}, group)).toEqual({ kind: 'sent' })
      bench.clock.advanceMs(1_000)
    }
    expect(await say(bench, {}, group)).toMatchObject({ kind: 'retry', afterMs: 40_000 })
    expect(await say(bench, {}, '-1002')).toEqual({ kind: 'sent' })
    for (let n = 0; n < 30; n++) expect(await say(bench)).toEqual({ kind: 'sent' })
    bench.clock.advanceMs(40_000)
    expect(await say(bench, {}, group)).toEqual({ kind: 'sent' })
    expect(bench.telegram.shown.filter(({ chat_id }) => chat_id === group)).toHaveLength(21)
  })
})

describe('row 14: stops on block', () => {
  it.each([
    refusal(403, 'Forbidden: bot was blocked by the user'),
    refusal(403, 'Forbidden: user is deactivated'),
    refusal(403, "Forbidden: bot can't initiate conversation with a user"),
    refusal(403, 'Forbidden: bot was kicked from the supergroup chat'),
    refusal(400, 'Bad Request: chat not found'),
    refusal(400, 'Bad Request: PEER_ID_INVALID'),
    refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: -1001557912345,
    }),
    refusal(400, 'Bad Request: not enough rights to send text messages to the chat'),
  ])('$body.description: unreachable, after one call', async (treatment) => {
    const bench = await setUp()
    bench.telegram.treat('sendMessage', [treatment], true)
    expect((await say(bench)).kind).toBe('unreachable')
    expect(bench.telegram.callsOf('sendMessage')).toHaveLength(1)
  })
})

describe('what else Telegram may answer', () => {
  it.each([
    refusal(400, 'Bad Request: message is too long'),
    refusal(400, 'Bad Request: BUTTON_DATA_INVALID'),
    refusal(413, 'Request Entity Too Large'),
  ])('$body.description: rejected', async (treatment) => {
    const bench = await setUp()
    bench.telegram.treat('sendMessage', [treatment])
    expect((await say(bench)).kind).toBe('rejected')
  })

  it.each<Treatment>([
    refusal(500, 'Internal Server Error'),
    refusal(502, 'Bad Gateway'),
    { status: 503, body: 'x' },
    { status: 200, body: null },
    { status: 200, body: { message: 'ok?' } },
    'cut',
    'page',
    'hang',
    'hang-midway',
  ])('%j: to be tried again, and never waited for without end', async (treatment) => {
    const bench = await setUp({ requestTimeoutMs: 150 })
    bench.telegram.treat('sendMessage', [treatment])
    const startedAt = performance.now()
    expect((await say(bench)).kind).toBe('retry')
    expect(performance.now() - startedAt).toBeLessThan(1_500)
  })

  it('a server that is not there: to be tried again', async () => {
    const bench = await setUp()
    await bench.telegram.close()
    expect(await say(bench)).toEqual({ kind: 'retry', reason: 'network' })
  })

  it('a token that was taken away: the message waits, and the log calls for someone', async () => {
    const bench = await setUp()
    bench.telegram.treat('sendMessage', [refusal(401, 'Unauthorized')])
    expect((await say(bench)).kind).toBe('retry')
    expect(bench.logged()).toMatch(/"level":50.*token/)
  })

  it('gives no id, address or quoted word of Telegram in its reason', async () => {
    const bench = await setUp()
    const words = `Bad Request: can't parse "Nguyễn Lan" of chat 5551234567 at https://a.vn/bot4711:AAH/x`
    bench.telegram.treat('sendMessage', [refusal(400, words)])
    const result = await say(bench)
    expect(result.kind).toBe('rejected')
    expect(JSON.stringify(result)).not.toMatch(/Lan|5551234567|AAH|https/)
  })
})
