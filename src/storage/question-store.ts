import mongoose from 'mongoose'
import type { MaskedText } from '../catalogue/masking.ts'
import type { CountedQuestion, QuestionOutcome, ReviewedQuestions } from '../catalogue/unanswered-question.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { plainRecords, type RecordCodec } from './record-codec.ts'

interface QuestionDocument {
  /** Name of the question's key: with a key ring its keyed hash. */
  key: string
  outcome: QuestionOutcome
  /** `Asked`, sealed. */
  asked?: unknown
  /** Instead of `asked`, in what an earlier version stored. */
  text?: string
  count: number
  channels: string[]
  firstAskedAt: Date
  lastAskedAt: Date
  /** When the staff was done with it; gone when it is asked again. */
  settledAt?: Date
  expiresAt: Date
}

interface Asked {
  key: string
  text: string
}

const questionSchema = new mongoose.Schema<QuestionDocument>(
  {
    key: String,
    outcome: String,
    asked: mongoose.Schema.Types.Mixed,
    text: String,
    count: Number,
    channels: [String],
    firstAskedAt: Date,
    lastAskedAt: Date,
    settledAt: Date,
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
  { keepDays = 365, records = plainRecords }: { keepDays?: number; records?: RecordCodec } = {},
): ReviewedQuestions {
  const model = connection.model<QuestionDocument>('UnansweredQuestion', questionSchema)
  const collection = model.collection as unknown as mongoose.mongo.Collection<QuestionDocument>

  function toQuestion(document: QuestionDocument): CountedQuestion {
    const { key, text = '' } =
      document.asked === undefined ? document : records.open<Asked>(document.asked, askedContext(document))
    return {
      key,
      text: text as MaskedText,
      outcome: document.outcome,
      count: document.count,
      channels: [...document.channels].sort(),
      firstAskedAt: document.firstAskedAt,
      lastAskedAt: document.lastAskedAt,
    }
  }

  return {
    async record({ key, text, outcome, channel, askedAt }) {
      const name = records.nameFor(key, 'question names')
      const change = {
        $inc: { count: 1 },
        $addToSet: { channels: channel },
        $min: { firstAskedAt: askedAt },
        $max: { lastAskedAt: askedAt, expiresAt: new Date(askedAt.getTime() + keepDays * dayMs) },
        // What was settled did not help: it waits again.
        $unset: { settledAt: 1 as const },
      }
      const count = async () =>
        (await collection.updateOne({ key: name, outcome }, change)).matchedCount === 1
      if (await count()) return
      const asked: Asked = { key, text }
      const $setOnInsert = { asked: records.seal(asked, askedContext({ key: name, outcome })) }
      try {
        await collection.updateOne({ key: name, outcome }, { ...change, $setOnInsert }, { upsert: true })
      } catch (error) {
        // Two processes inserted the same question at once; now it is there and only to be counted.
        if (!isDuplicateKey(error)) throw error
        await count()
      }
    },

    async mostAsked({ since, limit, outcome, isOpen }) {
      const found = await collection
        .find({
          lastAskedAt: { $gte: since },
          ...(outcome ? { outcome } : {}),
          ...(isOpen ? { settledAt: { $exists: false } } : {}),
        })
        .sort({ count: -1, lastAskedAt: -1, _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(toQuestion)
    },

    async settle(keys, at) {
      const names = keys.map((key) => records.nameFor(key, 'question names'))
      await collection.updateMany(
        { key: { $in: names }, lastAskedAt: { $lte: at } },
        { $set: { settledAt: at } },
      )
    },

    async reopen(keys) {
      const names = keys.map((key) => records.nameFor(key, 'question names'))
      await collection.updateMany({ key: { $in: names } }, { $unset: { settledAt: 1 } })
    },
  }
}

const askedContext = ({ key, outcome }: Pick<QuestionDocument, 'key' | 'outcome'>) =>
  `questions/${outcome}/${key}/asked`
