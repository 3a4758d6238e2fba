import mongoose from 'mongoose'
import type { JobRecord, LeaseStore } from '../jobs/leases.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface LeaseDocument {
  /** Name of the job. */
  _id: string
  owner?: string
  /** Held until then; in the past when nobody runs the job. */
  until: Date
  lastRunFor: Date
  lastFinishedAt?: Date
  failures: number
}

// Every query names the one document, or wants all of the few.
const leaseSchema = new mongoose.Schema<LeaseDocument>(
  {
    _id: String,
    owner: String,
    until: Date,
    lastRunFor: Date,
    lastFinishedAt: Date,
    failures: Number,
  },
  { collection: 'leases', versionKey: false, minimize: false },
)

const longAgo = new Date(0)

export function createLeaseStore(connection: mongoose.Connection): LeaseStore {
  const model = connection.model<LeaseDocument>('Lease', leaseSchema)
  const leases = model.collection as unknown as mongoose.mongo.Collection<LeaseDocument>

  async function insert(name: string, lastRunFor: Date): Promise<void> {
    try {
      await leases.insertOne({ _id: name, until: longAgo, lastRunFor, failures: 0 })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  }

  return {
    begin: insert,

    async take(name, { owner, plannedAt, now, until }) {
      const isFree = { _id: name, until: { $lte: now }, lastRunFor: { $lt: plannedAt } }
      const tryOnce = async () => (await leases.updateOne(isFree, { $set: { owner, until } })).matchedCount
      if ((await tryOnce()) === 1) return 'taken'
      const found = await leases.findOne({ _id: name })
      if (found) return found.lastRunFor >= plannedAt ? 'done' : 'held'
      await insert(name, longAgo)
      return (await tryOnce()) === 1 ? 'taken' : 'held'
    },

    async extend(name, owner, until) {
      const { matchedCount } = await leases.updateOne(
        { _id: name, owner, until: { $gt: longAgo } },
        { $set: { until } },
      )
      return matchedCount === 1
    },

    async finish(name, owner, { plannedAt, at, outcome }) {
      await leases.updateOne(
        { _id: name, owner },
        {
          $set: { until: longAgo, lastFinishedAt: at, ...(outcome === 'ran' ? { failures: 0 } : {}) },
          $max: { lastRunFor: plannedAt },
          ...(outcome === 'failed' ? { $inc: { failures: 1 } } : {}),
        },
      )
    },

    async list() {
      const found = await leases.find({}).sort({ _id: 1 }).toArray()
      return found.map(
        ({ _id, lastRunFor, lastFinishedAt, failures }): JobRecord => ({
          name: _id,
          lastRunFor,
          failures,
          ...(lastFinishedAt ? { lastFinishedAt } : {}),
        }),
      )
    },
  }
}
