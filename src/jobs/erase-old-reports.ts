import type { Log } from '../lib/log.ts'
import type { Erasure } from '../reports/retention.ts'
import type { Job } from './job.ts'

const batch = 100

/** Reports whose time of keeping is over, by `data/retention.yaml`. */
export function eraseOldReports(parts: {
  erasure: Erasure
  /** After the day on which a report was closed. */
  keepDays: number
  log: Log
}): Job {
  const { erasure, keepDays, log } = parts
  return {
    name: 'erase-old-reports',
    cron: '20 2 * * *',
    async run(now, signal) {
      let erased = 0
      for (let done = batch; done > 0 && !signal.aborted; erased += done) {
        done = 0
        for (const ref of await erasure.due(keepDays, now, batch)) {
          if (signal.aborted) break
          if ((await erasure.erase(ref, 'retention')).kind === 'erased') done++
        }
      }
      if (erased > 0) log.info({ count: erased }, 'retention: reports were erased')
    },
  }
}
