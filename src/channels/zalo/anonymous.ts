/**
 * A visitor without an account is answered with two ids, so both stand in the id of the conversation. They are
 * short-lived: what is asked is answered, and nothing is sent later.
 */
const prefix = 'anon:'

export const anonymousConversation = (anonymousId: string, conversationId: string): string =>
  `${prefix}${anonymousId}:${conversationId}`

/** `undefined`: a person with an account. Zalo's ids hold no colon. */
export function readAnonymous(
  conversation: string,
): { anonymousId: string; conversationId: string } | undefined {
  const [, anonymousId, conversationId] = /^anon:([^:]+):([^:]+)$/.exec(conversation) ?? []
  return anonymousId === undefined || conversationId === undefined
    ? undefined
    : { anonymousId, conversationId }
}
