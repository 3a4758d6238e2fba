import type { WaitingPeople } from './catalogue/learning/waiting-people.ts'
import type { ChannelName } from './conversation/message.ts'
import type { ConversationStore } from './conversation/turn/conversation.ts'
import type { InboxStore } from './conversation/turn/inbox.ts'
import type { ConversationNames } from './conversation/turn/names.ts'
import type { AuditLog } from './desk/audit/audit-log.ts'
import type { LinkStore } from './dossiers/dossier-links.ts'
import type { ShadowStore } from './dossiers/shadow-store.ts'
import type { IdentityStore } from './reports/report-store.ts'

interface ErasePersonParts {
  nameOf: ConversationNames
  inbox: Pick<InboxStore, 'pending' | 'markDone'>
  conversations: Pick<ConversationStore, 'forget'>
  identities: Pick<IdentityStore, 'removeOf'>
  links: Pick<LinkStore, 'removeOf'>
  selfReports: Pick<ShadowStore, 'removeOf'>
  waiting: Pick<WaitingPeople, 'removeOf'>
  forgetInvited(conversation: { key: string; channel: ChannelName; conversationId: string }): Promise<void>
  /** Written down before anything is gone; without whom it was. */
  audit: Pick<AuditLog, 'append'>
}

const inboxBatch = 100

/**
 * Forgets a person of a platform at their wish: the conversation with all that waits in it, the link to their reports (which
 * stay, as if they had been anonymous), to dossiers and to polls. May be done twice without harm.
 */
export function createErasePerson(
  parts: ErasePersonParts,
): (conversation: { channel: ChannelName; conversationId: string }) => Promise<void> {
  return async (conversation) => {
    const key = parts.nameOf(conversation)
    await parts.audit.append({
      officer: 'system',
      action: 'data-erased',
      subject: `${conversation.channel}:person`,
      detail: { reason: 'request' },
    })
    for (;;) {
      const pending = await parts.inbox.pending(key, inboxBatch)
      if (pending.length === 0) break
      // Done: the ids stay for the repeat check, the words do not.
      await parts.inbox.markDone(pending.map(({ id }) => id))
    }
    await parts.conversations.forget(key)
    await parts.identities.removeOf(conversation)
    await parts.links.removeOf(conversation)
    await parts.selfReports.removeOf(conversation)
    await parts.waiting.removeOf(conversation)
    await parts.forgetInvited({ key, ...conversation })
  }
}
