import mongoose from 'mongoose'
import type { DossierReview, ReviewStore, SettledReview } from '../dossiers/dossier-reviews.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface ReviewDocument {
  _id: string
  /** Absent once it is settled. */
  isOpen?: true
  madeAt: Date
  review: Omit<DossierReview, 'id' | 'madeAt'>
  settled?: SettledReview
  /** Of an approval. */
  text?: string
  /** When it was approved, until it stands in the outboxes. */
  unsentSince?: Date
  endsAt?: Date
}

const mixed = mongoose.Schema.Types.Mixed
const reviewSchema = new mongoose.Schema<ReviewDocument>(
  {
    _id: String,
    isOpen: Boolean,
    madeAt: Date,
    review: mixed,
    settled: mixed,
    text: String,
    unsentSince: Date,
    endsAt: Date,
  },
  { collection: 'dossier_reviews', versionKey: false, minimize: false },
)
// open()
reviewSchema.index({ isOpen: 1, madeAt: 1, _id: 1 }, { partialFilterExpression: { isOpen: true } })
// unsent()
reviewSchema.index(
  { unsentSince: 1, _id: 1 },
  { partialFilterExpression: { unsentSince: { $gte: new Date(0) } } },
)
reviewSchema.index({ endsAt: 1 }, { expireAfterSeconds: 0 })

const dayMs = 86_400_000

/** @param options.keepDays what is settled keeps its id so long: the same is not asked again */
export function createReviewStore(
  connection: mongoose.Connection,
  { keepDays }: { keepDays: number },
): ReviewStore {
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
      return found.map(toReview)
    },

    async find(id) {
      const found = await reviews.findOne({ _id: id })
      return found ? { review: toReview(found), isOpen: found.isOpen === true } : undefined
    },

    async settle(id, settled, text) {
      const endsAt = new Date(settled.at.getTime() + keepDays * dayMs)
      const { modifiedCount } = await reviews.updateOne(
        { _id: id, isOpen: true },
        {
          $set: { settled, endsAt, ...(text === undefined ? {} : { text, unsentSince: settled.at }) },
          $unset: { isOpen: '' },
        },
      )
      return modifiedCount > 0
    },

    async unsent(limit) {
      const found = await reviews
        .find({ unsentSince: { $gte: new Date(0) } })
        .sort({ unsentSince: 1, _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ _id, review, text }) => ({
        id: _id,
        kind: review.kind,
        code: review.code,
        text: text!,
      }))
    },

    async markSent(id) {
      await reviews.updateOne({ _id: id }, { $unset: { unsentSince: '' } })
    },
  }
}

function toReview({ _id, madeAt, review }: ReviewDocument): DossierReview {
  return { ...review, id: _id, madeAt } as DossierReview
}
