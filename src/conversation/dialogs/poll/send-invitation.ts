import { createHmac } from 'node:crypto'
import type { Clock } from '../../../lib/clock.ts'
import type { SendInvitation } from '../../../surveys/surveys.ts'
import type { OutboundMessage } from '../../message.ts'
import type { ConversationStore } from '../../turn/conversation.ts'
import { invitationMessage } from './poll-messages.ts'
import type { PollTexts } from './poll-texts.ts'

/**
 * Hands invitations and reminders to the outbox, behind everything that answers a person.
 *
 * @param secret 32 bytes: the conversation remembers the ids of what it was sent, and they must not lead to the answers
 */
export function createInvitationSender(parts: {
  conversations: Pick<ConversationStore, 'enqueue'>
  agencyName: string
  texts: PollTexts
  secret: Uint8Array
  clock: Clock
}): SendInvitation {
  const { conversations, agencyName, texts, secret, clock } = parts
  return async (outgoing, kind) => {
    const { conversation, id: invitation } = outgoing.invitation
    const id = pollMessageId(secret, invitation, kind)
    const { items, outsideIndex } = outgoing.invitation.stage.assignment
    const questions = [...items.map(({ item }) => item), ...(outsideIndex ? [outsideIndex] : [])]
    const facts = { invitation, questions: questions.join(',') }
    const message: OutboundMessage = {
      id,
      ...invitationMessage(outgoing, kind, agencyName, texts),
      notices: [{ about: 'poll', facts }],
    }
    await conversations.enqueue(conversation, message, { now: clock.now(), isBulk: true })
    return id
  }
}

const prefix = { invitation: 'poll:', reminder: 'poll-reminder:' } as const

export const isInvitationMessage = (id: string): boolean => id.startsWith(prefix.invitation)

/** The same for the same invitation, for ever. */
export function pollMessageId(
  secret: Uint8Array,
  invitation: string,
  kind: 'invitation' | 'reminder' = 'invitation',
): string {
  const name = createHmac('sha256', secret).update(`poll-message|${invitation}`).digest('base64url')
  return `${prefix[kind]}${name.slice(0, 22)}`
}
