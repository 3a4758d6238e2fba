import { createHash, randomBytes } from 'node:crypto'
import type { Coordinates } from '../../../lib/coordinates.ts'
import type { InboundAttachment } from '../../message.ts'

/** What the next message is for. */
type FollowUpExpects = 'message' | 'reason'

export interface FollowUp {
  /** Of the report that is open in this conversation. */
  ref: string
  /** Stands in the buttons, so that those of an earlier look-up are told apart. */
  nonce: string
  expects?: FollowUpExpects
  /** Files that look like an identity card. */
  doubtful: InboundAttachment[]
  /** Sent for an anonymous report; passed on only when the person agrees. */
  offeredLocation?: Coordinates
}

/**
 * Which report a conversation has open. Held in this process's memory alone and for minutes, so that nothing that is
 * stored leads from a chat to a report. After a restart, and with another instance, the receipt is asked for again.
 */
export interface FollowUpRoom {
  /** Opens a report; what was open before is left. */
  open(conversation: string, ref: string, now: Date): FollowUp
  /** What is open; each look counts as use. */
  find(conversation: string, now: Date): FollowUp | undefined
  /**
   * What a message was for: what is expected now, or for a message that is run again what was expected then.
   *
   * @returns with an id for the event that it becomes, the same each time
   */
  take(conversation: string, messageId: string, now: Date): TakenMessage | undefined
  leave(conversation: string): void
}

export interface TakenMessage {
  followUp: FollowUp
  expects: FollowUpExpects | undefined
  eventId: string
}

interface Place extends FollowUp {
  usedAtMs: number
  last?: { messageId: string; expects: FollowUpExpects | undefined }
}

export const followUpMs = 15 * 60_000
/** Each place is a few hundred bytes; the oldest goes first. */
const maxPlaces = 20_000

export function createFollowUpRoom(): FollowUpRoom {
  /** In the order of use. */
  const places = new Map<string, Place>()

  function use(conversation: string, now: Date): Place | undefined {
    const place = places.get(conversation)
    if (!place) return undefined
    places.delete(conversation)
    if (now.getTime() - place.usedAtMs > followUpMs) return undefined
    place.usedAtMs = now.getTime()
    places.set(conversation, place)
    return place
  }

  function forgetOld(now: Date): void {
    for (const [conversation, { usedAtMs }] of places) {
      if (places.size <= maxPlaces && now.getTime() - usedAtMs <= followUpMs) return
      places.delete(conversation)
    }
  }

  return {
    open(conversation, ref, now) {
      places.delete(conversation)
      forgetOld(now)
      const place: Place = {
        ref,
        nonce: randomBytes(4).toString('hex'),
        doubtful: [],
        usedAtMs: now.getTime(),
      }
      places.set(conversation, place)
      return place
    },
    find: use,
    take(conversation, messageId, now) {
      const place = use(conversation, now)
      if (!place) return undefined
      const isAgain = place.last?.messageId === messageId
      const expects = isAgain ? place.last?.expects : place.expects
      place.last = { messageId, expects }
      return { followUp: place, expects, eventId: eventIdOf(place.nonce, messageId) }
    },
    leave(conversation) {
      places.delete(conversation)
    },
  }
}

/** The nonce is nowhere but here, so the id tells nothing of the message. */
function eventIdOf(nonce: string, messageId: string): string {
  return createHash('sha256').update(`${nonce}:${messageId}`).digest('hex').slice(0, 24)
}
