import type { SendInvitation, Surveys } from '../surveys/surveys.ts'
import type { Job } from './job.ts'
import { type PolledChannel, pollsForNow } from './poll-pace.ts'

/** Reminds the half that is reminded, once. */
export function remindPolls(
  surveys: Pick<Surveys, 'remind'>,
  send: SendInvitation,
  channels: readonly PolledChannel[],
): Job {
  return {
    name: 'remind-polls',
    cron: '* * * * *',
    async run(_now, signal) {
      for (const channel of channels) {
        await surveys.remind(send, { channel: channel.name, limit: await pollsForNow(channel), signal })
      }
    },
  }
}
