import type { Clock } from '../../lib/clock.ts'
import type { ChannelLimits } from '../channel.ts'

/**
 * What Telegram takes. Sources: https://core.telegram.org/bots/api#sendmessage (1–4096 characters, which the server
 * counts as UTF-16 units), https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this (about 30
 * messages a second in all, one a second to a chat, 20 a minute to a group); read 2026-11-23. 25 a second leaves room
 * for the answers to taps, which count too. An inline keyboard may hold 100 buttons; nobody reads more than 20.
 */
export const telegramLimits: ChannelLimits = {
  maxTextChars: 4096,
  maxButtons: 20,
  perSecond: 25,
  perConversationPerSecond: 1,
}

/** `callback_data`: 1–64 bytes of UTF-8 (https://core.telegram.org/bots/api#inlinekeyboardbutton). */
export const maxChoiceBytes = 64

const groupMessages = 20
const groupWindowMs = 60_000

/**
 * The one limit that `ChannelLimits` does not tell: 20 messages a minute to a group. Counts for this process; with
 * several of them Telegram's own 429 is the backstop.
 */
export class GroupPace {
  readonly #clock: Clock
  readonly #sentAtMs = new Map<string, number[]>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes a place and gives 0, or gives the milliseconds until there is one. A chat of two has no such limit. */
  waitMs(conversationId: string): number {
    if (!isGroup(conversationId)) return 0
    const nowMs = this.#clock.now().getTime()
    this.#forgetBefore(nowMs - groupWindowMs)
    const sent = this.#sentAtMs.get(conversationId) ?? []
    if (sent.length >= groupMessages) return sent[0]! + groupWindowMs - nowMs
    this.#sentAtMs.set(conversationId, [...sent, nowMs])
    return 0
  }

  #forgetBefore(timeMs: number): void {
    for (const [conversationId, times] of this.#sentAtMs) {
      const recent = times.filter((time) => time > timeMs)
      if (recent.length === 0) this.#sentAtMs.delete(conversationId)
      else this.#sentAtMs.set(conversationId, recent)
    }
  }
}

/** Telegram gives groups negative ids and people positive ones. */
function isGroup(conversationId: string): boolean {
  return conversationId.startsWith('-')
}
