import { createHmac, randomBytes } from 'node:crypto'
import type { InboundMessage } from '../message.ts'
import type { ConversationState } from './conversation.ts'

/**
 * A double click or an impatient second "Gửi" arrives as two messages with two ids. The same words within three
 * seconds are one message, unless our answer went out in between: then the person says it again on purpose.
 */
export const doubleClickMs = 3_000

export interface ArrivedInbound {
  message: InboundMessage
  arrivalMs: number
}

export interface DoubleClicks {
  isDoubleClick(
    conversation: { key: string; state: ConversationState; lastSentAt?: Date },
    inbound: ArrivedInbound,
  ): boolean
  /** The state with which a double click of this message is recognised. */
  remember(key: string, state: ConversationState, inbound: ArrivedInbound): ConversationState
  /** After a turn that leaves nothing behind: recognises its double click from this process's memory alone. */
  rememberApart(key: string, inbound: ArrivedInbound): void
}

type LastInbound = NonNullable<ConversationState['lastInbound']>

/**
 * @param secret keys the fingerprints, so that they cannot be matched with a text by who does not have it; processes
 * that share a database should share it
 */
export function createDoubleClicks(secret: Buffer = randomBytes(32)): DoubleClicks {
  /** Of conversations whose state was emptied, for three seconds. */
  const apart = new Map<string, LastInbound>()

  /** 48 bits: enough to tell two consecutive messages apart. */
  function fingerprint(key: string, { choice, text }: InboundMessage): string {
    const said = JSON.stringify([key, choice ?? '', text?.trim() ?? ''])
    return createHmac('sha256', secret).update(said).digest('base64url').slice(0, 8)
  }

  const lastOf = (key: string, { message, arrivalMs }: ArrivedInbound): LastInbound => ({
    fingerprint: fingerprint(key, message),
    arrivalMs,
  })

  return {
    isDoubleClick({ key, state, lastSentAt }, { message, arrivalMs }) {
      if (message.attachments.length > 0) return false
      const previous = state.lastInbound ?? apart.get(key)
      if (!previous) return false
      const gapMs = arrivalMs - previous.arrivalMs
      if (gapMs < 0 || gapMs >= doubleClickMs) return false
      const sentMs = lastSentAt?.getTime() ?? 0
      const wasAnsweredBetween = sentMs > previous.arrivalMs && sentMs <= arrivalMs
      return !wasAnsweredBetween && previous.fingerprint === fingerprint(key, message)
    },

    remember: (key, state, inbound) => ({ ...state, lastInbound: lastOf(key, inbound) }),

    rememberApart(key, inbound) {
      for (const [other, { arrivalMs }] of apart) {
        if (arrivalMs + doubleClickMs <= inbound.arrivalMs) apart.delete(other)
      }
      apart.set(key, lastOf(key, inbound))
    },
  }
}
