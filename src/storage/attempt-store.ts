import mongoose from 'mongoose'
import type { AttemptStore } from '../desk/throttle.ts'
import { AppError } from '../lib/errors.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface AttemptDocument {
  _id: string
  count: number
  endsAt: Date
}

const attemptSchema = new mongoose.Schema<AttemptDocument>(
  { _id: String, count: Number, endsAt: Date },
  { collection: 'attempts', versionKey: false },
)
attemptSchema.index({ endsAt: 1 }, { expireAfterSeconds: 0 })

const maxTries = 20

export function createAttemptStore(connection: mongoose.Connection): AttemptStore {
  const model = connection.model<AttemptDocument>('Attempt', attemptSchema)
  const attempts = model.collection as unknown as mongoose.mongo.Collection<AttemptDocument>

  return {
    async count(key, windowMs, now) {
      const endsAt = new Date(now.getTime() + windowMs)
      // Each step is one atomic operation; a lost race leads to the other step.
      for (let tries = 0; tries < maxTries; tries++) {
        const restarted = await attempts.findOneAndUpdate(
          { _id: key, endsAt: { $lte: now } },
          { $set: { count: 1, endsAt } },
          { returnDocument: 'after' },
        )
        if (restarted) return { count: restarted.count, endsAt: restarted.endsAt }
        const counted = await attempts.findOneAndUpdate(
          { _id: key, endsAt: { $gt: now } },
          { $inc: { count: 1 } },
          { returnDocument: 'after' },
        )
        if (counted) return { count: counted.count, endsAt: counted.endsAt }
        try {
          // Not an upsert: two of those at once do not say on every server which of them counted.
          await attempts.insertOne({ _id: key, count: 1, endsAt })
          return { count: 1, endsAt }
        } catch (error) {
          if (!isDuplicateKey(error)) throw error
        }
      }
      throw new AppError('STORAGE_UNAVAILABLE', 'too many counts at once', { retryable: true })
    },

    async takeBack(key, now) {
      await attempts.updateOne({ _id: key, endsAt: { $gt: now }, count: { $gt: 0 } }, { $inc: { count: -1 } })
    },

    async clear(key) {
      await attempts.deleteOne({ _id: key })
    },
  }
}
