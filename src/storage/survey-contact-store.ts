import { createHmac } from 'node:crypto'
import mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import type { ContactStore } from '../surveys/invitation/invitation-store.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { openField, type SealedField, sealField } from './sealed-field.ts'
import { endOfHour } from './survey-times.ts'

interface ContactRow {
  /** Name of the conversation. */
  _id: string
  /** To the end of the hour, so that it tells no invitation. */
  lastInvitedAt?: Date
  /** A keyed name of the last invitation, which leads to it in neither direction. */
  lastInvitation?: string
  /** Its id, until the poll is over: as long as the invitation itself holds the conversation, sealed too. */
  openInvitation?: SealedField
  optedOutAt?: Date
}

// find(), claim(), optOut(), optIn(), release() by _id.
const contactSchema = new mongoose.Schema<ContactRow>(
  {
    _id: String,
    lastInvitedAt: Date,
    lastInvitation: String,
    openInvitation: mongoose.Schema.Types.Mixed,
    optedOutAt: Date,
  },
  { collection: 'survey_contacts', versionKey: false, minimize: false },
)
// forgetBefore()
contactSchema.index({ lastInvitedAt: 1 }, { sparse: true })
// counts
contactSchema.index({ optedOutAt: 1 }, { sparse: true })

const openContext = (key: string) => `survey_contacts/${key}/openInvitation`

export function contactRows(connection: mongoose.Connection): mongoose.mongo.Collection<ContactRow> {
  const model = connection.model<ContactRow>('SurveyContact', contactSchema)
  return model.collection as unknown as mongoose.mongo.Collection<ContactRow>
}

export function createSurveyContactStore(connection: mongoose.Connection, keyRing: KeyRing): ContactStore {
  const rows = contactRows(connection)
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
      const openInvitation = sealField(keyRing, invitation, openContext(key))
      const taken = { lastInvitedAt: endOfHour(now), lastInvitation, openInvitation }
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

    async openInvitation(key) {
      const row = await rows.findOne({ _id: key })
      return row?.openInvitation && openField<string>(keyRing, row.openInvitation, openContext(key))
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
        { $unset: { lastInvitation: 1, openInvitation: 1 } },
      )
    },

    async forgetBefore(instant) {
      await rows.deleteMany({ lastInvitedAt: { $lt: instant }, optedOutAt: { $exists: false } })
    },
  }
}
