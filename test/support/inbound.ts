import type { InboundMessage } from '../../src/conversation/message.ts'

let counter = 0

/** A message of a citizen on the web chat; give what matters to the test. */
export function inbound(message: Partial<InboundMessage> = {}): InboundMessage {
  counter += 1
  const conversationId = message.conversationId ?? 'citizen-1'
  return {
    channel: 'web',
    conversationId,
    messageId: `m${counter}`,
    senderId: conversationId,
    sentAt: new Date('2026-11-23T01:00:00Z'),
    attachments: [],
    ...message,
  }
}
