import type mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import { type InvitationRow, invitationSchema, toInvitation } from './invitation-rows.ts'
import { contactRows } from './survey-contact-store.ts'

/**
 * Forgets whom polls asked: invitations lose the conversation, those not sent yet are given up, and nothing is known of the
 * person as somebody to be asked. What was answered names nobody and stays. Reads every invitation that is open.
 *
 * @returns to be called with the conversation and the name under which it stands
 */
export function createSurveyErasure(connection: mongoose.Connection, keyRing: KeyRing) {
  return async ({
    key,
    channel,
    conversationId,
  }: {
    key: string
    channel: 'web' | 'telegram' | 'zalo'
    conversationId: string
  }): Promise<void> => {
    const model = connection.model<InvitationRow>('Invitation', invitationSchema)
    const rows = model.collection as unknown as mongoose.mongo.Collection<InvitationRow>
    const link = {
      conversation: 1,
      channel: 1,
      dueAt: 1,
      reminderAt: 1,
      messageId: 1,
      isUnqueued: 1,
    } as const
    for await (const row of rows.find({ channel, conversation: { $exists: true } })) {
      if (toInvitation(row, keyRing).conversation?.conversationId !== conversationId) continue
      await rows.updateOne(
        { _id: row._id },
        { $unset: link, ...(row.sent ? {} : { $set: { never: 'opted-out' as const } }) },
      )
    }
    await contactRows(connection).deleteOne({ _id: key })
  }
}
