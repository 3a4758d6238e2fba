import type { Job } from './job.ts'

/** In the morning: what waits for each officer; once a week, for leaders, what came of the last thirty days. */
export function tellDigests(digests: {
  tellMorning(now: Date, signal: AbortSignal): Promise<void>
  tellWeek(now: Date, signal: AbortSignal): Promise<void>
}): Job[] {
  return [
    { name: 'tell-morning-digests', cron: '20 7 * * *', run: digests.tellMorning },
    { name: 'tell-weekly-digests', cron: '25 7 * * *', run: digests.tellWeek },
  ]
}
