import mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import type { ReporterIdentity } from '../reports/report.ts'
import type { IdentityStore } from '../reports/report-store.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { openField, type SealedField, sealField } from './sealed-field.ts'

/** Nothing but the reference and the sealed identity: no time, no case number, no channel. */
interface IdentityDocument {
  _id: string
  identity: SealedField
}

// get(), remove() by _id only.
const identitySchema = new mongoose.Schema<IdentityDocument>(
  { _id: String, identity: mongoose.Schema.Types.Mixed },
  { collection: 'report_identities', versionKey: false, minimize: false },
)

export function createIdentityStore(connection: mongoose.Connection, keyRing: KeyRing): IdentityStore {
  const model = connection.model<IdentityDocument>('ReportIdentity', identitySchema)
  const identities = model.collection as unknown as mongoose.mongo.Collection<IdentityDocument>

  return {
    async put(identityRef, identity) {
      try {
        const sealed = sealField(keyRing, identity, contextOf(identityRef))
        await identities.insertOne({ _id: identityRef, identity: sealed })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
    },

    async get(identityRef) {
      const document = await identities.findOne({ _id: identityRef })
      return document
        ? openField<ReporterIdentity>(keyRing, document.identity, contextOf(identityRef))
        : undefined
    },

    async remove(identityRef) {
      await identities.deleteOne({ _id: identityRef })
    },

    async removeOf({ channel, conversationId }) {
      for await (const { _id, identity } of identities.find({})) {
        const { conversation } = openField<ReporterIdentity>(keyRing, identity, contextOf(_id))
        if (conversation.channel === channel && conversation.conversationId === conversationId) {
          await identities.deleteOne({ _id })
        }
      }
    },
  }
}

const contextOf = (identityRef: string) => `identity:${identityRef}`
