import { isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { WebLimits } from './limits.ts'

export interface RateLimits {
  /** Counts one message; gives the seconds to wait when that was one too many. */
  take(conversationId: string, address: string): Promise<number | undefined>
  /** The seconds to wait when the bytes of this hour are used up. */
  waitForUpload(conversationId: string, address: string): Promise<number | undefined>
  countUpload(conversationId: string, address: string, bytes: number): Promise<void>
}

/** Counted in this process only: with several instances each allows as much. */
export function createRateLimits(limits: WebLimits): RateLimits {
  const perSession = new RateLimiterMemory({ points: limits.messagesPerMinutePerSession, duration: 60 })
  const perAddress = new RateLimiterMemory({ points: limits.messagesPerMinutePerAddress, duration: 60 })

  const bytesPerSession = new RateLimiterMemory({
    points: limits.uploadBytesPerHourPerSession,
    duration: 3_600,
  })
  const bytesPerAddress = new RateLimiterMemory({
    points: limits.uploadBytesPerHourPerAddress,
    duration: 3_600,
  })

  async function waitFor(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
    const used = await limiter.get(key)
    return used && used.remainingPoints <= 0 ? secondsUntil(used) : undefined
  }

  async function consume(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
    try {
      await limiter.consume(key)
      return undefined
    } catch (refusal) {
      // The library rejects with its result when the points are used up, and with an Error for anything else.
      if (refusal instanceof RateLimiterRes) return secondsUntil(refusal)
      throw refusal
    }
  }

  return {
    take: async (conversationId, address) =>
      (await consume(perAddress, network(address))) ?? (await consume(perSession, conversationId)),
    waitForUpload: async (conversationId, address) =>
      (await waitFor(bytesPerAddress, network(address))) ?? (await waitFor(bytesPerSession, conversationId)),
    async countUpload(conversationId, address, bytes) {
      await bytesPerAddress.penalty(network(address), bytes)
      await bytesPerSession.penalty(conversationId, bytes)
    },
  }
}

function secondsUntil({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000))
}

/** One household or phone gets a whole /64 of IPv6, so that is what counts as one address. */
export function network(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = '', tail] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail === undefined ? [] : tail.split(':').filter(Boolean)
  const groups = [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return groups.slice(0, 4).join(':')
}
