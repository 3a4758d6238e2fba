import mongoose from 'mongoose'
import type { MaskedText } from '../catalogue/masking.ts'
import type { CountedQuestion, QuestionOutcome, QuestionStore } from '../catalogue/unanswered-question.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface QuestionDocument {
  key: string
  outcome: QuestionOutcome
  text: string
  count: number
  channels: string[]
  firstAskedAt: Date
  lastAskedAt: Date
  expiresAt: Date
}

const questionSchema = new mongoose.Schema<QuestionDocument>(
  {
    key: String,
    outcome: String,
    text: String,
    count: Number,
    channels: [String],
    firstAskedAt: Date,
    lastAskedAt: Date,
    expiresAt: Date,
  },
  { collection: 'questions', versionKey: false, minimize: false },
)
// record()
questionSchema.index({ key: 1, outcome: 1 }, { unique: true })
// mostAsked()
questionSchema.index({ lastAskedAt: 1 })
// Retention: a question that nobody asked for so long teaches nothing any more.
questionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

const dayMs = 86_400_000

export function createQuestionStore(
  connection: mongoose.Connection,
  { keepDays = 365 }: { keepDays?: number } = {},
): QuestionStore {
  const model = connection.model<QuestionDocument>('UnansweredQuestion', questionSchema)
  const collection = model.collection as unknown as mongoose.mongo.Collection<QuestionDocument>

  return {
    async record({ key, text, outcome, channel, askedAt }) {
      const count = () =>
        collection.updateOne(
          { key, outcome },
          {
            $inc: { count: 1 },
            $addToSet: { channels: channel },
            $min: { firstAskedAt: askedAt },
            $max: { lastAskedAt: askedAt, expiresAt: new Date(askedAt.getTime() + keepDays * dayMs) },
            $setOnInsert: { text },
          },
          { upsert: true },
        )
      try {
        await count()
      } catch (error) {
        // Two processes inserted the same question at once; now it is there and only to be counted.
        if (!isDuplicateKey(error)) throw error
        await count()
      }
    },

    async mostAsked({ since, limit, outcome }) {
      const found = await collection
        .find({ lastAskedAt: { $gte: since }, ...(outcome ? { outcome } : {}) })
        .sort({ count: -1, lastAskedAt: -1, _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(toQuestion)
    },
  }
}

function toQuestion(document: QuestionDocument): CountedQuestion {
  return {
    key: document.key,
    text: document.text as MaskedText,
    outcome: document.outcome,
    count: document.count,
    channels: [...document.channels].sort(),
    firstAskedAt: document.firstAskedAt,
    lastAskedAt: document.lastAskedAt,
  }
}
