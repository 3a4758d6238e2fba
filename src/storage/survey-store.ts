import type mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import { dayOf } from '../lib/working-days/day.ts'
import type { InvitationStore, SurveyStores } from '../surveys/invitation/invitation-store.ts'
import { createCampaignSwitchStore } from './campaign-switch-store.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { type InvitationRow, invitationSchema, toInvitation, toInvitationRow } from './invitation-rows.ts'
import { createQuestionnaireStore } from './questionnaire-store.ts'
import { createResponseStore } from './response-store.ts'
import { createSurveyContactStore } from './survey-contact-store.ts'
import { cutToHour } from './survey-times.ts'

const longAgo = new Date(0)

/** Everything that polls keep. */
export function createSurveyStores(connection: mongoose.Connection, keyRing: KeyRing): SurveyStores {
  return {
    invitations: createInvitationStore(connection, keyRing),
    responses: createResponseStore(connection, keyRing),
    contacts: createSurveyContactStore(connection, keyRing),
    questionnaires: createQuestionnaireStore(connection),
    switches: createCampaignSwitchStore(connection),
  }
}

function createInvitationStore(connection: mongoose.Connection, keyRing: KeyRing): InvitationStore {
  const model = connection.model<InvitationRow>('Invitation', invitationSchema)
  const rows = model.collection as unknown as mongoose.mongo.Collection<InvitationRow>
  const open = (row: InvitationRow) => toInvitation(row, keyRing)

  return {
    async add(invitation) {
      try {
        await rows.insertOne(toInvitationRow(invitation, keyRing))
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },

    async find(id) {
      const row = await rows.findOne({ _id: id })
      return row ? open(row) : undefined
    },

    async due(channel, now, limit) {
      const found = await rows
        .find({ channel, dueAt: { $gt: longAgo, $lte: now } })
        .sort({ channel: 1, dueAt: 1 })
        .limit(limit)
        .toArray()
      return found.map(open)
    },

    async postpone(id, at) {
      await rows.updateOne({ _id: id, dueAt: { $exists: true } }, { $set: { dueAt: at } })
    },

    async giveUp(id, reason) {
      await rows.updateOne(
        { _id: id, dueAt: { $exists: true } },
        { $set: { never: reason }, $unset: { dueAt: 1, conversation: 1, channel: 1 } },
      )
    },

    async giveUpOld(now, handedOverBefore) {
      await rows.updateMany(
        { dueAt: { $lte: now }, handedOverAt: { $lt: handedOverBefore } },
        { $set: { never: 'too-late' }, $unset: { dueAt: 1, conversation: 1, channel: 1 } },
      )
    },

    async nextNumber(series) {
      const [last] = await rows
        .find({ series, number: { $gte: 0 } }, { projection: { number: 1 } })
        .sort({ series: -1, number: -1 })
        .limit(1)
        .toArray()
      return last ? last.number! + 1 : 0
    },

    async markSent(id, { series, number, ...sent }, reminderAt) {
      try {
        const { matchedCount } = await rows.updateOne(
          { _id: id, dueAt: { $exists: true } },
          {
            $set: {
              sent,
              series,
              number,
              sentDay: dayOf(sent.sentAt),
              isUnqueued: true,
              endsAt: sent.expiresAt,
              ...(reminderAt ? { reminderAt } : {}),
            },
            $unset: { dueAt: 1 },
          },
        )
        return matchedCount === 1 ? 'sent' : 'gone'
      } catch (error) {
        if (isDuplicateKey(error)) return 'number-taken'
        throw error
      }
    },

    async unqueued(limit) {
      const found = await rows.find({ isUnqueued: true }).limit(limit).toArray()
      return found.map(open)
    },

    async markQueued(id, messageId) {
      await rows.updateOne({ _id: id, isUnqueued: true }, { $set: { messageId }, $unset: { isUnqueued: 1 } })
    },

    async markUndelivered(messageId) {
      await rows.updateOne({ messageId }, { $set: { isUndelivered: true } })
    },

    async reminderDue(channel, now, limit) {
      const found = await rows
        .find({ channel, reminderAt: { $gt: longAgo, $lte: now } })
        .sort({ channel: 1, reminderAt: 1 })
        .limit(limit)
        .toArray()
      return found.map(open)
    },

    async remindLater(id, at) {
      await rows.updateOne({ _id: id, reminderAt: { $exists: true } }, { $set: { reminderAt: at } })
    },

    async endReminder(id, remindedAt) {
      await rows.updateOne(
        { _id: id, reminderAt: { $exists: true } },
        { $unset: { reminderAt: 1 }, ...(remindedAt ? { $set: { remindedAt } } : {}) },
      )
    },

    async closeBy(id, at) {
      await rows.updateOne({ _id: id, endsAt: { $gt: at } }, { $set: { endsAt: at } })
    },

    async closable(now, limit) {
      const found = await rows
        .find({ endsAt: { $lte: now } })
        .sort({ endsAt: 1 })
        .limit(limit)
        .toArray()
      return found.map(open)
    },

    async close(id) {
      const row = await rows.findOne({ _id: id })
      if (!row?.sent) return
      await rows.updateOne(
        { _id: id },
        {
          $set: {
            handedOverAt: cutToHour(row.handedOverAt),
            'sent.sentAt': cutToHour(row.sent.sentAt),
            'sent.expiresAt': cutToHour(row.sent.expiresAt),
            ...(row.remindedAt ? { remindedAt: cutToHour(row.remindedAt) } : {}),
          },
          $unset: { conversation: 1, channel: 1, endsAt: 1, reminderAt: 1, messageId: 1, isUnqueued: 1 },
        },
      )
    },
  }
}
