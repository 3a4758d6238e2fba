import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** Where a try comes from. An address is counted as the channel gives it (a whole /64 of IPv6). */
export interface TrySource {
  kind: 'conversation' | 'address'
  id: string
}

/** Counts wrong receipts. A place is taken before the look-up, so that tries side by side cannot all slip through. */
export interface ReceiptThrottle {
  /** Takes a place from every source, or from none when one of them has no place left. */
  take(sources: readonly TrySource[]): Promise<TakenTry>
}

export type TakenTry =
  /** `giveBack` when the receipt was right, or when it could not be looked up: only wrong ones count. */
  { kind: 'taken'; giveBack(): Promise<void> } | { kind: 'too-many'; retryAfterSeconds: number }

export interface ReceiptThrottleOptions {
  /** For each source; 10. */
  wrongTriesPerHour?: number
}

/**
 * Counted in this process only: with several instances each allows as much. The hour begins with the first wrong try.
 */
export function createReceiptThrottle({
  wrongTriesPerHour = 10,
}: ReceiptThrottleOptions = {}): ReceiptThrottle {
  const limiter = new RateLimiterMemory({ points: wrongTriesPerHour, duration: 3600 })

  async function takeOne(key: string): Promise<number | undefined> {
    try {
      await limiter.consume(key)
      return undefined
    } catch (refusal) {
      // The library rejects with its result when the points are used up, and with an Error for anything else.
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      // It counts refused tries too; with them a right receipt given back later would open no place.
      await giveBackOne(key)
      return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
    }
  }

  /** Nothing to give back once the hour is over: below zero would allow more than the limit in the next. */
  async function giveBackOne(key: string): Promise<void> {
    const counted = await limiter.get(key)
    if (counted && counted.msBeforeNext > 0 && counted.consumedPoints > 0) await limiter.reward(key)
  }

  return {
    async take(sources) {
      const taken: string[] = []
      const giveBack = async () => {
        for (const key of taken.splice(0)) await giveBackOne(key)
      }
      for (const key of new Set(sources.map(({ kind, id }) => `${kind}:${id}`))) {
        const retryAfterSeconds = await takeOne(key)
        if (retryAfterSeconds !== undefined) {
          await giveBack()
          return { kind: 'too-many', retryAfterSeconds }
        }
        taken.push(key)
      }
      return { kind: 'taken', giveBack }
    },
  }
}
