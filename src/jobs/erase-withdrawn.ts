import type { Job } from './job.ts'

/** Everything about people who asked a platform to be forgotten; begun at once, and here again when it failed. */
export function eraseWithdrawn(parts: {
  withdrawals: { pending(limit: number): Promise<string[]>; done(userId: string): Promise<void> }
  /** Harmless to repeat. */
  erase(userId: string): Promise<void>
}): Job {
  return {
    name: 'erase-withdrawn',
    cron: '*/5 * * * *',
    async run(_now, signal) {
      for (const userId of await parts.withdrawals.pending(200)) {
        if (signal.aborted) return
        await parts.erase(userId)
        await parts.withdrawals.done(userId)
      }
    },
  }
}
