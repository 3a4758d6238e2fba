import { type Answer, invalid, openapi, success } from './answers.ts'
import { type Bubble, showBubble } from './bubbles.ts'
import { echoOf } from './events.ts'
import { readMessage } from './message-shape.ts'
import { type RecordedRequest, type Routes, record } from './serve.ts'
import { passageTo, pay, quotaField } from './window.ts'
import type { PersonState, World } from './world.ts'

/** Consultation messages, and what is left of the second version: anonymous people, reactions, broadcast. */
export function messageRoutes(world: World): Routes {
  const { account, people } = world

  async function consultation({ body }: RecordedRequest): Promise<Answer> {
    if (!account.isVerified) return openapi.notVerified
    if (!account.mayMessage) return openapi.noPackage
    const to = record(body.recipient)
    const userId = to.user_id ?? authorOf(to.message_id)
    if (typeof userId !== 'string') return invalid('user_id')
    const shape = readMessage(world, record(body.message))
    if (shape.kind === 'bad') return shape.answer
    const person = people.get(userId)
    const passage = passageTo(world, person)
    if (passage.kind === 'shut') return passage.answer
    const { image } = shape.content
    if (image?.url && world.behaviour.fetchesImages && !(await canFetchTwice(image.url)))
      return openapi.sendFailed
    const messageId = world.nextMessageId()
    const charge = pay(world, { ...passage.charge, what: 'consultation', userId, messageId })
    const bubble = oaBubble(world, messageId, { ...shape.content, charge })
    show(world, person!, bubble)
    return success({ message_id: messageId, user_id: userId, ...quotaField(world, charge) })
  }

  function secondVersion({ body }: RecordedRequest): Answer {
    const to = record(body.recipient)
    if (body.sender_action !== undefined) return reaction(to, record(body.sender_action))
    if (to.anonymous_id !== undefined || to.conversation_id !== undefined) return anonymous(to, body)
    // A broadcast takes articles only, which the fake has none of.
    if (to.target !== undefined) return openapi.badType
    return openapi.oldApi
  }

  function reaction(to: Record<string, unknown>, action: Record<string, unknown>): Answer {
    const icons = ['/-strong', '/-heart', ':>', ':o', ':-((', ':-h', '/-remove']
    if (!icons.includes(String(action.react_icon))) return invalid('react_icon')
    const person = people.get(String(to.user_id))
    if (!person) return openapi.notFollower
    const bubble = person.bubbles.find(({ messageId }) => messageId === action.react_message_id)
    if (!bubble) return invalid('react_message_id')
    bubble.reaction = action.react_icon === '/-remove' ? undefined : String(action.react_icon)
    return success({ message_id: bubble.messageId, user_id: person.userId })
  }

  function anonymous(to: Record<string, unknown>, body: Record<string, unknown>): Answer {
    const person = people.get(String(to.anonymous_id))
    if (!person?.anonymousConversation) return invalid('anonymous_id')
    if (person.anonymousConversation !== to.conversation_id) return invalid('conversation_id')
    const shape = readMessage(world, record(body.message))
    if (shape.kind === 'bad') return shape.answer
    // The samples of the second version know text, picture, sticker and file; buttons are in none.
    if (shape.content.buttons.length > 0 || shape.content.infoForm) return openapi.badType
    const messageId = world.nextMessageId()
    const charge = pay(world, {
      kind: 'free',
      vnd: 0,
      what: 'consultation',
      userId: person.userId,
      messageId,
    })
    show(world, person, oaBubble(world, messageId, { ...shape.content, charge }))
    return success({
      message_id: messageId,
      anonymous_id: person.userId,
      conversation_id: to.conversation_id,
    })
  }

  const authorOf = (messageId: unknown) =>
    [...people.values()].find(({ bubbles }) => bubbles.some((bubble) => bubble.messageId === messageId))
      ?.userId

  return {
    'POST /v3.0/oa/message/cs': consultation,
    'POST /v2.0/oa/message': secondVersion,
    'POST /v3.0/oa/message/transaction': () => openapi.badType,
    'POST /v3.0/oa/message/promotion': () => openapi.badType,
  }
}

export function oaBubble(
  world: World,
  messageId: string,
  content: Partial<Bubble> & { buttons: Bubble['buttons'] },
): Bubble {
  return { messageId, from: 'oa', at: world.clock.now(), ...content }
}

/** In the person's chat, and as the echoes that the OA itself gets of it. */
export function show(world: World, person: PersonState, bubble: Bubble): void {
  showBubble(person, bubble)
  if (world.behaviour.echoesOwnSends) world.emit(echoOf(world, person, bubble))
  if (world.behaviour.sendsReceipts) {
    world.emit({
      app_id: world.identity.appId,
      event_name: 'user_received_message',
      timestamp: String(world.clock.now().getTime()),
      sender: { id: person.userId },
      recipient: { id: world.identity.oaId },
      message: { msg_id: bubble.messageId },
    })
  }
}

/** Its sister platform was seen to fetch a picture more than once. */
async function canFetchTwice(url: string): Promise<boolean> {
  for (let time = 0; time < 2; time += 1) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
    if (!answer?.ok) return false
    await answer.arrayBuffer()
  }
  return true
}
