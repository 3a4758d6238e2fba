import { z } from 'zod'
import type { Notice } from '../../conversation/message.ts'
import type { SendResult } from '../channel.ts'
import type { ZaloOutcome } from './api.ts'
import type { ZaloContact } from './contact.ts'
import { findZaloError } from './error-table.ts'
import type { SendKind } from './ledger.ts'
import type { ZaloSenderParts } from './send.ts'
import { failedResult, morningAfter, outOfQuota, standstill, stopPaying } from './send-result.ts'
import {
  type FilledTemplate,
  templateFor,
  templateToPhone,
  templateToUser,
  trackingIdOf,
} from './templates.ts'

type Way = 'user' | 'phone'

/** "Template cannot be sent by UID": the telephone number is left. */
const notByUser = -249
/** No such number, no Zalo on it, or its owner does not want it: the number is dropped. */
const deadNumberCodes: readonly number[] = [-108, -118, -139, -141]

/**
 * One notice by template. What the person's account does not take goes to their number if they gave one for it; what
 * neither takes is kept for their next message.
 */
export async function sendTemplate(
  parts: Pick<
    ZaloSenderParts,
    'api' | 'contacts' | 'content' | 'ledger' | 'ratings' | 'stops' | 'clock' | 'log'
  >,
  contact: ZaloContact,
  outboundId: string,
  notice: Notice,
  first: Way,
): Promise<SendResult> {
  const { api, contacts, content, ledger, ratings, stops, clock, log } = parts
  const template = templateFor(notice, content)
  if (!template) return { kind: 'kept', reason: 'no template' }
  const trackingId = trackingIdOf(outboundId)

  async function sendBy(way: Way, filled: FilledTemplate): Promise<SendResult> {
    const { data, byUser = '', byPhone = '' } = filled
    const request =
      way === 'user'
        ? templateToUser(contact.userId, byUser, data)
        : templateToPhone(contact.phone ?? '', byPhone, data, trackingId)
    const outcome = await api.call(request)
    if (outcome.kind !== 'done') return refused(way, filled, outcome)
    const kind: SendKind = `${filled.rating ? 'rating' : 'template'}-${way}`
    await ledger.count(kind, clock.now())
    stops.resume('paid')
    const msgId = messageIdOf(outcome.data)
    if (filled.rating) {
      await ratings?.keep({
        trackingId,
        ...(msgId === undefined ? {} : { msgId }),
        ...filled.rating,
        sentAt: clock.now(),
      })
    }
    return { kind: 'sent' }
  }

  async function refused(
    way: Way,
    filled: FilledTemplate,
    outcome: Exclude<ZaloOutcome, { kind: 'done' }>,
  ): Promise<SendResult> {
    const now = clock.now()
    if (outcome.kind === 'failed') return failedResult(outcome)
    if (outcome.kind === 'no-consent') return standstill(stops, now, { reason: outcome.reason })
    const { code, errorClass } = outcome
    const reason = `${code} ${outcome.message}`.trim()
    const hasNumber = filled.byPhone !== undefined && contact.phone !== undefined
    switch (errorClass) {
      case 'busy': {
        const host = way === 'user' ? 'openapi' : 'business'
        if (outcome.afterMs !== undefined) {
          return { kind: 'retry', reason, afterMs: outcome.afterMs, scope: 'channel' }
        }
        return findZaloError(host, code).maxRepeats === 1
          ? { kind: 'unknown', reason }
          : { kind: 'retry', reason }
      }
      case 'night':
        return { kind: 'later', reason, until: morningAfter(now) }
      case 'quota':
        return outOfQuota(stops, now, code, reason)
      case 'office':
        return stopPaying(stops, now, code, reason)
      case 'token':
        return standstill(stops, now, { code, reason })
      case 'person':
        if (way === 'user' && hasNumber) return sendBy('phone', filled)
        if (way === 'phone' && deadNumberCodes.includes(code))
          await contacts.change(contact.userId, { phone: null })
        return { kind: 'kept', reason }
      case 'upload':
      case 'message':
        if (way === 'user' && code === notByUser && hasNumber) return sendBy('phone', filled)
        if (deadNumberCodes.includes(code) && way === 'phone') {
          await contacts.change(contact.userId, { phone: null })
          return { kind: 'kept', reason }
        }
        log.error(
          { code, about: notice.about, way },
          'zalo: a template was refused; compare it with data/zalo.yaml',
        )
        return { kind: 'kept', reason }
    }
  }

  return sendBy(first, template)
}

const sentSchema = z.object({ message_id: z.string().optional(), msg_id: z.string().optional() })

/** By user `message_id`, by telephone `msg_id`. */
function messageIdOf(data: unknown): string | undefined {
  const parsed = sentSchema.safeParse(data)
  return parsed.success ? (parsed.data.message_id ?? parsed.data.msg_id) : undefined
}
