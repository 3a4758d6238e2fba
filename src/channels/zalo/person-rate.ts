import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** Nobody types or taps more often than every second for a whole minute. */
const eventsPerMinute = 60

/**
 * Counts after the signature, so that no stranger uses up somebody's share; in this process only. What is over the limit is
 * answered 200 all the same: a refusal would make Zalo repeat it, and switch the webhook off for everybody.
 */
export function createPersonRate(points = eventsPerMinute): (userId: string) => Promise<boolean> {
  const limiter = new RateLimiterMemory({ points, duration: 60 })
  return async (userId) => {
    try {
      await limiter.consume(userId)
      return true
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return false
      throw refusal
    }
  }
}
