import type { ConversationStore } from '../conversation/turn/conversation.ts'
import type { InvitationStore } from '../surveys/invitation/invitation-store.ts'
import type { Surveys } from '../surveys/surveys.ts'
import type { Job } from './job.ts'

const atOnce = 20_000
/** Longer than the time between two runs, so that none is missed. */
const lookBackMs = 3 * 3_600_000
const undeliveredAtOnce = 10_000

/** Ends polls that are over, and notes which invitations never arrived. */
export function expirePolls(parts: {
  surveys: Pick<Surveys, 'close'>
  invitations: Pick<InvitationStore, 'markUndelivered'>
  conversations: Pick<ConversationStore, 'undelivered'>
  isInvitation: (messageId: string) => boolean
}): Job {
  const { surveys, invitations, conversations, isInvitation } = parts
  return {
    name: 'expire-polls',
    cron: '35 * * * *',
    async run(now, signal) {
      const since = new Date(now.getTime() - lookBackMs)
      for (const { id } of await conversations.undelivered(since, undeliveredAtOnce)) {
        if (signal.aborted) return
        if (isInvitation(id)) await invitations.markUndelivered(id)
      }
      await surveys.close({ limit: atOnce, signal })
    },
  }
}
