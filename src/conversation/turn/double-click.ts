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

export function isDoubleClick(
  state: ConversationState,
  { message, arrivalMs }: ArrivedInbound,
  lastSentAt: Date | undefined,
): boolean {
  const previous = state.lastInbound
  if (!previous || previous.fingerprint !== fingerprint(message)) return false
  if (message.attachments.length > 0) return false
  const gapMs = arrivalMs - previous.arrivalMs
  const sentMs = lastSentAt?.getTime() ?? 0
  const wasAnsweredBetween = sentMs > previous.arrivalMs && sentMs <= arrivalMs
  return gapMs >= 0 && gapMs < doubleClickMs && !wasAnsweredBetween
}

export function rememberInbound(
  state: ConversationState,
  { message, arrivalMs }: ArrivedInbound,
): ConversationState {
  return { ...state, lastInbound: { fingerprint: fingerprint(message), arrivalMs } }
}

/** FNV-1a over 32 bits: enough to tell two consecutive messages apart, and no words are kept. */
function fingerprint(message: InboundMessage): string {
  let hash = 0x811c9dc5
  for (const char of `${message.choice ?? ''}\n${message.text?.trim() ?? ''}`) {
    hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0
  }
  return hash.toString(36)
}
