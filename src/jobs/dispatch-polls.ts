import type { SendInvitation, Surveys } from '../surveys/surveys.ts'
import type { Job } from './job.ts'

/**
 * A little more than Telegram takes in a minute (25 a second, 1,500): the outbox never runs dry, and when the quiet hours
 * begin no more than some minutes of polls wait in it.
 */
export const pollsAMinute = 1_540

/** Hands due invitations to the outbox. */
export function dispatchPolls(surveys: Pick<Surveys, 'dispatch'>, send: SendInvitation): Job {
  return {
    name: 'dispatch-polls',
    cron: '* * * * *',
    async run(_now, signal) {
      await surveys.dispatch(send, { limit: pollsAMinute, signal })
    },
  }
}
