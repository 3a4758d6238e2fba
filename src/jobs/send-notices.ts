import type { Job } from './job.ts'

/** Notices on their way out of the desk, new ones and those that are tried again. */
export function sendNotices(notices: { sendDue(signal: AbortSignal): Promise<unknown> }): Job {
  return {
    name: 'send-notices',
    cron: '* * * * *',
    async run(_now, signal) {
      await notices.sendDue(signal)
    },
  }
}
