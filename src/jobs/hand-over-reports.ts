import type { Job } from './job.ts'

/** Work of officers who are absent moves to their deputies: nobody owns nothing. */
export function handOverReports(handOver: (signal: AbortSignal) => Promise<unknown>): Job {
  return {
    name: 'hand-over-reports',
    cron: '*/15 * * * *',
    async run(_now, signal) {
      await handOver(signal)
    },
  }
}
