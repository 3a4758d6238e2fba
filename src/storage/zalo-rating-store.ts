import { createHmac } from 'node:crypto'
import mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import { openField, type SealedField, sealField } from './sealed-field.ts'

/** As the Zalo channel's port has it, `channels/zalo/ratings.ts`; storage knows no channel, so the shape is told again. */
interface SentRating {
  trackingId: string
  msgId?: string
  invitation: string
  question: string
  sentAt: Date
}

/** Two keyed hashes, and sealed which question of which invitation the stars answer. */
interface RatingDocument {
  /** Of the tracking id. */
  _id: string
  /** Of Zalo's message id; by user it is the only one that comes back. */
  message?: string
  sent: SealedField
  expiresAt: Date
}

const ratingSchema = new mongoose.Schema<RatingDocument>(
  { _id: String, message: String, sent: mongoose.Schema.Types.Mixed, expiresAt: Date },
  { collection: 'zalo_ratings', versionKey: false, minimize: false },
)
// find()
ratingSchema.index({ message: 1 }, { sparse: true })
ratingSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

/** Longer than any poll is open: afterwards stars count for nothing, and nothing leads from a message to a poll. */
const keepMs = 60 * 86_400_000

export function createZaloRatingStore(connection: mongoose.Connection, keyRing: KeyRing) {
  const model = connection.model<RatingDocument>('ZaloRating', ratingSchema)
  const ratings = model.collection as unknown as mongoose.mongo.Collection<RatingDocument>
  const secret = keyRing.deriveKey('zalo rating names')
  const nameOf = (kind: 'tracking' | 'message', id: string) =>
    createHmac('sha256', secret).update(`${kind}\n${id}`).digest('base64url')

  return {
    async keep(sent: SentRating): Promise<void> {
      const { trackingId, msgId, sentAt } = sent
      const _id = nameOf('tracking', trackingId)
      const fields = {
        ...(msgId === undefined ? {} : { message: nameOf('message', msgId) }),
        sent: sealField(keyRing, sent, contextOf(_id)),
        expiresAt: new Date(sentAt.getTime() + keepMs),
      }
      await ratings.updateOne({ _id }, { $set: fields }, { upsert: true })
    },

    async find({
      trackingId,
      msgId,
    }: {
      trackingId: string
      msgId: string
    }): Promise<SentRating | undefined> {
      const found =
        (msgId === '' ? null : await ratings.findOne({ message: nameOf('message', msgId) })) ??
        (trackingId === '' ? null : await ratings.findOne({ _id: nameOf('tracking', trackingId) }))
      return found ? openField<SentRating>(keyRing, found.sent, contextOf(found._id)) : undefined
    },
  }
}

const contextOf = (id: string) => `zalo-rating:${id}`
