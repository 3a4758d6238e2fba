import type { Job } from './job.ts'

/** Files that were sent for a dialog and not fetched in time. */
export function sweepUploads(uploads: { removeExpired(): Promise<unknown> }): Job {
  return {
    name: 'sweep-uploads',
    cron: '25 * * * *',
    async run() {
      await uploads.removeExpired()
    },
  }
}
