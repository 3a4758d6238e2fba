import type { OutboundMessage } from '../../conversation/message.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Channel, SendResult } from '../channel.ts'
import { readAnonymous } from './anonymous.ts'
import type { ZaloApi, ZaloRequest } from './api.ts'
import type { ZaloContact, ZaloContactStore } from './contact.ts'
import type { ZaloContent } from './content.ts'
import { createImageSending, type ReadImage } from './image.ts'
import type { SendKind, ZaloLedger } from './ledger.ts'
import { faultOf, type MessageBody, messageBody } from './message-body.ts'
import { type Outgoing, planOutgoing } from './planner.ts'
import type { ZaloRatingStore } from './ratings.ts'
import { costOf, type Refusal, resultOf } from './send-result.ts'
import { sendTemplate } from './send-template.ts'
import type { ZaloSettings } from './settings.ts'
import type { ZaloStops } from './stops.ts'
import { templateFor } from './templates.ts'
import type { ZaloTexts } from './texts.ts'
import { isThere, isUnreachable, windowOf } from './window.ts'

export interface ZaloSenderParts {
  api: ZaloApi
  contacts: Pick<ZaloContactStore, 'find' | 'change'>
  settings: Pick<ZaloSettings, 'mayPay'>
  content: ZaloContent
  texts: ZaloTexts
  ledger: ZaloLedger
  /** Absent: nobody is asked by stars. */
  ratings?: ZaloRatingStore | undefined
  /** The office's own pictures, by name; absent: it has none. */
  readImage?: ReadImage | undefined
  /** What stands still; the desk shows it. */
  stops: ZaloStops
  clock: Clock
  log: Log
  /** 0 ≤ x < 1, for the jitter of waiting. */
  random?: () => number
}

/** Consultation messages; the only ones that need no template (zalo-openapi §3.1). */
const chatPath = '/v3.0/oa/message/cs'
/** Visitors without an account, both ids (§3.6). */
const anonymousPath = '/v2.0/oa/message'

/**
 * Sends one bubble within Zalo's windows: in the chat while that is free, billed where the office allows it, else by an
 * approved template, else it is left for the person's next message. Answers that Zalo gives become a `SendResult`; only a
 * broken store throws.
 *
 * A secret message goes out as any other: Zalo keeps the chat, which is not ours to forget.
 */
