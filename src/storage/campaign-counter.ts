import type mongoose from 'mongoose'
import type { CampaignCounter } from '../surveys/campaign-counts.ts'
import { type InvitationRow, invitationSchema } from './invitation-rows.ts'
import { responseRows } from './response-store.ts'
import { contactRows } from './survey-contact-store.ts'

const longAgo = new Date(0)

export function createCampaignCounter(connection: mongoose.Connection): CampaignCounter {
  const model = connection.model<InvitationRow>('Invitation', invitationSchema)
  const invitations = model.collection as unknown as mongoose.mongo.Collection<InvitationRow>
  const responses = responseRows(connection)
  const contacts = contactRows(connection)

  return {
    async count({ today, since }) {
      const planned = { dueAt: { $gt: longAgo } }
      const [next] = await invitations
        .find(planned, { projection: { dueAt: 1 } })
        .sort({ dueAt: 1 })
        .limit(1)
        .toArray()
      return {
        waiting: await invitations.countDocuments(planned),
        ...(next?.dueAt ? { nextDueAt: next.dueAt } : {}),
        sentToday: await invitations.countDocuments({ sentDay: today }),
        answeredToday: await responses.countDocuments({ answeredDay: today }),
        undelivered: await invitations.countDocuments({ isUndelivered: true, sentDay: { $gte: since } }),
        optedOut: await contacts.countDocuments({ optedOutAt: { $gt: longAgo } }),
      }
    },
  }
}
