import mongoose from 'mongoose'
import type { ChannelName } from '../conversation/message.ts'
import {
  type Conversation,
  type ConversationState,
  type ConversationStore,
  emptyState,
  type QueuedMessage,
  type TurnCommit,
  type Undelivered,
  type Unreachable,
} from '../conversation/turn/conversation.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface ConversationDocument {
  _id: string
  channel: ChannelName
  conversationId: string
  revision: number
  state: ConversationState
  applied: string[]
  outbox: QueuedMessage[]
  queued: number
  /** Set while the outbox holds something; 0 = an answer is waiting, 1 = only bulk. */
  deliverRank?: number
  queuedSince?: Date
  /** The platform asked us to wait, or the last try failed. */
  retryAt?: Date
  turnOwner?: string
  turnUntil: Date
  deliveryOwner?: string
  deliveryUntil: Date
  lastSentAt?: Date
  unreachable?: Unreachable
  undelivered: Undelivered[]
  undeliveredAt?: Date
}

const mixed = mongoose.Schema.Types.Mixed

const conversationSchema = new mongoose.Schema<ConversationDocument>(
  {
    _id: String,
    channel: { type: String, required: true },
    conversationId: { type: String, required: true },
    revision: Number,
    state: mixed,
    applied: [String],
    outbox: [mixed],
    queued: Number,
    deliverRank: Number,
    queuedSince: Date,
    retryAt: Date,
    turnOwner: String,
    turnUntil: Date,
    deliveryOwner: String,
    deliveryUntil: Date,
    lastSentAt: Date,
    unreachable: mixed,
    undelivered: [mixed],
    undeliveredAt: Date,
  },
  { collection: 'conversations', versionKey: false, minimize: false },
)

// dueForDelivery(): per channel, answers before bulk, the longest waiting first.
conversationSchema.index(
  { channel: 1, deliverRank: 1, queuedSince: 1 },
  { partialFilterExpression: { deliverRank: { $gte: 0 } } },
)
// oldestQueuedAt()
conversationSchema.index({ queuedSince: 1 }, { partialFilterExpression: { deliverRank: { $gte: 0 } } })
// undelivered()
conversationSchema.index({ undeliveredAt: 1 }, { sparse: true })

/** Enough for any platform's repeats between a commit and the inbox mark; older ones the inbox drops. */
const appliedKept = 50
const undeliveredKept = 20
const longAgo = new Date(0)

/** For leases: one lost in a power cut is a lease given back, and a commit is guarded by its revision anyway. */
const unflushed = { writeConcern: { w: 1, j: false } } as const

