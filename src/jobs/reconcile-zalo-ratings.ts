import type { Job } from './job.ts'

/** Events of stars get lost; once a day what Zalo kept is read back. What was heard already changes nothing. */
const daysBack = 7
const dayMs = 86_400_000

/** @param reconcile reads what was given in a span of time and puts it where the events put it */
export function reconcileZaloRatings(
  reconcile: (span: { from: Date; until: Date }, signal: AbortSignal) => Promise<void>,
): Job {
  return {
    name: 'reconcile-zalo-ratings',
    cron: '40 3 * * *',
    async run(now, signal) {
      await reconcile({ from: new Date(now.getTime() - daysBack * dayMs), until: now }, signal)
    },
  }
}
