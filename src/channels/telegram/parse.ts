import { z } from 'zod'
import type { InboundAttachment, InboundMessage, SharedContact } from '../../conversation/message.ts'
import { readCoordinates } from '../../lib/coordinates.ts'
import { writeReference } from './file-reference.ts'

/**
 * Turns an update of Telegram into our message, or says by which rule it is ignored. Never throws: whatever Telegram
 * invents is an update that we do not know.
 */
export type ParsedUpdate =
  | { kind: 'message'; message: InboundMessage; callbackQueryId?: string }
  | { kind: 'ignored'; rule: IgnoreRule }

/** Constant words, so they may be logged and counted. */
type IgnoreRule =
  /**
   * An edit does not count as a message. Its first version has been answered; run again it would answer the dialog's
   * present question with words meant for an earlier one. Whoever mistyped writes again.
   */
  | 'edited'
  /** In a group only a command to us or a mention of us counts; the rest is other people's talk. */
  | 'not-addressed'
  | 'channel-post'
  /** Other bots, and anonymous administrators, whom Telegram shows as one. Two bots could talk for ever. */
  | 'from-bot'
  /** "Joined the group", "pinned a message" and the like: written by Telegram, not by a person. */
  | 'service-message'
  /** A tap on a game or on a message sent through inline mode, of which we send none. */
  | 'tap-without-choice'
  /** Blocked, unblocked, added to a group. A block shows as 403 at the next send, an unblock as a new message. */
  | 'membership'
  | 'unknown-type'
  | 'malformed'

interface ParseContext {
  /** Ours, without `@`; unknown until Telegram has told it. */
  botUsername?: string
  /** Telegram does not say when a button was tapped. */
  now: Date
}

/** The kinds of update that we ask for. Anything else that comes was stored before we asked, and is ignored by rule. */
export const allowedUpdates = ['message', 'callback_query'] as const

const envelope = z.object({ update_id: z.int().nonnegative() })

/** `undefined`: not an update at all. */
export function readUpdateId(update: unknown): number | undefined {
  return envelope.safeParse(update).data?.update_id
}

const user = z.object({ id: z.int(), is_bot: z.boolean().default(false) })
const chat = z.object({ id: z.int(), type: z.enum(['private', 'group', 'supergroup', 'channel']) })
const file = z.object({
  file_id: z.string(),
  file_name: z.string().optional(),
  file_size: z.number().optional(),
  mime_type: z.string().optional(),
})
const entity = z.object({ type: z.string(), offset: z.int(), length: z.int() })

const messageSchema = z.object({
  chat,
  from: user.optional(),
  // Until the year 2100: a time that no database takes would make one update block all after it.
  date: z.int().nonnegative().max(4_102_444_800),
  text: z.string().optional(),
  caption: z.string().optional(),
  entities: z.array(entity).optional(),
  caption_entities: z.array(entity).optional(),
  photo: z.array(file).optional(),
  animation: file.optional(),
  document: file.optional(),
  voice: file.optional(),
  audio: file.optional(),
  video: file.optional(),
  video_note: file.optional(),
  sticker: file.optional(),
  location: z.unknown().optional(),
  contact: z.object({ phone_number: z.string(), user_id: z.int().optional() }).optional(),
  dice: z.unknown().optional(),
  poll: z.unknown().optional(),
  game: z.unknown().optional(),
  story: z.unknown().optional(),
  paid_media: z.unknown().optional(),
  checklist: z.unknown().optional(),
})

const callbackSchema = z.object({
  id: z.string(),
  from: user,
  data: z.string().min(1).optional(),
  // Of a message that is too old Telegram keeps only the chat, which is all that we read.
  message: z.object({ chat }).optional(),
  inline_message_id: z.string().optional(),
})

type TelegramMessage = z.infer<typeof messageSchema>

export function parseUpdate(update: unknown, context: ParseContext): ParsedUpdate {
  const updateId = readUpdateId(update)
  if (updateId === undefined || typeof update !== 'object' || update === null) return ignored('malformed')
  if ('message' in update) return parseMessage(updateId, update.message, context)
  if ('callback_query' in update) return parseTap(updateId, update.callback_query, context)
  if ('edited_message' in update) return ignored('edited')
  if ('channel_post' in update || 'edited_channel_post' in update) return ignored('channel-post')
  if ('my_chat_member' in update || 'chat_member' in update) return ignored('membership')
  return ignored('unknown-type')
}

function parseMessage(updateId: number, raw: unknown, context: ParseContext): ParsedUpdate {
  const parsed = messageSchema.safeParse(raw)
  if (!parsed.success) return ignored('malformed')
  const message = parsed.data
  if (message.chat.type === 'channel') return ignored('channel-post')
  if (!message.from || message.from.is_bot) return ignored('from-bot')
  if (message.chat.type !== 'private' && !isAddressed(message, context)) return ignored('not-addressed')

  const text = (message.text ?? message.caption)?.normalize('NFC')
  const attachments = attachmentsOf(message)
  const contact = ownContact(message)
  if (!text && attachments.length === 0 && !contact) return ignored('service-message')
  return {
    kind: 'message',
    message: {
      ...origin(updateId, message.chat, message.from),
      sentAt: new Date(message.date * 1000),
      ...(text ? { text: withoutBotName(text, context) } : {}),
      attachments,
      ...(contact ? { contact } : {}),
    },
  }
}

