import mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { openField, type SealedField, sealField } from './sealed-field.ts'

/** As the Zalo channel's port has it; storage knows no channel, so the shape is told again. */
interface TokenPair {
  appId: string
  access?: { token: string; expiresAt: Date }
  refreshToken: string
  refreshedAt: Date
  refreshExpiresAt: Date
  seedDigest?: string
}

interface Lost {
  at: Date
  code: number
}

interface Failing {
  since: Date
  count: number
  notBefore: Date
  reason: string
}

/** The one pair of the installation, and the lease of whoever refreshes it. */
interface TokenDocument {
  _id: 'pair'
  revision: number
  sealed: SealedField
  lost?: Lost | null
  failing?: Failing | null
}

interface LeaseDocument {
  _id: 'lease'
  owner: string
  until: Date
}

// Every query names one of the two documents.
const tokenSchema = new mongoose.Schema(
  {
    _id: String,
    revision: Number,
    sealed: mongoose.Schema.Types.Mixed,
    lost: mongoose.Schema.Types.Mixed,
    failing: mongoose.Schema.Types.Mixed,
    owner: String,
    until: Date,
  },
  { collection: 'zalo_tokens', versionKey: false, minimize: false },
)

const context = 'zalo_tokens/pair'
const longAgo = new Date(0)

export function createZaloTokenStore(connection: mongoose.Connection, keyRing: KeyRing) {
  const { collection } = connection.model('ZaloToken', tokenSchema)
  const pairs = collection as unknown as mongoose.mongo.Collection<TokenDocument>
  const leases = collection as unknown as mongoose.mongo.Collection<LeaseDocument>

  async function change(
    revision: number,
    fields: Pick<TokenDocument, 'lost'> | Pick<TokenDocument, 'failing'>,
  ): Promise<boolean> {
    const isStill = { _id: 'pair' as const, revision, lost: null }
    return (await pairs.updateOne(isStill, { $set: fields })).matchedCount === 1
  }

  return {
    async read(): Promise<(TokenPair & { revision: number; lost?: Lost; failing?: Failing }) | undefined> {
      const found = await pairs.findOne({ _id: 'pair' })
      if (!found) return undefined
      const { revision, sealed, lost, failing } = found
      return {
        ...openField<TokenPair>(keyRing, sealed, context),
        revision,
        ...(lost ? { lost } : {}),
        ...(failing ? { failing } : {}),
      }
    },

    async replace(revision: number | undefined, pair: TokenPair): Promise<boolean> {
      const sealed = sealField(keyRing, pair, context)
      if (revision === undefined) {
        try {
          await pairs.insertOne({ _id: 'pair', revision: 1, sealed, lost: null, failing: null })
          return true
        } catch (error) {
          if (!isDuplicateKey(error)) throw error
          return false
        }
      }
      const { matchedCount } = await pairs.updateOne(
        { _id: 'pair', revision },
        { $set: { revision: revision + 1, sealed, lost: null, failing: null } },
      )
      return matchedCount === 1
    },

    markLost: (revision: number, lost: Lost) => change(revision, { lost }),
    markFailing: (revision: number, failing: Failing) => change(revision, { failing }),

    async takeLease(owner: string, now: Date, until: Date): Promise<boolean> {
      const isFree = { _id: 'lease' as const, until: { $lte: now } }
      const tryOnce = async () =>
        (await leases.updateOne(isFree, { $set: { owner, until } })).matchedCount === 1
      if (await tryOnce()) return true
      try {
        await leases.insertOne({ _id: 'lease', owner, until })
        return true
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
        return false
      }
    },

    async giveLeaseBack(owner: string): Promise<void> {
      await leases.updateOne({ _id: 'lease', owner }, { $set: { until: longAgo } })
    },
  }
}