export function createConversationStore(connection: mongoose.Connection): ConversationStore {
  const model = connection.model<ConversationDocument>('Conversation', conversationSchema)
  // The native collection: these writes are the hot path, and their shapes are fixed above.
  const collection = model.collection as unknown as mongoose.mongo.Collection<ConversationDocument>

  const fresh = (conversation: { channel: ChannelName; conversationId: string }) => ({
    channel: conversation.channel,
    conversationId: conversation.conversationId,
    revision: 0,
    state: emptyState(),
    applied: [],
    outbox: [],
    queued: 0,
    deliveryUntil: longAgo,
    undelivered: [],
  })

  return {
    async claimTurn(conversation, lease) {
      try {
        const document = await collection.findOneAndUpdate(
          { _id: conversation.key, $or: [{ turnUntil: { $lte: lease.now } }, { turnOwner: lease.owner }] },
          {
            $set: { turnOwner: lease.owner, turnUntil: lease.until },
            $setOnInsert: fresh(conversation),
          },
          { upsert: true, returnDocument: 'after', ...unflushed },
        )
        return document ? toConversation(document) : undefined
      } catch (error) {
        // The document is there, but its lease is not free, so the upsert tried to insert a second one.
        if (isDuplicateKey(error)) return undefined
        throw error
      }
    },

    async commitTurn(key, owner, commit) {
      const ours = { _id: key, turnOwner: owner, revision: commit.revision }
      const change = committedChange(commit)
      if (commit.deliveryUntil && commit.messages.length > 0) {
        const lease = { deliveryOwner: owner, deliveryUntil: commit.deliveryUntil }
        const result = await collection.updateOne(
          { ...ours, deliverRank: { $exists: false }, deliveryUntil: { $lte: commit.now } },
          { ...change, $set: { ...change.$set, ...lease } },
        )
        if (result.matchedCount === 1) return 'leased'
      }
      const result = await collection.updateOne(ours, change)
      return result.matchedCount === 1 ? 'committed' : 'lost'
    },

    async releaseTurn(key, owner) {
      await collection.updateOne({ _id: key, turnOwner: owner }, { $set: { turnUntil: longAgo } })
    },

    async enqueue(conversation, message, options) {
      const { turnUntil, ...onInsert } = { ...fresh(conversation), turnUntil: longAgo }
      await collection.updateOne(
        { _id: conversation.key },
        { $setOnInsert: { ...onInsert, turnUntil } },
        { upsert: true },
      )
      const queued: QueuedMessage = { ...message, attempts: 0, ...(options.isBulk ? { isBulk: true } : {}) }
      const result = await collection.updateOne(
        { _id: conversation.key, applied: { $ne: message.id } },
        {
          $push: { applied: { $each: [message.id], $slice: -appliedKept }, outbox: queued },
          $inc: { queued: 1 },
          $min: { queuedSince: options.now, deliverRank: options.isBulk ? 1 : 0 },
        },
      )
      return result.matchedCount === 1
    },

    async dueForDelivery(channel, now, limit) {
      const documents = await collection
        .find(
          {
            channel,
            deliverRank: { $gte: 0 },
            deliveryUntil: { $lte: now },
            $or: [{ retryAt: { $exists: false } }, { retryAt: { $lte: now } }],
          },
          { projection: { deliverRank: 1 } },
        )
        .sort({ deliverRank: 1, queuedSince: 1 })
        .limit(limit)
        .toArray()
      return documents.map((document) => ({ key: document._id, isBulk: document.deliverRank === 1 }))
    },

    async claimDelivery(key, lease) {
      const document = await collection.findOneAndUpdate(
        {
          _id: key,
          deliverRank: { $gte: 0 },
          $and: [
            { $or: [{ deliveryUntil: { $lte: lease.now } }, { deliveryOwner: lease.owner }] },
            { $or: [{ retryAt: { $exists: false } }, { retryAt: { $lte: lease.now } }] },
          ],
        },
        { $set: { deliveryOwner: lease.owner, deliveryUntil: lease.until } },
        { returnDocument: 'after', ...unflushed },
      )
      return document ? toConversation(document) : undefined
    },

    async settle(key, owner, settled, lastOf) {
      const change = settledChange(settled)
      if (lastOf !== undefined) {
        const result = await collection.updateOne(
          { _id: key, deliveryOwner: owner, queued: lastOf },
          {
            ...change,
            $set: { ...change.$set, deliveryUntil: longAgo },
            $unset: { retryAt: 1, deliverRank: 1, queuedSince: 1 },
          },
        )
        if (result.matchedCount === 1) return 'released'
      }
      await collection.updateOne({ _id: key, deliveryOwner: owner }, { ...change, $unset: { retryAt: 1 } })
      return 'held'
    },

    async releaseDelivery(key, owner, retry) {
      if (retry) {
        await collection.updateOne(
          { _id: key, deliveryOwner: owner, 'outbox.id': retry.messageId },
          { $set: { deliveryUntil: longAgo, retryAt: retry.at }, $inc: { 'outbox.$.attempts': 1 } },
        )
        return
      }
      await collection.updateOne(
        { _id: key, deliveryOwner: owner, 'outbox.0': { $exists: false } },
        { $unset: { deliverRank: 1, queuedSince: 1, retryAt: 1 } },
      )
      await collection.updateOne({ _id: key, deliveryOwner: owner }, { $set: { deliveryUntil: longAgo } })
    },

    async oldestQueuedAt() {
      const document = await collection
        .find({ deliverRank: { $gte: 0 } }, { projection: { queuedSince: 1 } })
        .sort({ queuedSince: 1 })
        .limit(1)
        .next()
      return document?.queuedSince
    },

    async undelivered(since, limit) {
      const documents = await collection
        .find({ undeliveredAt: { $gte: since } }, { projection: { channel: 1, undelivered: 1 } })
        .sort({ undeliveredAt: -1, _id: 1 })
        .limit(limit)
        .toArray()
      return documents.flatMap((document) =>
        document.undelivered
          .filter((item) => item.at >= since)
          .map((item) => ({ ...item, channel: document.channel })),
      )
    },
  }
}

function committedChange(commit: TurnCommit) {
  const hasMessages = commit.messages.length > 0
  return {
    $set: {
      state: commit.state,
      revision: commit.revision + 1,
      turnUntil: commit.leaseUntil ?? longAgo,
      ...(hasMessages ? { deliverRank: 0 } : {}),
    },
    $unset: { unreachable: 1 as const },
    $inc: { queued: commit.messages.length },
    $push: {
      applied: { $each: [commit.applied], $slice: -appliedKept },
      outbox: { $each: commit.messages.map((message) => ({ ...message, attempts: 0 })) },
    },
    ...(hasMessages ? { $min: { queuedSince: commit.now } } : {}),
  }
}

function settledChange(settled: {
  id: string
  at: Date
  kind: 'sent' | 'rejected' | 'unreachable'
  reason?: string
}) {
  const $pull = { outbox: { id: settled.id } }
  if (settled.kind === 'sent') return { $pull, $set: { lastSentAt: settled.at } }
  const undelivered: Undelivered = { id: settled.id, reason: settled.reason ?? settled.kind, at: settled.at }
  return {
    $pull,
    $set: {
      undeliveredAt: settled.at,
      ...(settled.kind === 'unreachable'
        ? { unreachable: { reason: undelivered.reason, at: settled.at } }
        : {}),
    },
    $push: { undelivered: { $each: [undelivered], $slice: -undeliveredKept } },
  }
}

function toConversation(document: ConversationDocument): Conversation {
  return {
    key: document._id,
    channel: document.channel,
    conversationId: document.conversationId,
    revision: document.revision,
    state: document.state,
    applied: document.applied,
    outbox: document.outbox,
    queued: document.queued,
    lastSentAt: document.lastSentAt,
    unreachable: document.unreachable,
  }
}
