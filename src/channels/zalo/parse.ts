import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { z } from 'zod'
import type { InboundMessage } from '../../conversation/message.ts'
import { anonymousConversation } from './anonymous.ts'
import { type Handled, type IgnoreRule, treatmentOf } from './events.ts'
import { parseAttachments } from './parse-attachments.ts'
import type { ZaloFeedback } from './ratings.ts'
import { readTap } from './tap-payload.ts'

/** What an event means to us, or by which rule it is ignored. Never throws: Zalo may invent what it likes. */
export type ParsedEvent =
  | { kind: 'message'; message: InboundMessage; anonymous?: { conversationId: string } }
  /** The person opened the conversation without words. */
  | { kind: 'opened'; eventName: string; userId: string; at: Date; follows?: true }
  | { kind: 'unfollowed'; userId: string; at: Date }
  | { kind: 'info'; message: InboundMessage; phone: string }
  | { kind: 'withdrawn'; userId: string; at: Date }
  | { kind: 'officer-wrote'; userId: string; at: Date }
  | { kind: 'feedback'; feedback: ZaloFeedback }
  | { kind: 'ignored'; rule: IgnoreRule }

interface ParseContext {
  now: Date
  /** Ours, when known. */
  oaId?: string | undefined
}

/** A number where a text was documented, or the other way round. Ids have no colon: they are put together with one. */
const id = z.union([z.string(), z.int().transform(String)]).pipe(z.string().regex(/^[\w.-]{1,128}$/))
const text = z.union([z.string(), z.number().transform(String)])
const latestMs = 4_102_444_800_000
const instant = z
  .union([z.string().regex(/^\d{1,14}$/), z.int()])
  .transform(Number)
  .pipe(z.int().nonnegative().max(latestMs))

const envelope = z.object({ event_name: z.string(), timestamp: instant.optional() })
const party = z.object({ id, admin_id: id.nullish() })

const writtenSchema = z.object({
  timestamp: instant,
  sender: party,
  message: z.object({
    msg_id: text,
    text: text.nullish(),
    attachments: z.array(z.unknown()).nullish(),
    location: z.unknown().optional(),
    conversation_id: id.nullish(),
  }),
})
const echoSchema = z.object({
  timestamp: instant,
  sender: party,
  recipient: party,
  message: z.object({ conversation_id: id.nullish() }).nullish(),
})
const followSchema = z.object({ timestamp: instant, follower: z.object({ id }) })
const pressSchema = z.object({ timestamp: instant, user_id: id })
const withdrawSchema = z.object({ timestamp: instant, user_id: id.optional(), sender: party.optional() })
const infoSchema = z.object({
  timestamp: instant,
  sender: party,
  info: z.object({ name: text.nullish(), phone: text.nullish() }),
})
const feedbackSchema = z.object({
  timestamp: instant,
  message: z.object({
    msg_id: text,
    tracking_id: text.nullish(),
    rate: z.coerce.number().pipe(z.literal([1, 2, 3, 4, 5])),
    note: text.nullish(),
    feedbacks: z.array(text).nullish(),
    submit_time: instant.optional(),
  }),
})

/** `undefined`: not an event at all. */
export function eventNameOf(body: unknown): string | undefined {
  return envelope.shape.event_name.safeParse((body as { event_name?: unknown } | null)?.event_name).data
}

/** The OA that an event names, in any of the places where one may stand. */
export function oaIdOf(body: unknown): string | undefined {
  const fields = z
    .object({
      oa_id: id.optional(),
      oaId: id.optional(),
      sender: party.optional(),
      recipient: party.optional(),
    })
    .safeParse(body).data
  if (!fields) return undefined
  const isEcho = eventNameOf(body)?.startsWith('oa_') ?? false
  return fields.oa_id ?? fields.oaId ?? (isEcho ? fields.sender?.id : fields.recipient?.id)
}

export function parseEvent(body: unknown, context: ParseContext): ParsedEvent {
  const name = eventNameOf(body)
  if (name === undefined) return ignored('malformed')
  const treatment = treatmentOf(name)
  if (typeof treatment === 'object') return ignored(treatment.ignored)
  const oaId = oaIdOf(body)
  if (context.oaId !== undefined && oaId !== undefined && oaId !== context.oaId) return ignored('other-oa')
  return readers[treatment](body, name, context) ?? ignored('malformed')
}

type Reader = (body: unknown, name: string, context: ParseContext) => ParsedEvent | undefined

