import { createHmac } from 'node:crypto'
import mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import type { ContactStore } from '../surveys/invitation/invitation-store.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { endOfHour } from './survey-times.ts'

interface ContactRow {
  /** Name of the conversation. */
  _id: string
  /** To the end of the hour, so that it tells no invitation. */
  lastInvitedAt?: Date
  /** A keyed name of the last invitation, which leads to it in neither direction. */
  lastInvitation?: string
  optedOutAt?: Date
}

// find(), claim(), optOut(), optIn(), release() by _id.
const contactSchema = new mongoose.Schema<ContactRow>(
  { _id: String, lastInvitedAt: Date, lastInvitation: String, optedOutAt: Date },
  { collection: 'survey_contacts', versionKey: false, minimize: false },
)
// forgetBefore()
contactSchema.index({ lastInvitedAt: 1 }, { sparse: true })

export function createSurveyContactStore(connection: mongoose.Connection, keyRing: KeyRing): ContactStore {
  const model = connection.model<ContactRow>('SurveyContact', contactSchema)
  const rows = model.collection as unknown as mongoose.mongo.Collection<ContactRow>
  const secret = keyRing.deriveKey('survey contacts')
  const nameOf = (invitation: string) => createHmac('sha256', secret).update(invitation).digest('base64url')

  return {
    async find(key) {
      const row = await rows.findOne({ _id: key })
      if (!row) return undefined
      return {
        ...(row.lastInvitedAt ? { lastInvitedAt: row.lastInvitedAt } : {}),
        hasOptedOut: row.optedOutAt !== undefined,
      }
    },

    async claim(key, invitation, { now, notSince }) {
      const lastInvitation = nameOf(invitation)
      const taken = { lastInvitedAt: endOfHour(now), lastInvitation }
      const take = async () =>
        (
          await rows.updateOne(
            {
              _id: key,
              optedOutAt: { $exists: false },
              $or: [
                { lastInvitation },
                { lastInvitedAt: { $exists: false } },
                { lastInvitedAt: { $lte: notSince } },
              ],
            },
            { $set: taken },
          )
        ).matchedCount === 1
      if (await take()) return true
      try {
        await rows.insertOne({ _id: key, ...taken })
        return true
      } catch (error) {
        // Known, and not to be invited; or made by somebody else in this moment, who then invites.
        if (isDuplicateKey(error)) return false
        throw error
      }
    },

    async optOut(key, at) {
      await rows.updateOne({ _id: key }, { $set: { optedOutAt: endOfHour(at) } }, { upsert: true })
    },

    async optIn(key) {
      await rows.updateOne({ _id: key }, { $unset: { optedOutAt: 1 } })
    },

    async release(key, invitation) {
      await rows.updateOne(
        { _id: key, lastInvitation: nameOf(invitation) },
        { $unset: { lastInvitation: 1 } },
      )
    },

    async forgetBefore(instant) {
      await rows.deleteMany({ lastInvitedAt: { $lt: instant }, optedOutAt: { $exists: false } })
    },
  }
}
