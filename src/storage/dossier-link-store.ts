import { createHmac } from 'node:crypto'
import mongoose from 'mongoose'
import type { DossierCode } from '../dossiers/dossier-code.ts'
import type { DossierLink, LinkedConversation, LinkStore } from '../dossiers/dossier-links.ts'
import type { KeyRing } from '../lib/key-ring.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { openField, type SealedField, sealField } from './sealed-field.ts'

/** Two keyed hashes and what is sealed: without the key neither the chat nor the dossier can be found or tried out. */
interface LinkDocument {
  /** Of conversation and dossier. */
  _id: string
  dossier: string
  link: SealedField
  endsAt: Date
}

const linkSchema = new mongoose.Schema<LinkDocument>(
  { _id: String, dossier: String, link: mongoose.Schema.Types.Mixed, endsAt: Date },
  { collection: 'dossier_links', versionKey: false, minimize: false },
)
// ofDossier(), endAt()
linkSchema.index({ dossier: 1 })
linkSchema.index({ endsAt: 1 }, { expireAfterSeconds: 0 })

/** More people than that do not wait for one dossier; whoever collects links of others finds an end. */
const maxLinksPerDossier = 20
const idBytes = 12

export function createDossierLinkStore(connection: mongoose.Connection, keyRing: KeyRing): LinkStore {
  const model = connection.model<LinkDocument>('DossierLink', linkSchema)
  const links = model.collection as unknown as mongoose.mongo.Collection<LinkDocument>
  const secret = keyRing.deriveKey('dossier link names')
  const nameOf = (text: string) => createHmac('sha256', secret).update(text).digest()
  const dossierName = (code: DossierCode) => nameOf(`dossier\n${code}`).toString('base64url')
  const idOf = (code: DossierCode, { channel, conversationId }: LinkedConversation) =>
    nameOf(`link\n${channel}\n${conversationId}\n${code}`).subarray(0, idBytes).toString('hex')
  const opened = ({ _id, link }: LinkDocument): DossierLink => ({
    id: _id,
    ...openField<Omit<DossierLink, 'id'>>(keyRing, link, contextOf(_id)),
  })

  return {
    async put(link, endsAt) {
      const _id = idOf(link.code, link.conversation)
      const dossier = dossierName(link.code)
      if ((await links.countDocuments({ dossier, _id: { $ne: _id } })) >= maxLinksPerDossier)
        return { kind: 'full' }
      try {
        await links.insertOne({ _id, dossier, link: sealField(keyRing, link, contextOf(_id)), endsAt })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
      return { kind: 'linked', id: _id }
    },

    async has(code, conversation) {
      return (await links.countDocuments({ _id: idOf(code, conversation) })) > 0
    },

    async ofDossier(code) {
      const found = await links
        .find({ dossier: dossierName(code) })
        .limit(maxLinksPerDossier * 2)
        .toArray()
      return found.map(opened)
    },

    async remove(id, conversation) {
      const found = await links.findOne({ _id: id })
      if (!found || !isSame(opened(found).conversation, conversation)) return false
      return (await links.deleteOne({ _id: id })).deletedCount > 0
    },

    async removeOf(conversation) {
      for await (const found of links.find({})) {
        if (isSame(opened(found).conversation, conversation)) await links.deleteOne({ _id: found._id })
      }
    },

    async endAt(code, endsAt) {
      await links.updateMany({ dossier: dossierName(code) }, { $set: { endsAt } })
    },
  }
}

const contextOf = (id: string) => `dossier-link:${id}`

const isSame = (one: LinkedConversation, other: LinkedConversation): boolean =>
  one.channel === other.channel && one.conversationId === other.conversationId
