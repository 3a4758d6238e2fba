import { createHash } from 'node:crypto'
import mongoose from 'mongoose'
import type { DossierCode } from '../dossiers/dossier-code.ts'
import type { SlipStore } from '../dossiers/dossier-links.ts'
import { rowsPerStage } from '../dossiers/dossier-store.ts'

/** By a hash of the token, so that nobody reads working links out of the database. */
interface SlipDocument {
  _id: string
  code: string
  endsAt: Date
}

// find() by _id only.
const slipSchema = new mongoose.Schema<SlipDocument>(
  { _id: String, code: String, endsAt: Date },
  { collection: 'dossier_slips', versionKey: false },
)
slipSchema.index({ endsAt: 1 }, { expireAfterSeconds: 0 })

export function createSlipStore(connection: mongoose.Connection): SlipStore {
  const model = connection.model<SlipDocument>('DossierSlip', slipSchema)
  const slips = model.collection as unknown as mongoose.mongo.Collection<SlipDocument>

  return {
    async put(made, endsAt) {
      for (let start = 0; start < made.length; start += rowsPerStage) {
        const updates = made.slice(start, start + rowsPerStage).map(({ token, code }) => ({
          updateOne: {
            filter: { _id: nameOf(token) },
            update: { $set: { code: code as string, endsAt } },
            upsert: true,
          },
        }))
        await slips.bulkWrite(updates, { ordered: false })
      }
    },
    async find(token) {
      return (await slips.findOne({ _id: nameOf(token) }))?.code as DossierCode | undefined
    },
  }
}

const nameOf = (token: string) => createHash('sha256').update(token).digest('base64url')
