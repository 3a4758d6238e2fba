import type { Job } from './job.ts'

/** Notes every day how far the audit has come, so that cutting off its end is found. */
export function anchorAudit(audit: { anchor(): Promise<void> }): Job {
  return { name: 'anchor-audit', cron: '10 0 * * *', run: () => audit.anchor() }
}
