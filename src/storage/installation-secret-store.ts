import mongoose from 'mongoose'
import type { InstallationSecretStore } from '../reports/receipt-hash.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface SecretDocument {
  name: string
  /** base64 */
  value: string
}

const secretSchema = new mongoose.Schema<SecretDocument>(
  { name: String, value: String },
  { collection: 'installation_secrets', versionKey: false, minimize: false },
)
// getOrMake(): two processes that start together must keep one and the same secret
secretSchema.index({ name: 1 }, { unique: true })

export function createInstallationSecretStore(
  connection: mongoose.Connection,
): InstallationSecretStore & { find(name: string): Promise<Buffer | undefined> } {
  const model = connection.model<SecretDocument>('InstallationSecret', secretSchema)
  const collection = model.collection as unknown as mongoose.mongo.Collection<SecretDocument>

  return {
    async find(name) {
      const kept = await collection.findOne({ name })
      return kept ? Buffer.from(kept.value, 'base64') : undefined
    },

    async getOrMake(name, make) {
      const kept = await collection.findOne({ name })
      if (kept) return Buffer.from(kept.value, 'base64')
      const value = make().toString('base64')
      try {
        await collection.insertOne({ name, value })
        return Buffer.from(value, 'base64')
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
        const others = await collection.findOne({ name })
        return Buffer.from(others!.value, 'base64')
      }
    },
  }
}
