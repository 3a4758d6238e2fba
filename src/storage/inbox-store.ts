import mongoose from 'mongoose'
import type { InboundMessage } from '../conversation/message.ts'
import { arrivalMs, type InboxEntry, type InboxStore } from '../conversation/turn/inbox.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { plainRecords, type RecordCodec } from './record-codec.ts'

interface InboxDocument {
  /** `<channel>:<messageId>`: the unique key that drops repeats. */
  _id: string
  conversation: string
  arrival: number
  attempts: number
  /** An `InboundMessage`, sealed. Absent once done: the id stays for the repeat check, the words do not. */
  message?: unknown
  doneAt?: Date
}

const inboxSchema = new mongoose.Schema<InboxDocument>(
  {
    _id: String,
    conversation: { type: String, required: true },
    arrival: { type: Number, required: true },
    attempts: { type: Number, required: true },
    message: mongoose.Schema.Types.Mixed,
    doneAt: Date,
  },
  { collection: 'inbox', versionKey: false, minimize: false },
)

/** Zalo retries for two hours and promises no more than "at least once"; a week is on the safe side. */
const repeatCheckSeconds = 7 * 24 * 3600

// pending(): what a conversation still has to work in, oldest first.
inboxSchema.index({ conversation: 1, arrival: 1 }, { partialFilterExpression: { attempts: { $gte: 0 } } })
// pendingConversations(), oldestPendingAt(): over all conversations.
inboxSchema.index({ arrival: 1 }, { partialFilterExpression: { attempts: { $gte: 0 } } })
inboxSchema.index({ doneAt: 1 }, { expireAfterSeconds: repeatCheckSeconds })

/** A pending entry has `attempts` ≥ 0; a done one has none, so it is in neither partial index. */
const isPending = { attempts: { $gte: 0 } }

export function createInboxStore(
  connection: mongoose.Connection,
  now: () => Date,
  records: RecordCodec = plainRecords,
): InboxStore {
  const model = connection.model<InboxDocument>('Inbox', inboxSchema)
  // The native collection: these operations are the hot path, and their shapes are fixed above.
  const inbox = model.collection as unknown as mongoose.mongo.Collection<InboxDocument>

  const toEntry = (document: InboxDocument): InboxEntry => ({
    id: document._id,
    conversation: document.conversation,
    arrival: document.arrival,
    attempts: document.attempts,
    message: records.open<InboundMessage>(document.message, messageContext(document._id)),
  })

  return {
    async insert(entry) {
      try {
        await inbox.insertOne({
          _id: entry.id,
          conversation: entry.conversation,
          arrival: entry.arrival,
          attempts: 0,
          message: records.seal(entry.message, messageContext(entry.id)),
        })
        return 'stored'
      } catch (error) {
        if (isDuplicateKey(error)) return 'repeat'
        throw error
      }
    },

    async pending(conversation, limit) {
      const documents = await inbox
        .find({ conversation, ...isPending })
        .sort({ arrival: 1 })
        .limit(limit)
        .toArray()
      return documents.filter((document) => document.message !== undefined).map(toEntry)
    },

    async pendingConversations(limit) {
      const documents = await inbox
        .find(isPending, { projection: { conversation: 1 } })
        .sort({ arrival: 1 })
        .limit(limit)
        .toArray()
      return [...new Set(documents.map((document) => document.conversation))]
    },

    async markDone(ids) {
      if (ids.length === 0) return
      await inbox.updateMany(
        { _id: { $in: ids } },
        { $set: { doneAt: now() }, $unset: { message: 1, attempts: 1 } },
        // Lost in a power cut: found as pending again, and recognised by the conversation's `applied`.
        { writeConcern: { w: 1, j: false } },
      )
    },

    async countFailure(id) {
      await inbox.updateOne({ _id: id, ...isPending }, { $inc: { attempts: 1 } })
    },

    async oldestPendingAt() {
      const document = await inbox.find(isPending).sort({ arrival: 1 }).limit(1).next()
      return document ? new Date(arrivalMs(document.arrival)) : undefined
    },
  }
}

const messageContext = (id: string) => `inbox/${id}/message`
