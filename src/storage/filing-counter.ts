import { createHmac } from 'node:crypto'
import type { FilingCounter } from '../reports/reports.ts'

/**
 * Counts filings under names of their own, another one for each hour, so that no count leads to a conversation, nor from
 * one hour to the next.
 *
 * @param attempts counts by any key (`attempt-store.ts`)
 */
export function createFilingCounter(attempts: FilingCounter, secret: Buffer): FilingCounter {
  return {
    count(sender, windowMs, now) {
      const window = Math.floor(now.getTime() / windowMs)
      const name = createHmac('sha256', secret).update(`${window}:${sender}`).digest('base64url')
      return attempts.count(`filing:${name}`, windowMs, now)
    },
  }
}
