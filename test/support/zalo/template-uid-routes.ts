import { type Answer, invalid, openapi, success } from './answers.ts'
import { oaBubble, show } from './message-routes.ts'
import { type RecordedRequest, type Routes, record } from './serve.ts'
import { dataFault, isNightForPhones, plainData } from './templates.ts'
import { pay, quotaField } from './window.ts'
import type { World } from './world.ts'

/** Templates by person id, on openapi.zalo.me: no window, paid, promotions not at night. */
export function templateUidRoutes(world: World): Routes {
  function send({ body }: RecordedRequest): Answer {
    const { account, behaviour, people } = world
    if (!account.isVerified) return openapi.notVerified
    const userId = behaviour.templateRecipient === 'flat' ? body.user_id : record(body.recipient).user_id
    if (typeof userId !== 'string') return invalid('user_id')
    const template = world.templates.get(String(body.template_id))
    if (!template?.isOurs || template.status !== 'ENABLE') return invalid('template_id')
    if (!template.maySendByUid || template.type === 'otp') return openapi.notByUid
    if (dataFault(template, body.template_data)) return invalid('template_data')
    const person = people.get(userId)
    if (!person || person.anonymousConversation) return openapi.notFollower
    if (person.refusesWith !== undefined)
      return { body: { error: person.refusesWith, message: 'User refuses' } }
    if (template.tag === 3 && isNightForPhones(world)) return openapi.night
    if (!account.isZcaLinked) return openapi.noZca
    if (account.zcaBalanceVnd < template.priceByUidVnd) return openapi.noMoney
    const messageId = world.nextMessageId()
    const vnd = template.priceByUidVnd
    const charge = pay(world, { kind: 'paid', vnd, what: 'template-uid', userId, messageId })
    const data = plainData(body.template_data)
    world.sentTemplates.push({
      templateId: template.id,
      messageId,
      trackingId: typeof body.tracking_id === 'string' ? body.tracking_id : '',
      userId,
      isHashed: false,
      data,
      at: world.clock.now(),
      deliveredAt: world.clock.now(),
    })
    const isRating = template.type === 'rating'
    const shown = { templateId: template.id, data, isRating, answers: template.answers }
    show(
      world,
      person,
      oaBubble(world, messageId, { text: template.name, buttons: [], template: shown, charge }),
    )
    const sentTime = String(world.clock.now().getTime())
    return success({
      message_id: messageId,
      user_id: userId,
      sent_time: sentTime,
      ...quotaField(world, charge),
    })
  }

  return { 'POST /v3.0/oa/message/template': send }
}
