import type { Clock } from '../../lib/clock.ts'

/**
 * Spaces sends so that no platform limit is met: over all conversations and for each one, answers before bulk. One
 * process paces itself: with several instances the limits in the settings are shares.
 */
export interface Pacer {
  /** Resolves when it is this conversation's turn to be sent to; false when the signal aborted meanwhile. */
  waitForSlot(conversation: string, options: { isBulk: boolean; signal: AbortSignal }): Promise<boolean>
  /** The platform said 429 for everybody: nothing leaves before this instant. */
  pauseUntil(at: Date): void
}

export interface Pace {
  perSecond: number
  perConversationPerSecond: number
}

interface Waiting {
  isBulk: boolean
  admit: (admitted: boolean) => void
}

/** Timers wake on whole milliseconds, and some later than asked. */
const lateMs = 20

export function createPacer(pace: Pace, clock: Clock): Pacer {
  const gapMs = 1000 / pace.perSecond
  const conversationGapMs = 1000 / pace.perConversationPerSecond
  /** Instants in milliseconds at which the next send is free: over all, and per conversation. */
  let freeAtMs = 0
  const freeAtOf = new Map<string, number>()
  let lastSweepMs = 0
  const queue: Waiting[] = []
  let pumping = false

  async function pump(signal: AbortSignal): Promise<void> {
    if (pumping) return
    pumping = true
    let hasWaited = false
    while (queue.length > 0) {
      const waitMs = freeAtMs - clock.now().getTime()
      if (waitMs > 0 && !signal.aborted) {
        await clock.sleep(Math.ceil(waitMs), signal)
        hasWaited = true
        continue
      }
      const answer = queue.findIndex((waiting) => !waiting.isBulk)
      const [next] = queue.splice(Math.max(answer, 0), 1)
      if (!signal.aborted) {
        const nowMs = clock.now().getTime()
        // Who waited for its slot and woke a little late makes up for it: otherwise every timer eats from the rate.
        const isPunctual = hasWaited && nowMs - freeAtMs < lateMs
        freeAtMs = (isPunctual ? freeAtMs : Math.max(freeAtMs, nowMs)) + gapMs
      }
      next!.admit(!signal.aborted)
    }
    pumping = false
  }

  function forgetPast(nowMs: number): void {
    if (nowMs - lastSweepMs < 60_000) return
    lastSweepMs = nowMs
    for (const [key, atMs] of freeAtOf) if (atMs <= nowMs) freeAtOf.delete(key)
  }

  return {
    async waitForSlot(conversation, { isBulk, signal }) {
      const waitMs = (freeAtOf.get(conversation) ?? 0) - clock.now().getTime()
      if (waitMs > 0) await clock.sleep(Math.ceil(waitMs), signal)
      const admitted = await new Promise<boolean>((resolve) => {
        queue.push({ isBulk, admit: resolve })
        void pump(signal)
      })
      const nowMs = clock.now().getTime()
      forgetPast(nowMs)
      freeAtOf.set(conversation, nowMs + conversationGapMs)
      return admitted
    },
    pauseUntil(at) {
      freeAtMs = Math.max(freeAtMs, at.getTime())
    },
  }
}
