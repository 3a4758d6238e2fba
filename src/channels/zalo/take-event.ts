import type { InboundMessage } from '../../conversation/message.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Accept } from '../channel.ts'
import type { ContactChange, ZaloContact, ZaloContactStore } from './contact.ts'
import type { IgnoreRule } from './events.ts'
import type { ParsedEvent } from './parse.ts'
import type { OnFeedback } from './ratings.ts'

export interface EventListeners {
  /** Stars given to a rating template. Told again after a failure; resolves when they are stored. */
  onFeedback?: OnFeedback | undefined
  /** Remembers that everything about the person is to be erased; resolves when that is stored. */
  onWithdrawn?: ((userId: string, at: Date) => Promise<void>) | undefined
}

export interface EventTakingParts extends EventListeners {
  contacts: ZaloContactStore
  accept: Accept
  /** What somebody "says" who opens the conversation without words. */
  greetingChoice: string
  /** How long the bot is silent after an officer wrote in Zalo's console; 0: it is not. */
  officerPauseHours: number
  /** False: this person has sent more than anybody can read. */
  mayTake(userId: string): Promise<boolean>
  clock: Clock
  log: Log
}

export type Taken =
  | { kind: 'taken'; what: ParsedEvent['kind'] | 'repeat' }
  | { kind: 'ignored'; rule: IgnoreRule }

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Whoever was asked for their number answers within that time, or has been asked about something else. */
const infoAnswerMs = 7 * dayMs

/**
 * Works an event in, as far as may be done while Zalo waits: what is known of the person first, so that their window is
 * open when the answer is sent, then the message. Done again after a failure in between it comes to the same. Rejects
 * when storage is down.
 */
export function createEventTaking(parts: EventTakingParts): (event: ParsedEvent) => Promise<Taken> {
  const { contacts, accept, clock, log } = parts

  return async function take(event) {
    switch (event.kind) {
      case 'ignored':
        return event
      case 'message':
        return takeMessage(event.message, event.anonymous)
      case 'opened':
        return takeOpened(event)
      case 'unfollowed':
        await contacts.change(event.userId, { follows: false, unreachableSince: event.at })
        return { kind: 'taken', what: 'unfollowed' }
      case 'info':
        return takeInfo(event)
      case 'withdrawn':
        // At once, so that nothing more is sent; the rest is erased in peace.
        await parts.onWithdrawn?.(event.userId, event.at)
        await contacts.erase(event.userId)
        return { kind: 'taken', what: 'withdrawn' }
      case 'officer-wrote':
        return takeOfficer(event)
      case 'feedback':
        await parts.onFeedback?.(event.feedback)
        return { kind: 'taken', what: 'feedback' }
    }
  }

  async function takeMessage(message: InboundMessage, anonymous: ZaloContact['anonymous']): Promise<Taken> {
    const { conversationId: userId, sentAt } = message
    if (!(await parts.mayTake(userId))) return { kind: 'ignored', rule: 'flood' }
    const contact = await contacts.meet(userId, (known) => ({
      ...shownAt(sentAt, known),
      ...(anonymous ? { anonymous } : {}),
    }))
    const meant = withNumberedChoice(message, contact)
    // Whoever presses a button of ours wants the bot; words are for the officer who has just written.
    if (meant.choice === undefined && contact?.pausedUntil && contact.pausedUntil > sentAt) {
      return { kind: 'ignored', rule: 'officer-answers' }
    }
    return takenAs('message', await accept(meant))
  }

  /**
   * Follow and the first press of "chat" come together, and each may be repeated: one greeting a day, told by the id of
   * the message, and none for somebody we have spoken with since yesterday.
   */
  async function takeOpened(event: Extract<ParsedEvent, { kind: 'opened' }>): Promise<Taken> {
    const { userId, at } = event
    const contact = await contacts.meet(userId, (known) => ({
      ...shownAt(at, known),
      ...(event.follows ? { follows: true } : {}),
    }))
    const before = contact?.lastInteractionAt?.getTime()
    const isGreeted = before !== undefined && before < at.getTime() && before > at.getTime() - dayMs
    if (isGreeted) return { kind: 'ignored', rule: 'greeted-before' }
    const outcome = await accept({
      channel: 'zalo',
      conversationId: userId,
      messageId: `greeting:${Math.floor(at.getTime() / dayMs)}:${userId}`,
      senderId: userId,
      sentAt: at,
      choice: parts.greetingChoice,
      attachments: [],
    })
    return takenAs('opened', outcome)
  }

  async function takeInfo({ message, phone }: Extract<ParsedEvent, { kind: 'info' }>): Promise<Taken> {
    const { conversationId: userId, sentAt } = message
    await contacts.meet(userId, (known) => {
      const askedMs = known?.infoAskedAt?.getTime()
      const wasAsked = askedMs !== undefined && askedMs > sentAt.getTime() - infoAnswerMs
      return { ...shownAt(sentAt, known), ...(wasAsked ? { phone } : {}) }
    })
    return takenAs('info', await accept(message))
  }

  async function takeOfficer({ userId, at }: { userId: string; at: Date }): Promise<Taken> {
    const pausedUntil = new Date(at.getTime() + parts.officerPauseHours * hourMs)
    const contact = await contacts.find(userId)
    const isLonger = !contact?.pausedUntil || pausedUntil > contact.pausedUntil
    if (pausedUntil > clock.now() && isLonger) {
      await contacts.change(userId, { pausedUntil })
      log.info('an officer has answered in the console of Zalo; the bot is silent there for a time')
    }
    return { kind: 'taken', what: 'officer-wrote' }
  }
}

/** A late repeat of something said before they left does not bring them back. */
function shownAt(at: Date, contact: ZaloContact | undefined): ContactChange {
  const isBack = !contact?.unreachableSince || at > contact.unreachableSince
  return {
    lastInteractionAt: at,
    ...(isBack && contact?.unreachableSince ? { unreachableSince: null } : {}),
    ...(isBack && contact?.follows === false ? { follows: null } : {}),
  }
}

/** "2" after a question whose buttons went out as numbers. */
function withNumberedChoice(message: InboundMessage, contact: ZaloContact | undefined): InboundMessage {
  const { text, ...rest } = message
  const [, digits] = /^\s*(\d{1,2})\s*[.)]?\s*$/.exec(text ?? '') ?? []
  const choice = digits === undefined ? undefined : contact?.numberedChoices?.[Number(digits) - 1]
  return choice === undefined || message.attachments.length > 0 ? message : { ...rest, choice }
}

const takenAs = (what: ParsedEvent['kind'], outcome: 'stored' | 'repeat'): Taken => ({
  kind: 'taken',
  what: outcome === 'repeat' ? 'repeat' : what,
})