function parseTap(updateId: number, raw: unknown, context: ParseContext): ParsedUpdate {
  const parsed = callbackSchema.safeParse(raw)
  if (!parsed.success) return ignored('malformed')
  const tap = parsed.data
  if (tap.data === undefined || tap.inline_message_id !== undefined) return ignored('tap-without-choice')
  if (tap.from.is_bot) return ignored('from-bot')
  // A chat of two carries the id of the person, so a tap without its message still has its conversation.
  const place = tap.message?.chat ?? { id: tap.from.id, type: 'private' as const }
  if (place.type === 'channel') return ignored('channel-post')
  return {
    kind: 'message',
    message: { ...origin(updateId, place, tap.from), sentAt: context.now, choice: tap.data, attachments: [] },
    callbackQueryId: tap.id,
  }
}

function origin(updateId: number, from: z.infer<typeof chat>, sender: z.infer<typeof user>) {
  return {
    channel: 'telegram' as const,
    conversationId: String(from.id),
    messageId: `u${updateId}`,
    senderId: String(sender.id),
    ...(from.type === 'private' ? {} : { chatKind: 'group' as const }),
  }
}

const command = /^\/[a-z0-9_]{1,32}(?:@([a-z0-9_]+))?(?=\s|$)/i

function isAddressed(message: TelegramMessage, { botUsername }: ParseContext): boolean {
  const text = message.text ?? message.caption ?? ''
  const commanded = command.exec(text)
  if (commanded) return commanded[1] === undefined || sameName(commanded[1], botUsername)
  return (message.entities ?? message.caption_entities ?? []).some(
    ({ type, offset, length }) =>
      type === 'mention' && sameName(text.slice(offset + 1, offset + length), botUsername),
  )
}

/** `/timthutuc@our_bot …`, as the menu of a group writes it, is `/timthutuc …`. */
function withoutBotName(text: string, { botUsername }: ParseContext): string {
  const name = command.exec(text)?.[1]
  return name !== undefined && sameName(name, botUsername) ? text.replace(`@${name}`, '') : text
}

function sameName(name: string, botUsername: string | undefined): boolean {
  return name.toLowerCase() === botUsername?.toLowerCase()
}

/** In the order of Telegram's fields: an animation repeats itself as a document, a venue as a location. */
function attachmentsOf(message: TelegramMessage): InboundAttachment[] {
  const { photo, animation, document, voice, audio, video, video_note, sticker, location, contact } = message
  const { dice, poll, game, story, paid_media, checklist } = message
  const moving = animation ?? video ?? video_note
  if (photo?.length) return [fromSizes(photo)]
  if (moving) return [fromFile('video', moving)]
  if (document) return [fromFile(document.mime_type?.startsWith('image/') ? 'image' : 'file', document)]
  if (voice ?? audio) return [fromFile('audio', (voice ?? audio)!)]
  if (sticker) return [fromFile('sticker', sticker)]
  if (location !== undefined) return [fromLocation(location)]
  if (contact && !ownContact(message)) return [{ kind: 'other' }]
  const strange = [dice, poll, game, story, paid_media, checklist]
  return strange.some((part) => part !== undefined) ? [{ kind: 'other' }] : []
}

/** Telegram gives one picture in several sizes, smallest first; which of them is fetched depends on who asks. */
function fromSizes(sizes: z.infer<typeof file>[]): InboundAttachment {
  const largestFirst = sizes.toReversed()
  return { ...fromFile('image', largestFirst[0]!), reference: writeReference(largestFirst) }
}

function fromLocation(location: unknown): InboundAttachment {
  const coordinates = readCoordinates(location)
  return { kind: 'location', ...(coordinates ? { coordinates } : {}) }
}

function fromFile(kind: InboundAttachment['kind'], source: z.infer<typeof file>): InboundAttachment {
  return {
    kind,
    reference: writeReference([source]),
    ...(source.file_name ? { fileName: source.file_name.normalize('NFC') } : {}),
    ...(source.file_size === undefined ? {} : { sizeBytes: source.file_size }),
  }
}

/** The sender's own number, as Telegram knows it. The card of someone else proves nothing and is not theirs to give. */
function ownContact({ contact, from }: TelegramMessage): SharedContact | undefined {
  return contact?.user_id !== undefined && contact.user_id === from?.id
    ? { phone: contact.phone_number }
    : undefined
}

function ignored(rule: IgnoreRule): ParsedUpdate {
  return { kind: 'ignored', rule }
}
