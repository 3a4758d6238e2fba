import type { SendInvitation, Surveys } from '../surveys/surveys.ts'
import type { Job } from './job.ts'
import { type PolledChannel, pollsForNow } from './poll-pace.ts'

/** Hands due invitations to the outbox, each channel at its own pace. */
export function dispatchPolls(
  surveys: Pick<Surveys, 'dispatch'>,
  send: SendInvitation,
  channels: readonly PolledChannel[],
): Job {
  return {
    name: 'dispatch-polls',
    cron: '* * * * *',
    async run(_now, signal) {
      for (const channel of channels) {
        await surveys.dispatch(send, { channel: channel.name, limit: await pollsForNow(channel), signal })
      }
    },
  }
}
