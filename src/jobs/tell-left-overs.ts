import type { Reports } from '../reports/reports.ts'
import type { Job } from './job.ts'

const batch = 100

/** News of changes that a crash or a listener's fault kept from being told. */
export function tellLeftOvers(reports: Pick<Reports, 'tellLeftOvers'>): Job {
  return {
    name: 'tell-left-overs',
    cron: '* * * * *',
    async run() {
      await reports.tellLeftOvers(batch)
    },
  }
}
