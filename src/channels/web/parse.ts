import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { InboundMessage } from '../../conversation/message.ts'
import type { WebLimits } from './limits.ts'

const sessionIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,128}$/)

const bodySchema = z.strictObject({
  sessionId: sessionIdSchema,
  messageId: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  text: z.string().optional(),
  choice: z.string().min(1).optional(),
})

const uploadSchema = bodySchema.omit({ choice: true })

const querySchema = z.object({ sessionId: sessionIdSchema, lastEventId: z.string().optional() })

export type ParsedMessage =
  | { kind: 'message'; message: InboundMessage }
  | { kind: 'too-long' }
  | { kind: 'invalid' }

/** The body of `POST /web/messages`. Whatever is not exactly of the documented shape is `invalid`. */
export function parseMessage(body: unknown, receivedAt: Date, limits: WebLimits): ParsedMessage {
  const parsed = bodySchema.safeParse(body)
  if (!parsed.success) return { kind: 'invalid' }
  const { sessionId, messageId, text, choice } = parsed.data
  if ((text === undefined) === (choice === undefined)) return { kind: 'invalid' }

  const base = messageBase(sessionId, messageId, receivedAt)
  if (choice !== undefined) {
    if (choice.length > limits.maxChoiceChars || /\p{Cc}|\p{Cs}/u.test(choice)) return { kind: 'invalid' }
    return { kind: 'message', message: { ...base, choice } }
  }
  const clean = cleanText(text!)
  if (clean === '') return { kind: 'invalid' }
  if (clean.length > limits.maxTextChars) return { kind: 'too-long' }
  return { kind: 'message', message: { ...base, text: clean } }
}

/** The fields of `POST /web/files`, where the text may be missing; the files are put in by whoever reads them. */
export function parseUpload(fields: unknown, receivedAt: Date, limits: WebLimits): ParsedMessage {
  const parsed = uploadSchema.safeParse(fields)
  if (!parsed.success) return { kind: 'invalid' }
  const { sessionId, messageId, text = '' } = parsed.data
  const clean = cleanText(text)
  if (clean.length > limits.maxTextChars) return { kind: 'too-long' }
  const base = messageBase(sessionId, messageId, receivedAt)
  return { kind: 'message', message: clean === '' ? base : { ...base, text: clean } }
}

function messageBase(sessionId: string, messageId: string, receivedAt: Date): InboundMessage {
  const conversationId = conversationOf(sessionId)
  return {
    channel: 'web',
    conversationId,
    messageId: `${conversationId}:${messageId}`,
    senderId: conversationId,
    sentAt: receivedAt,
    attachments: [],
  }
}

const maxFileNameChars = 200

/** The last part of a path, in one line, with its end kept: that is where the type stands. */
export function cleanFileName(given: string | undefined): { fileName?: string } {
  const fileName = cleanText(given ?? '')
    .replace(/[\n\t]/g, ' ')
    .replace(/^.*[/\\]/, '')
    .trim()
    .slice(-maxFileNameChars)
  return fileName === '' ? {} : { fileName }
}

/** The query of `GET /web/events`, with the header a browser adds when it reconnects by itself. */
export function parseEventsRequest(
  query: unknown,
  lastEventIdHeader: unknown,
): { conversationId: string; lastSequence: number | undefined } | undefined {
  const parsed = querySchema.safeParse(query)
  if (!parsed.success) return undefined
  const lastEventId = lastEventIdHeader ?? parsed.data.lastEventId
  const isSequence = typeof lastEventId === 'string' && /^\d{1,15}$/.test(lastEventId)
  return {
    conversationId: conversationOf(parsed.data.sessionId),
    lastSequence: isSequence ? Number(lastEventId) : undefined,
  }
}

/**
 * Who knows the session id may read the conversation, so only the browser keeps it. We store, log and compare this
 * one-way image of it; a session id is random, so no salt is needed.
 */
export function conversationOf(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('base64url').slice(0, 24)
}

/**
 * NFC, line ends as \n, without control characters other than line end and tab, without the marks that turn the
 * direction of what follows (they can make a text read otherwise than it is), and without halves of surrogate pairs.
 */
function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .normalize('NFC')
    .trim()
}
