import mongoose from 'mongoose'
import { plainRecords, type RecordCodec } from './record-codec.ts'

interface WithdrawalDocument {
  /** Keyed hash of Zalo's id. */
  _id: string
  /** Sealed; gone with the document when all else is. */
  userId: unknown
}

// By _id only; there are seldom any.
const withdrawalSchema = new mongoose.Schema<WithdrawalDocument>(
  { _id: String, userId: mongoose.Schema.Types.Mixed },
  { collection: 'zalo_withdrawals', versionKey: false, minimize: false },
)

/** People whose data must be erased and are not yet: written before Zalo is told that we know. */
export function createZaloWithdrawalStore(
  connection: mongoose.Connection,
  records: RecordCodec = plainRecords,
) {
  const model = connection.model<WithdrawalDocument>('ZaloWithdrawal', withdrawalSchema)
  const withdrawals = model.collection as unknown as mongoose.mongo.Collection<WithdrawalDocument>
  const idOf = (userId: string) => records.nameFor(userId, 'zalo withdrawals')

  return {
    /** Told again, it is one all the same. */
    async add(userId: string): Promise<void> {
      const _id = idOf(userId)
      await withdrawals.updateOne(
        { _id },
        { $set: { userId: records.seal(userId, contextOf(_id)) } },
        { upsert: true },
      )
    },
    async pending(limit: number): Promise<string[]> {
      const found = await withdrawals.find({}).limit(limit).toArray()
      return found.map(({ _id, userId }) => records.open<string>(userId, contextOf(_id)))
    },
    async done(userId: string): Promise<void> {
      await withdrawals.deleteOne({ _id: idOf(userId) })
    },
  }
}

const contextOf = (id: string) => `zalo_withdrawals/${id}/userId`
