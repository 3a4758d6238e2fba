import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ParsedUpdate, parseUpdate } from '../../../src/channels/telegram/parse.ts'
import type { FakeUpdate } from '../../support/telegram/fake-bot-api.ts'
import {
  attachmentFields,
  groupChat,
  messageUpdate,
  person,
  privateChat,
  sentAtSeconds,
  tapUpdate,
  textUpdate,
} from '../../support/telegram/updates.ts'

const context = { botUsername: 'MotCuaBot', now: new Date('2026-03-02T01:20:00Z') }
const parse = (update: unknown) => parseUpdate(update, context)

function taken(update: unknown) {
  const parsed = parse(update)
  if (parsed.kind !== 'message') throw new Error(`ignored: ${parsed.rule}`)
  return parsed.message
}

describe('row 2: what Telegram delivers becomes our message, or is ignored by rule', () => {
  it('takes a text with every field', () => {
    expect(parse(textUpdate(815, 'Lệ phí bao nhiêu?'))).toEqual({
      kind: 'message',
      message: {
        channel: 'telegram',
        conversationId: '5551234567',
        messageId: 'u815',
        senderId: '5551234567',
        sentAt: new Date(sentAtSeconds * 1000),
        text: 'Lệ phí bao nhiêu?',
        attachments: [],
      },
    })
  })

  it.each([
    ['/start', '/start'],
    ['/start zalo-QR7', '/start zalo-QR7'],
    ['/timthutuc@MotCuaBot giấy phép lao động', '/timthutuc giấy phép lao động'],
    ['/timthutuc@motcuabot', '/timthutuc'],
    ['lan@MotCuaBot.vn', 'lan@MotCuaBot.vn'],
  ])('takes the command %j as %j', (written, text) => {
    expect(taken(textUpdate(1, written)).text).toBe(text)
  })

  it('takes a tap, also on a message that Telegram no longer has', () => {
    const old = { message: { chat: privateChat, message_id: 3, date: 0 } }
    for (const fields of [{}, old, { message: undefined }]) {
      expect(parse(tapUpdate(7, 's1:k3J:2:5', fields))).toEqual({
        kind: 'message',
        callbackQueryId: '238476598237467',
        message: {
          channel: 'telegram',
          conversationId: '5551234567',
          messageId: 'u7',
          senderId: '5551234567',
          sentAt: context.now,
          choice: 's1:k3J:2:5',
          attachments: [],
        },
      })
    }
  })

  it('takes attachments without fetching them: the picture in its sizes, names composed, no coordinates', () => {
    const attachments = (kind: keyof typeof attachmentFields) =>
      taken(messageUpdate(1, attachmentFields[kind])).attachments
    const sizes = 'large:88511 middle:19042 small:1385'
    expect(attachments('image')).toEqual([{ kind: 'image', reference: sizes, sizeBytes: 88_511 }])
    expect(attachments('file')).toEqual([
      {
        kind: 'file',
        reference: 'AgACAgUAAxkBAAIB',
        fileName: 'Đơn đề nghị.pdf'.normalize('NFC'),
        sizeBytes: 20_480,
      },
    ])
    const photo = { document: { ...attachmentFields.file.document!, mime_type: 'image/heic' } }
    expect(taken(messageUpdate(1, photo)).attachments).toMatchObject([{ kind: 'image', sizeBytes: 20_480 }])
    expect(attachments('audio')).toMatchObject([{ kind: 'audio', sizeBytes: 12_001 }])
    expect(attachments('video')).toMatchObject([{ kind: 'video', sizeBytes: 901_234 }])
    expect(attachments('sticker')).toMatchObject([{ kind: 'sticker' }])
    // Cut to about a metre.
    const coordinates = { latitude: 12.24507, longitude: 109.19432 }
    expect(attachments('location')).toEqual([{ kind: 'location', coordinates }])
    const strange = messageUpdate(1, { location: { latitude: 'CANARY', longitude: 500 } })
    expect(taken(strange).attachments).toEqual([{ kind: 'location' }])
    expect(attachments('other')).toEqual([{ kind: 'other' }])
  })

  it('takes an animation once, though Telegram sends it as a document too', () => {
    const { document } = attachmentFields.file
    const { video } = attachmentFields.video
    expect(taken(messageUpdate(1, { animation: video, document })).attachments).toHaveLength(1)
  })

  it('takes the words under a picture as the text', () => {
    const message = taken(messageUpdate(1, { ...attachmentFields.image, caption: 'Phiếu hẹn của tôi' }))
    expect(message).toMatchObject({ text: 'Phiếu hẹn của tôi', attachments: [{ kind: 'image' }] })
  })

  it('takes the number of the sender, never that of someone else', () => {
    const contact = { phone_number: '+84905123456', first_name: 'Lan', user_id: person.id }
    expect(taken(messageUpdate(1, { contact }))).toMatchObject({
      contact: { phone: '+84905123456' },
      attachments: [],
    })
    for (const user_id of [person.id + 1, undefined]) {
      const other = taken(messageUpdate(1, { contact: { ...contact, user_id } }))
      expect(other).toMatchObject({ attachments: [{ kind: 'other' }] })
      expect(JSON.stringify(other)).not.toContain('905123456')
    }
  })

  const ruled: [string, FakeUpdate, string][] = [
    [
      'an edited message',
      { update_id: 1, edited_message: { ...(textUpdate(1, 'sửa').message as object), edit_date: 2 } },
      'edited',
    ],
    ['a live location that moves', { update_id: 1, edited_message: attachmentFields.location }, 'edited'],
    [
      'a channel post',
      { update_id: 1, channel_post: { chat: { id: -100, type: 'channel' } } },
      'channel-post',
    ],
    ['an edited channel post', { update_id: 1, edited_channel_post: {} }, 'channel-post'],
    ['a block', { update_id: 1, my_chat_member: { new_chat_member: { status: 'kicked' } } }, 'membership'],
    ['someone who joins', { update_id: 1, chat_member: {} }, 'membership'],
    ['a message of a bot', textUpdate(1, 'x', { from: { ...person, is_bot: true } }), 'from-bot'],
    ['a message of no one', textUpdate(1, 'x', { from: undefined }), 'from-bot'],
    ['a pinned message', messageUpdate(1, { pinned_message: { message_id: 3 } }), 'service-message'],
    ['a new member', messageUpdate(1, { new_chat_members: [person] }), 'service-message'],
    ['an empty text', textUpdate(1, ''), 'service-message'],
    ['a tap on a game', tapUpdate(1, 'x', { data: undefined, game_short_name: 'g' }), 'tap-without-choice'],
    [
      'a tap on an inline message',
      tapUpdate(1, 'x', { message: undefined, inline_message_id: 'i' }),
      'tap-without-choice',
    ],
    ['an inline query', { update_id: 1, inline_query: { query: 'x' } }, 'unknown-type'],
    ['a reaction', { update_id: 1, message_reaction: {} }, 'unknown-type'],
    ['nothing but an id', { update_id: 1 }, 'unknown-type'],
    ['a message that is none', { update_id: 1, message: 'xin chào' }, 'malformed'],
    ['a time that no calendar has', textUpdate(1, 'x', { date: 9e15 }), 'malformed'],
    ['a negative update id', textUpdate(-1, 'x'), 'malformed'],
  ]
  it.each(ruled)('ignores %s', (_, update, rule) => {
    expect(parse(update)).toEqual({ kind: 'ignored', rule })
  })

  describe('in a group', () => {
    const inGroup = (text: string, fields: Record<string, unknown> = {}) =>
      parse(textUpdate(1, text, { chat: groupChat, ...fields }))

    it.each([
      'ai biết thủ tục này không',
      '/timthutuc@BotKhac giấy phép',
      'gửi lan@MotCuaBot nhé',
      '// ghi chú',
    ])('leaves the talk of others alone: %s', (text) => {
      expect(inGroup(text)).toEqual({ kind: 'ignored', rule: 'not-addressed' })
    })

    it.each(['/gapcanbo', '/gapcanbo@MotCuaBot', '/start x'])(
      'takes a command, marked as in a group: %s',
      (text) => {
        expect(inGroup(text)).toMatchObject({
          kind: 'message',
          message: { chatKind: 'group', conversationId: '-1001557912345', senderId: '5551234567' },
        })
      },
    )

    it('takes a mention of us, not one of others, where signs of two units stand before it', () => {
      const text = '👨‍👩‍👧 chào @MotCuaBot'
      const entities = [{ type: 'mention', offset: text.indexOf('@'), length: 10 }]
      expect(inGroup(text, { entities })).toMatchObject({ kind: 'message', message: { chatKind: 'group' } })
      expect(inGroup(text.replace('MotCua', 'HaiCua'), { entities })).toMatchObject({ rule: 'not-addressed' })
    })

    it('marks a tap in a group as such', () => {
      expect(taken(tapUpdate(1, 'menu', { message: { chat: groupChat } })).chatKind).toBe('group')
    })

    it('knows no mention before Telegram has told our name', () => {
      const text = '@undefined chào'
      const entities = [{ type: 'mention', offset: 0, length: 10 }]
      const update = textUpdate(1, text, { chat: groupChat, entities })
      expect(parseUpdate(update, { now: context.now })).toMatchObject({ rule: 'not-addressed' })
    })
  })

  it('keeps any text as written, composed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(), (text, id) => {
        const message = taken(textUpdate(id, text))
        expect(message.text).toBe(text.normalize('NFC'))
        expect(message.messageId).toBe(`u${id}`)
      }),
    )
  })

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (update) => isSound(parse(update))))
    fc.assert(
      fc.property(fc.nat(), fc.string(), fc.jsonValue(), (update_id, key, value) =>
        isSound(parse({ update_id, [key]: value })),
      ),
    )
  })

  it('never throws, and gives sound messages, when any part of a real update is another thing', () => {
    const real = [
      textUpdate(1, '/start x', { chat: groupChat, entities: [{ type: 'mention', offset: 0, length: 3 }] }),
      tapUpdate(2, 'menu'),
      messageUpdate(3, { contact: { phone_number: '+84905123456', user_id: person.id } }),
      ...Object.values(attachmentFields).map((fields) => messageUpdate(4, { ...fields, caption: 'x' })),
    ]
    fc.assert(
      fc.property(fc.constantFrom(...real), fc.nat(), fc.jsonValue(), (update, at, value) => {
        const paths = pathsOf(update)
        return isSound(parse(replacedAt(update, paths[at % paths.length]!, value)))
      }),
      { numRuns: 2_000 },
    )
  })
})

function isSound(parsed: ParsedUpdate): boolean {
  if (parsed.kind === 'ignored') return /^[a-z-]+$/.test(parsed.rule)
  const { conversationId, senderId, messageId, sentAt, text, choice, attachments, contact } = parsed.message
  return (
    /^-?\d+$/.test(conversationId) &&
    /^-?\d+$/.test(senderId) &&
    /^u\d+$/.test(messageId) &&
    !Number.isNaN(sentAt.getTime()) &&
    [text, choice, contact?.phone].every((part) => part === undefined || typeof part === 'string') &&
    (text !== undefined || choice !== undefined || contact !== undefined || attachments.length > 0)
  )
}

function pathsOf(node: unknown, path: string[] = []): string[][] {
  if (typeof node !== 'object' || node === null) return [path]
  return [path, ...Object.entries(node).flatMap(([key, value]) => pathsOf(value, [...path, key]))]
}

function replacedAt(node: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(node))
    return node.map((item, n) => (String(n) === key ? replacedAt(item, rest, value) : item))
  const object = node as Record<string, unknown>
  return { ...object, [key]: replacedAt(object[key], rest, value) }
}
