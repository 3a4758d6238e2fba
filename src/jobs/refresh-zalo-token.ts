import type { Job } from './job.ts'

/**
 * Refreshes the tokens of the Official Account when they are 20 hours old, idle or not: the access token lives 25 hours, and
 * a refresh token that nobody uses for three months ends the consent. Tells the office when it is lost or about to end.
 */
export function refreshZaloToken(tokens: { refreshWhenDue(): Promise<unknown> }): Job {
  return {
    name: 'refresh-zalo-token',
    cron: '13 * * * *',
    async run() {
      await tokens.refreshWhenDue()
    },
  }
}
