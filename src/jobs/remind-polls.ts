import type { SendInvitation, Surveys } from '../surveys/surveys.ts'
import { pollsAMinute } from './dispatch-polls.ts'
import type { Job } from './job.ts'

/** Reminds the half that is reminded, once. */
export function remindPolls(surveys: Pick<Surveys, 'remind'>, send: SendInvitation): Job {
  return {
    name: 'remind-polls',
    cron: '*/5 * * * *',
    async run(_now, signal) {
      await surveys.remind(send, { limit: 4 * pollsAMinute, signal })
    },
  }
}
