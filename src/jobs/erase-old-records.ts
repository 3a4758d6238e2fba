import type { Log } from '../lib/log.ts'
import type { Job } from './job.ts'

/** One class of what is kept; see `data/retention.yaml`. */
export interface Erased {
  class: string
  /** Says how many. */
  erase(now: Date): Promise<number>
}

/** What the office keeps no longer. What leads to people goes; what published figures are made of stays. */
export function eraseOldRecords({ classes, log }: { classes: readonly Erased[]; log: Log }): Job {
  return {
    name: 'erase-old-records',
    cron: '50 2 * * *',
    async run(now, signal) {
      for (const one of classes) {
        if (signal.aborted) return
        const count = await one.erase(now)
        if (count > 0) log.info({ count, class: one.class }, 'retention: old records were erased')
      }
    },
  }
}
