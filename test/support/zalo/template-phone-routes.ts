import { type Answer, refusal, success } from './answers.ts'
import { showBubble } from './bubbles.ts'
import { eventOf } from './events.ts'
import { oaBubble } from './message-routes.ts'
import type { RecordedRequest, Routes } from './serve.ts'
import {
  dataFault,
  hashOfPhone,
  isNightForPhones,
  plainData,
  type SentTemplate,
  type Template,
} from './templates.ts'
import { pay } from './window.ts'
import { dayInVietnam, type PersonState, type World } from './world.ts'

/** Templates by telephone number, plain and hashed, on business.openapi.zalo.me. */
export function templatePhoneRoutes(world: World): Routes {
  const { account, behaviour } = world

  function send(request: RecordedRequest, isHashed: boolean): Answer {
    const { body, raw } = request
    if (raw.length === 0) return refusal(-121, 'Body is empty')
    if (Object.keys(body).length === 0) return refusal(-122, 'Body data must be JSON')
    const target = targetOf(body, isHashed)
    if (!target) return refusal(-108, 'Phone number is invalid')
    const template = world.templates.get(String(body.template_id))
    const fault = templateFault(template, body) ?? accountFault(template!, body)
    if (fault) return fault
    const { phone, person } = target
    if (!person || !phone) return refusal(-118, 'Zalo account not existed')
    if (person.refusesTemplatesWith !== undefined)
      return refusal(person.refusesTemplatesWith, 'User cannot receive this message')
    return deliver({ template: template!, body, person, phone, isHashed })
  }

  function targetOf(body: Record<string, unknown>, isHashed: boolean) {
    const everybody = [...world.people.values()]
    if (isHashed) {
      if (typeof body.hash_phone !== 'string' || !/^[0-9a-f]{64}$/.test(body.hash_phone)) return undefined
      const person = everybody.find(({ phone }) => phone && hashOfPhone(phone) === body.hash_phone)
      return { phone: person?.phone, person }
    }
    const phone = typeof body.phone === 'string' ? body.phone.replace(/^\+/, '') : ''
    if (!/^84\d{9}$/.test(phone)) return undefined
    return { phone, person: everybody.find((person) => person.phone === phone) }
  }

  function templateFault(template: Template | undefined, body: Record<string, unknown>): Answer | undefined {
    if (typeof body.template_id !== 'string' || !template) return refusal(-109, 'Template id is invalid')
    if (!template.isOurs) return refusal(-117, 'App or OA has no permission to use this template')
    if (template.status === 'DISABLE') return refusal(-146, 'Template is disabled')
    if (template.status !== 'ENABLE') return refusal(-131, 'Template has not been approved')
    const trackingId = body.tracking_id
    const isTracked = typeof trackingId === 'string' && trackingId !== '' && trackingId.length <= 48
    if (!isTracked && (behaviour.demandsTrackingId || trackingId !== undefined))
      return refusal(-132, 'Parameter tracking_id is invalid')
    if (body.sending_mode !== undefined && !['1', '3'].includes(String(body.sending_mode)))
      return refusal(-161, 'sending_mode is invalid')
    return dataFault(template, body.template_data)
  }

  function accountFault(template: Template, body: Record<string, unknown>): Answer | undefined {
    if (!template.maySendAtNight && isNightForPhones(world))
      return refusal(-133, 'ZNS is not allowed to be sent at night')
    if (!account.isZcaLinked) return refusal(-136, 'Zalo Cloud Account is required')
    if (body.mode === 'development')
      return refusal(-127, 'Only admins of the app or the OA receive test messages')
    if (account.zcaBalanceVnd < template.priceByPhoneVnd) return refusal(-115, 'Out of quota')
    if (template.dailyQuota !== undefined && sentToday(template.id) >= template.dailyQuota)
      return refusal(-147, 'Template is out of daily quota')
    if (sentToday() >= account.dailyTemplateQuota && body.sending_mode !== '3')
      return refusal(-144, 'OA is out of daily quota')
    return undefined
  }

  function deliver(message: {
    template: Template
    body: Record<string, unknown>
    person: PersonState
    phone: string
    isHashed: boolean
  }): Answer {
    const { template, body, person, phone, isHashed } = message
    const messageId = world.nextMessageId()
    const at = world.clock.now()
    const data = plainData(body.template_data)
    const trackingId = String(body.tracking_id ?? '')
    const sent: SentTemplate = {
      templateId: template.id,
      messageId,
      trackingId,
      phone,
      userId: person.userId,
      isHashed,
      data,
      at,
      deliveredAt: at,
    }
    world.sentTemplates.push(sent)
    const vnd = template.priceByPhoneVnd
    const charge = pay(world, { kind: 'paid', vnd, what: 'template-phone', userId: person.userId, messageId })
    const isRating = template.type === 'rating'
    const shown = { templateId: template.id, data, isRating, answers: template.answers }
    showBubble(
      person,
      oaBubble(world, messageId, { text: template.name, buttons: [], template: shown, charge }),
    )
    world.emit(receivedEvent(world, sent))
    const left = account.dailyTemplateQuota - sentToday()
    return success({
      msg_id: messageId,
      sent_time: String(at.getTime()),
      sending_mode: String(body.sending_mode ?? '1'),
      quota: { dailyQuota: String(account.dailyTemplateQuota), remainingQuota: String(left) },
    })
  }

  const sentToday = (templateId?: string) =>
    world.sentTemplates.filter(
      (sent) =>
        sent.phone !== undefined &&
        (templateId === undefined || sent.templateId === templateId) &&
        dayInVietnam(sent.at) === dayInVietnam(world.clock.now()),
    ).length

  return {
    'POST /message/template': (request) => send(request, false),
    'POST /message/template/hashphone': (request) => send(request, true),
    'GET /message/quota': () =>
      success({
        dailyQuota: String(account.dailyTemplateQuota),
        remainingQuota: String(account.dailyTemplateQuota - sentToday()),
        dailyQuotaPromotion: '0',
        remainingQuotaPromotion: '0',
      }),
  }
}

const receivedEvent = (world: World, { phone, isHashed, messageId, trackingId }: SentTemplate) =>
  eventOf(world, 'user_received_message', {
    sender: { id: world.identity.oaId },
    recipient: { id: isHashed ? hashOfPhone(phone!) : phone },
    message: {
      msg_id: messageId,
      tracking_id: trackingId,
      delivery_time: String(world.clock.now().getTime()),
    },
  })
