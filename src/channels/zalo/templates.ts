import { createHash } from 'node:crypto'
import type { Notice } from '../../conversation/message.ts'
import type { ZaloRequest } from './api.ts'
import type { ZaloContent } from './content.ts'

/** An approved template that can carry a notice, with its parameters filled in. */
export interface FilledTemplate {
  byUser?: string
  byPhone?: string
  data: Record<string, string>
  /** Of a template with five stars: which question of which invitation they answer. */
  rating?: { invitation: string; question: string }
}

/** Undefined: the office has none, or it wants a fact that the notice does not tell. */
export function templateFor(
  { about, facts }: Notice,
  { templates, rating }: Pick<ZaloContent, 'templates' | 'rating'>,
): FilledTemplate | undefined {
  if (about === 'question') return undefined
  if (about !== 'poll') return filled(templates[about], facts)
  const { invitation, questions = '' } = facts
  const asked = new Set(questions.split(','))
  const own = rating.templates.find(({ question }) => asked.has(question))
  if (!own || invitation === undefined) return undefined
  const template = filled({ ...own, parameters: rating.parameters }, facts)
  return template && { ...template, rating: { invitation, question: own.question } }
}

function filled(
  { byUser, byPhone, parameters }: { byUser: string; byPhone: string; parameters: Record<string, string> },
  facts: Notice['facts'],
): FilledTemplate | undefined {
  if (byUser === '' && byPhone === '') return undefined
  const data: Record<string, string> = {}
  for (const [name, fact] of Object.entries(parameters)) {
    const value = facts[fact]
    if (value === undefined) return undefined
    data[name] = value.normalize('NFC')
  }
  return { ...(byUser ? { byUser } : {}), ...(byPhone ? { byPhone } : {}), data }
}

/** At most 48 characters, the same for the same message for ever; tells nothing about it. Zalo does not promise to drop repeats. */
export function trackingIdOf(outboundId: string): string {
  return `m-${createHash('sha256').update(`zalo tracking ${outboundId}`).digest('hex').slice(0, 40)}`
}

/**
 * [disputed, zalo-openapi §5.2] The person stands flat in the body, or as `recipient.user_id`; `tracking_id` is said to be
 * refused here, so ratings are found by the id of the message. One function to change.
 */
export function templateToUser(
  userId: string,
  templateId: string,
  data: Record<string, string>,
): ZaloRequest {
  return {
    host: 'openapi',
    path: '/v3.0/oa/message/template',
    body: { kind: 'json', json: { user_id: userId, template_id: templateId, template_data: data } },
  }
}

/** @param phone E.164; Zalo wants it without the plus or with it, never with a leading zero */
export function templateToPhone(
  phone: string,
  templateId: string,
  data: Record<string, string>,
  trackingId: string,
): ZaloRequest {
  return {
    host: 'business',
    path: '/message/template',
    body: {
      kind: 'json',
      json: {
        phone: phone.replace(/^\+/, '').replace(/^0/, '84'),
        template_id: templateId,
        template_data: data,
        tracking_id: trackingId,
      },
    },
  }
}
