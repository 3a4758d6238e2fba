import mongoose from 'mongoose'
import { vietnamDay } from '../lib/vietnam-time.ts'

/** As the Zalo channel's port has it, `channels/zalo/ledger.ts`; storage knows no channel, so the kinds are words here. */
type Counts<Kind extends string> = Partial<Record<Kind, number>>

/** One document a month; it names nobody. */
interface LedgerDocument {
  /** "2026-11" */
  _id: string
  counts: Record<string, number>
}

const ledgerSchema = new mongoose.Schema<LedgerDocument>(
  { _id: String, counts: mongoose.Schema.Types.Mixed },
  { collection: 'zalo_ledger', versionKey: false, minimize: false },
)

/** @param kinds what may be counted; other fields of a month are not given back */
export function createZaloLedger<Kind extends string>(
  connection: mongoose.Connection,
  kinds: readonly Kind[],
) {
  const model = connection.model<LedgerDocument>('ZaloLedger', ledgerSchema)
  const months = model.collection as unknown as mongoose.mongo.Collection<LedgerDocument>

  return {
    async count(kind: Kind, at: Date): Promise<void> {
      const month = vietnamDay(at).slice(0, 7)
      await months.updateOne({ _id: month }, { $inc: { [`counts.${kind}`]: 1 } }, { upsert: true })
    },

    async ofMonth(month: string): Promise<Counts<Kind>> {
      const found = await months.findOne({ _id: month })
      const counts: Counts<Kind> = {}
      for (const kind of kinds) {
        const count = found?.counts?.[kind]
        if (count !== undefined) counts[kind] = count
      }
      return counts
    },
  }
}
