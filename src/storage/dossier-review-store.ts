import mongoose from 'mongoose'
import type { DossierReview, ReviewStore } from '../dossiers/dossier-reviews.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface ReviewDocument {
  _id: string
  /** Absent once it is settled. */
  isOpen?: true
  madeAt: Date
  review: Omit<DossierReview, 'id' | 'madeAt'>
  settled?: { by: string; at: Date; as: string }
  endsAt?: Date
}

const mixed = mongoose.Schema.Types.Mixed
const reviewSchema = new mongoose.Schema<ReviewDocument>(
  { _id: String, isOpen: Boolean, madeAt: Date, review: mixed, settled: mixed, endsAt: Date },
  { collection: 'dossier_reviews', versionKey: false, minimize: false },
)
// open()
reviewSchema.index({ isOpen: 1, madeAt: 1, _id: 1 }, { partialFilterExpression: { isOpen: true } })
reviewSchema.index({ endsAt: 1 }, { expireAfterSeconds: 0 })

/** What is settled keeps its id so long: the same is not asked again. */
const settledKeptMs = 730 * 86_400_000

export function createReviewStore(connection: mongoose.Connection): ReviewStore {
  const model = connection.model<ReviewDocument>('DossierReview', reviewSchema)
  const reviews = model.collection as unknown as mongoose.mongo.Collection<ReviewDocument>

  return {
    async put(made) {
      if (made.length === 0) return
      const documents = made.map(({ id, madeAt, ...review }) => ({
        _id: id,
        isOpen: true as const,
        madeAt,
        review,
      }))
      try {
        await reviews.insertMany(documents, { ordered: false })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
    },

    async open(limit, after) {
      const further = after && {
        $or: [{ madeAt: { $gt: after.madeAt } }, { madeAt: after.madeAt, _id: { $gt: after.id } }],
      }
      const found = await reviews
        .find({ isOpen: true, ...further })
        .sort({ madeAt: 1, _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ _id, madeAt, review }) => ({ ...review, id: _id, madeAt }) as DossierReview)
    },

    async settle(id, settled) {
      const endsAt = new Date(settled.at.getTime() + settledKeptMs)
      const { modifiedCount } = await reviews.updateOne(
        { _id: id, isOpen: true },
        { $set: { settled, endsAt }, $unset: { isOpen: '' } },
      )
      return modifiedCount > 0
    },
  }
}