const readers: Record<Handled, Reader> = {
  message(body, name, context) {
    const written = writtenSchema.safeParse(body).data
    return written && { kind: 'message', message: messageOf(written, name, context, written.sender.id) }
  },

  anonymous(body, name, context) {
    const written = writtenSchema.safeParse(body).data
    const conversationId = written?.message.conversation_id
    if (!written || !conversationId) return undefined
    const conversation = anonymousConversation(written.sender.id, conversationId)
    const message = messageOf(written, name, context, conversation)
    return { kind: 'message', message, anonymous: { conversationId } }
  },

  follow(body, eventName, context) {
    const follow = followSchema.safeParse(body).data
    if (!follow) return undefined
    const at = instantOf(follow.timestamp, context)
    return { kind: 'opened', eventName, userId: follow.follower.id, at, follows: true }
  },

  unfollow(body, _name, context) {
    const follow = followSchema.safeParse(body).data
    return (
      follow && { kind: 'unfollowed', userId: follow.follower.id, at: instantOf(follow.timestamp, context) }
    )
  },

  'chat-button'(body, eventName, context) {
    const press = pressSchema.safeParse(body).data
    return (
      press && { kind: 'opened', eventName, userId: press.user_id, at: instantOf(press.timestamp, context) }
    )
  },

  info(body, name, context) {
    const form = infoSchema.safeParse(body).data
    if (!form) return undefined
    const { phone, name: givenName } = form.info
    const number = parsePhoneNumberFromString(phone ?? '', 'VN')
    if (!number?.isValid()) return ignored('info-without-phone')
    const personName = givenName?.normalize('NFC').trim()
    const message: InboundMessage = {
      channel: 'zalo',
      conversationId: form.sender.id,
      messageId: `${name}:${form.timestamp}:${form.sender.id}`,
      senderId: form.sender.id,
      sentAt: instantOf(form.timestamp, context),
      attachments: [],
      contact: { phone: number.number, ...(personName ? { name: personName.slice(0, maxNameChars) } : {}) },
    }
    return { kind: 'info', message, phone: number.number }
  },

  withdrawal(body, _name, context) {
    const withdrawal = withdrawSchema.safeParse(body).data
    const userId = withdrawal?.user_id ?? withdrawal?.sender?.id
    if (!withdrawal || userId === undefined) return undefined
    return { kind: 'withdrawn', userId, at: instantOf(withdrawal.timestamp, context) }
  },

  echo(body, _name, context) {
    const echo = echoSchema.safeParse(body).data
    if (!echo) return undefined
    if (!echo.sender.admin_id) return ignored('own-echo')
    const visit = echo.message?.conversation_id
    const userId = visit ? anonymousConversation(echo.recipient.id, visit) : echo.recipient.id
    return { kind: 'officer-wrote', userId, at: instantOf(echo.timestamp, context) }
  },

  feedback(body, _name, context) {
    const given = feedbackSchema.safeParse(body).data
    if (!given) return undefined
    const { msg_id: msgId, tracking_id: trackingId, rate, note, feedbacks, submit_time } = given.message
    return {
      kind: 'feedback',
      feedback: {
        msgId,
        // A template by person id may come back without one.
        trackingId: trackingId ?? '',
        rate,
        note: note?.normalize('NFC') ?? '',
        feedbacks: feedbacks ?? [],
        submittedAt: instantOf(submit_time ?? given.timestamp, context),
      },
    }
  },
}

const maxNameChars = 120

function messageOf(
  { timestamp, sender, message }: z.infer<typeof writtenSchema>,
  name: string,
  context: ParseContext,
  conversationId: string,
): InboundMessage {
  const words = message.text?.normalize('NFC')
  const attachments = parseAttachments(message.attachments ?? [], message.location, Boolean(words))
  const choice = words !== undefined && attachments.length === 0 ? readTap(words) : undefined
  const isEmpty = !words && attachments.length === 0
  return {
    channel: 'zalo',
    conversationId,
    messageId: `${name}:${message.msg_id}`,
    senderId: sender.id,
    sentAt: instantOf(timestamp, context),
    ...(choice === undefined ? (words ? { text: words } : {}) : { choice }),
    // Of a kind that nobody has heard of there is nothing else to see.
    attachments: isEmpty ? [{ kind: 'other' }] : attachments,
  }
}

/** Nothing happens later than now, whatever a clock says. */
const instantOf = (ms: number, { now }: ParseContext) => new Date(Math.min(ms, now.getTime()))

function ignored(rule: IgnoreRule): ParsedEvent {
  return { kind: 'ignored', rule }
}
