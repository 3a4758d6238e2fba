import mongoose from 'mongoose'
import { dayOf } from '../lib/working-days/day.ts'
import { type LowScoreCounter, type LowScoreStep, lowScoreSteps } from '../surveys/low-score-counts.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface LowScoreRow {
  /** `<month>:<step>`. */
  _id: string
  month: string
  step: LowScoreStep
  count: number
}

// count() by _id.
const schema = new mongoose.Schema<LowScoreRow>(
  { _id: String, month: String, step: String, count: Number },
  { collection: 'low_score_counts', versionKey: false, minimize: false },
)
// between()
schema.index({ month: 1 })

export function createLowScoreCounter(connection: mongoose.Connection): LowScoreCounter {
  const model = connection.model<LowScoreRow>('LowScoreCount', schema)
  const rows = model.collection as unknown as mongoose.mongo.Collection<LowScoreRow>

  return {
    async count(step, at) {
      const month = dayOf(at).slice(0, 7)
      const add = () =>
        rows.updateOne(
          { _id: `${month}:${step}` },
          { $inc: { count: 1 }, $setOnInsert: { month, step } },
          { upsert: true },
        )
      try {
        await add()
      } catch (error) {
        // The first two of a month in the same moment: now it is there.
        if (!isDuplicateKey(error)) throw error
        await add()
      }
    },

    async between(first, last) {
      const counts = { low: 0, offered: 0, begun: 0 }
      for (const { step, count } of await rows.find({ month: { $gte: first, $lte: last } }).toArray()) {
        if (lowScoreSteps.includes(step)) counts[step] += count
      }
      return counts
    },
  }
}
