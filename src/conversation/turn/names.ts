import { createHmac } from 'node:crypto'
import type { InboundMessage } from '../message.ts'

/**
 * The names under which conversations and messages stand in the database. With a secret they are keyed hashes: whoever
 * reads the database cannot tell which chat of the platform a conversation is, nor try out the ids of people he knows.
 * Without one they hold the platform's own ids.
 */
export type ConversationNames = (message: Pick<InboundMessage, 'channel' | 'conversationId'>) => string
export type MessageNames = (message: Pick<InboundMessage, 'channel' | 'messageId'>) => string

/** @param secret 32 bytes that never change: with another secret everybody begins a new conversation */
export function createConversationNames(secret?: Buffer): ConversationNames {
  const nameFor = namer('conversation', secret)
  return ({ channel, conversationId }) => nameFor(channel, conversationId)
}

/** A platform's message id may hold the id of the chat, and it is kept for days to recognise repeats. */
export function createMessageNames(secret?: Buffer): MessageNames {
  const nameFor = namer('message', secret)
  return ({ channel, messageId }) => nameFor(channel, messageId)
}

/** 132 bits: no two of all conversations ever share a name. */
const hashChars = 22

function namer(kind: string, secret: Buffer | undefined) {
  return (channel: string, id: string): string => {
    if (!secret) return `${channel}:${id}`
    const hash = createHmac('sha256', secret).update(`${kind}:${channel}:${id}`).digest('base64url')
    return `${channel}:${hash.slice(0, hashChars)}`
  }
}
