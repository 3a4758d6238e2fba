import type { Button, OutboundMessage } from '../message.ts'
import type { QueuedMessage } from './conversation.ts'

/**
 * Puts waiting news into one bubble, for platforms on which each costs or disturbs by itself: the first message and as
 * many of those right behind it as fit. Questions of a poll stand alone, for their buttons are the answers.
 *
 * @param waiting at least one
 * @returns what goes out, under the id of the first, and the messages that it stands for
 */
export function bundleNotices(
  waiting: readonly QueuedMessage[],
  limits: { maxTextChars: number; maxButtons: number },
): { message: QueuedMessage; messages: QueuedMessage[] } {
  const [first, ...others] = waiting as [QueuedMessage, ...QueuedMessage[]]
  const messages = [first]
  let message = first
  if (!isNews(first)) return { message, messages }
  for (const next of others) {
    if (!isNews(next)) break
    const text = `${message.text}\n\n${next.text}`
    const buttons = joinedButtons(message.buttons, next.buttons)
    if (text.length > limits.maxTextChars || buttons.length > limits.maxButtons) break
    const notices = [...message.notices!, ...next.notices!]
    message = { ...message, text, notices, ...(buttons.length > 0 ? { buttons } : {}) }
    messages.push(next)
  }
  return { message, messages }
}

/** What of the kept is worth showing when the person is back: of a poll that was kept twice, the first is enough. */
export function stillNews(kept: readonly OutboundMessage[]): OutboundMessage[] {
  const asked = new Set<string>()
  return kept.filter(({ notices = [] }) => {
    const invitation = notices.find(({ about }) => about === 'poll')?.facts.invitation
    if (invitation === undefined) return true
    const isFirst = !asked.has(invitation)
    asked.add(invitation)
    return isFirst
  })
}

function isNews({ notices = [], isSecret, isBulk, isRepeat }: QueuedMessage): boolean {
  if (isSecret || isBulk || isRepeat) return false
  return notices.length > 0 && notices.every(({ about }) => about !== 'poll')
}

function joinedButtons(some: readonly Button[] = [], more: readonly Button[] = []): Button[] {
  const isNew = ({ choice, url }: Button) =>
    !some.some((button) => button.choice === choice && button.url === url)
  return [...some, ...more.filter(isNew)]
}