export function createZaloSender(parts: ZaloSenderParts): Channel['send'] {
  const { api, contacts, content, ledger, stops, clock, log } = parts
  const sendImage = createImageSending(parts)

  return async (conversationId, message) => {
    const fault = faultOf(message)
    if (fault !== undefined) {
      log.error({ outboundId: message.id, fault }, 'message that Zalo can never take')
      return { kind: 'rejected', reason: fault }
    }
    const standstill = stops.all()
    if (standstill) {
      return { kind: 'later', reason: standstill.reason, until: standstill.until, scope: 'channel' }
    }
    const contact = (await contacts.find(conversationId)) ?? { userId: conversationId }
    const now = clock.now()
    const outgoing = outgoingOf(contact, message, parts, now)
    const plan = planOutgoing(outgoing, content.quietHours, now)
    const costs = plan.by === 'template' || (plan.by === 'chat' && plan.cost === 'paid')
    const stop = costs ? stops.paid() : undefined
    if (stop?.isQuota) return { kind: 'later', reason: stop.reason, until: stop.until }
    if (stop) return keep(stop.reason)
    switch (plan.by) {
      case 'chat': {
        const sent = await sendInChat(contact, message, plan.cost)
        // Behind the text: a text that is tried again brings no second picture.
        const isShown = sent.kind === 'sent' && message.image && !outgoing.isAnonymous
        if (isShown) await sendImage(contact.userId, message.image!)
        return sent
      }
      case 'template': {
        const notices = message.notices ?? []
        if (notices.length > 1) return { kind: 'apart' }
        const sent = await sendTemplate(parts, contact, message.id, notices[0]!, plan.to)
        return sent.kind === 'kept' ? keep(sent.reason) : sent
      }
      case 'hold':
        return { kind: 'later', reason: 'by night, and the window outlasts it', until: plan.until }
      case 'keep':
        return keep('outside the window')
      case 'nothing':
        return {
          kind: 'unreachable',
          reason: outgoing.isAnonymous ? 'a visitor who left' : 'unfollowed or refused',
        }
    }
  }

  async function keep(reason: string): Promise<SendResult> {
    await ledger.count('kept', clock.now())
    return { kind: 'kept', reason }
  }

  async function sendInChat(
    contact: ZaloContact,
    message: OutboundMessage,
    cost: 'free' | 'paid',
  ): Promise<SendResult> {
    const isAnonymous = readAnonymous(contact.userId) !== undefined
    const hasButtons = (message.buttons?.length ?? 0) > 0
    const isNumbered = hasButtons && (isAnonymous || stops.buttons() !== undefined)
    const body = messageBody(message, isNumbered ? 'numbered' : 'buttons', parts.texts)
    const first = await sendBody(contact, body, cost)
    if (!hasButtons || isNumbered || !isShapeRefused(first)) return finish(contact, first)
    // The same content once more in a shape that nothing speaks against.
    log.error(
      { outboundId: message.id, code: first.refusal.code },
      'zalo: a message with buttons was refused',
    )
    if (first.refusal.code === wrongType) {
      const until = new Date(clock.now().getTime() + buttonsRestMs)
      stops.stop('buttons', { code: wrongType, reason: 'the form of buttons', until })
    }
    return finish(contact, await sendBody(contact, messageBody(message, 'numbered', parts.texts), cost))
  }

  type Sent = { result: SendResult; refusal?: Refusal; change?: Parameters<ZaloContactStore['change']>[1] }

  async function sendBody(contact: ZaloContact, body: MessageBody, cost: 'free' | 'paid'): Promise<Sent> {
    for (const part of body.parts) {
      const outcome = await api.call(requestOf(contact.userId, part))
      if (outcome.kind !== 'done')
        return resultOf(outcome, { cost, stops, now: clock.now(), random: parts.random })
      const kind: SendKind = costOf(outcome.data) ?? cost
      await ledger.count(kind, clock.now())
      stops.resume('all')
      if (kind === 'paid') stops.resume('paid')
      if (part.attachment !== undefined) stops.resume('buttons')
    }
    const isSame = contact.numberedChoices?.join('\n') === body.numberedChoices?.join('\n')
    return {
      result: { kind: 'sent' },
      ...(isSame ? {} : { change: { numberedChoices: body.numberedChoices ?? null } }),
    }
  }

  async function finish(contact: ZaloContact, { result, change }: Sent): Promise<SendResult> {
    if (change) await contacts.change(contact.userId, change)
    return result.kind === 'kept' ? keep(result.reason) : result
  }
}

/** "message type is invalid or not support": it will be so for the next message with buttons as well. */
const wrongType = -233
const invalidField = -201
const buttonsRestMs = 10 * 60_000

function isShapeRefused(sent: { refusal?: Refusal }): sent is { refusal: Refusal } {
  return sent.refusal?.code === wrongType || sent.refusal?.code === invalidField
}

function outgoingOf(
  contact: ZaloContact,
  message: OutboundMessage,
  { settings, content, ratings }: Pick<ZaloSenderParts, 'settings' | 'content' | 'ratings'>,
  now: Date,
): Outgoing {
  const notice = message.notices?.[0]
  const template = notice && templateFor(notice, content)
  const isUsable = template !== undefined && (template.rating === undefined || ratings !== undefined)
  const isNew = contact.lastInteractionAt === undefined && contact.windowClosedAt === undefined
  // Who is answered has just written, though nothing may be known of them.
  const known = isNew && !notice ? { lastInteractionAt: now } : contact
  return {
    kind: notice ? 'notice' : 'answer',
    window: windowOf(known, now),
    isThere: isThere(contact, now),
    isUnreachable: isUnreachable(contact),
    isAnonymous: readAnonymous(contact.userId) !== undefined,
    mayPay: settings.mayPay,
    templates: {
      user: isUsable && template.byUser !== undefined,
      phone: isUsable && template.byPhone !== undefined && contact.phone !== undefined,
    },
  }
}

function requestOf(conversationId: string, message: Record<string, unknown>): ZaloRequest {
  const anonymous = readAnonymous(conversationId)
  const [path, recipient] = anonymous
    ? [anonymousPath, { anonymous_id: anonymous.anonymousId, conversation_id: anonymous.conversationId }]
    : [chatPath, { user_id: conversationId }]
  return { host: 'openapi', path, body: { kind: 'json', json: { recipient, message } } }
}
