import mongoose from 'mongoose'
import type { ChannelName, OutboundMessage } from '../conversation/message.ts'
import {
  type Conversation,
  type ConversationInTurn,
  type ConversationState,
  type ConversationStore,
  type ConversationToDeliver,
  emptyState,
  type QueuedMessage,
  type SettledMessage,
  type TurnCommit,
  type Undelivered,
  type Unreachable,
} from '../conversation/turn/conversation.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { plainRecords, type RecordCodec } from './record-codec.ts'

interface ConversationDocument {
  _id: string
  channel: ChannelName
  /** The platform's id of the chat, sealed. */
  conversationId: unknown
  revision: number
  /** `ConversationState`, sealed. */
  state: unknown
  applied: string[]
  outbox: StoredMessage[]
  /** Sealed as in the outbox, under the same context. */
  kept?: StoredMessage[]
  queued: number
  /** Set while the outbox holds something; 0 = an answer is waiting, 1 = only bulk. */
  deliverRank?: number
  queuedSince?: Date
  /** The platform asked us to wait, or the last try failed. */
  retryAt?: Date
  /** Nothing was tried yet; an answer ends it. */
  heldUntil?: Date
  turnOwner?: string
  turnUntil: Date
  deliveryOwner?: string
  deliveryUntil: Date
  lastSentAt?: Date
  unreachable?: Unreachable
  undelivered: Undelivered[]
  undeliveredAt?: Date
}

type Named = { key: string; channel: ChannelName; conversationId: string }

/** Updates look at the plain fields; what people read is in the sealed one. */
interface StoredMessage {
  id: string
  attempts: number
  isBulk?: boolean
  isRepeat?: boolean
  /** `MessageContent`, sealed. */
  content?: unknown
}

type MessageContent = Omit<OutboundMessage, 'id'>

const mixed = mongoose.Schema.Types.Mixed

const conversationSchema = new mongoose.Schema<ConversationDocument>(
  {
    _id: String,
    channel: { type: String, required: true },
    conversationId: mixed,
    revision: Number,
    state: mixed,
    applied: [String],
    outbox: [mixed],
    kept: { type: [mixed], default: undefined },
    queued: Number,
    deliverRank: Number,
    queuedSince: Date,
    retryAt: Date,
    heldUntil: Date,
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

// dueForDelivery(), countWaiting(): per channel, answers before bulk, the longest waiting first.
conversationSchema.index(
  { channel: 1, deliverRank: 1, queuedSince: 1 },
  { partialFilterExpression: { deliverRank: { $gte: 0 } } },
)
// oldestQueuedAt()
conversationSchema.index({ queuedSince: 1 }, { partialFilterExpression: { deliverRank: { $gte: 0 } } })
// countKept()
conversationSchema.index({ 'kept.id': 1 }, { sparse: true })
// undelivered()
conversationSchema.index({ undeliveredAt: 1 }, { sparse: true })

/** Enough for any platform's repeats between a commit and the inbox mark; older ones the inbox drops. */
const appliedKept = 50
const undeliveredKept = 20
/** Messages that wait for one person to write again; of more the oldest go, whose news the receipt shows as well. */
const keptAPerson = 30
const longAgo = new Date(0)

/** For leases: one lost in a power cut is a lease given back, and a commit is guarded by its revision anyway. */
const unflushed = { writeConcern: { w: 1, j: false } } as const

export function createConversationStore(
  connection: mongoose.Connection,
  records: RecordCodec = plainRecords,
): ConversationStore {
  const model = connection.model<ConversationDocument>('Conversation', conversationSchema)
  // The native collection: these writes are the hot path, and their shapes are fixed above.
  const collection = model.collection as unknown as mongoose.mongo.Collection<ConversationDocument>

  const fresh = ({ key, channel, conversationId }: Named) => ({
    channel,
    conversationId: records.seal(conversationId, contextOf(key, 'conversationId')),
    revision: 0,
    state: records.seal(emptyState(), contextOf(key, 'state')),
    applied: [],
    outbox: [],
    queued: 0,
    deliveryUntil: longAgo,
    undelivered: [],
  })

  function toStored(key: string, message: OutboundMessage, isBulk = false): StoredMessage {
    const { id, ...content } = message
    const sealed = records.seal(content, contextOf(key, `outbox/${id}`))
    return { id, attempts: 0, ...(isBulk ? { isBulk } : {}), content: sealed }
  }

  function toQueued(key: string, { content, ...stored }: StoredMessage): QueuedMessage {
    // A message of an earlier version has its words beside the rest.
    if (content === undefined) return stored as QueuedMessage
    return { ...stored, ...records.open<MessageContent>(content, contextOf(key, `outbox/${stored.id}`)) }
  }

  const stateOf = ({ _id: key, state }: ConversationDocument) =>
    records.open<ConversationState>(state, contextOf(key, 'state'))

  const keptOf = ({ _id: key, kept = [] }: ConversationDocument): OutboundMessage[] =>
    kept.map((message) => {
      const {
        attempts: _attempts,
        isBulk: _isBulk,
        isRepeat: _isRepeat,
        ...outbound
      } = toQueued(key, message)
      return outbound
    })

  const toDeliver = (document: ConversationDocument): ConversationToDeliver => {
    const { _id: key } = document
    const conversationId = records.open<string>(document.conversationId, contextOf(key, 'conversationId'))
    const outbox = document.outbox.map((message) => toQueued(key, message))
    return { ...toConversation(document, conversationId), outbox }
  }

  /** What a commit changes besides the leases. */
  function committedChange(key: string, commit: TurnCommit) {
    const hasMessages = commit.messages.length > 0
    return {
      $set: {
        state: records.seal(commit.state, contextOf(key, 'state')),
        revision: commit.revision + 1,
        turnUntil: commit.leaseUntil ?? longAgo,
        ...(hasMessages ? { deliverRank: 0 } : {}),
      },
      // Whoever writes is awake and can be reached.
      $unset: { unreachable: 1 as const, heldUntil: 1 as const },
      ...(commit.released?.length ? { $pull: { kept: { id: { $in: [...commit.released] } } } } : {}),
      $inc: { queued: commit.messages.length },
      $push: {
        applied: { $each: [commit.applied], $slice: -appliedKept },
        outbox: { $each: commit.messages.map((message) => toStored(key, message)) },
      },
      ...(hasMessages ? { $min: { queuedSince: commit.now } } : {}),
    }
  }

  return {
    async claimTurn(conversation, lease) {
      const { key, conversationId } = conversation
      const isFree = { $or: [{ turnUntil: { $lte: lease.now } }, { turnOwner: lease.owner }] }
      const taken = { turnOwner: lease.owner, turnUntil: lease.until }
      const loaded = (document: ConversationDocument | null): ConversationInTurn | undefined =>
        document
          ? { ...toConversation(document, conversationId), state: stateOf(document), kept: keptOf(document) }
          : undefined
      const options = { returnDocument: 'after', projection: { outbox: 0, undelivered: 0 } } as const
      const claimed = await collection.findOneAndUpdate(
        { _id: key, ...isFree },
        { $set: taken },
        { ...options, ...unflushed },
      )
      if (claimed) return loaded(claimed)
      try {
        const made = await collection.findOneAndUpdate(
          { _id: key, ...isFree },
          { $set: taken, $setOnInsert: fresh(conversation) },
          { ...options, upsert: true, ...unflushed },
        )
        return loaded(made)
      } catch (error) {
        // The document is there, but its lease is not free, so the upsert tried to insert a second one.
        if (isDuplicateKey(error)) return undefined
        throw error
      }
    },

    async commitTurn(key, owner, commit) {
      const ours = { _id: key, turnOwner: owner, revision: commit.revision }
      const change = committedChange(key, commit)
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
      const { key } = conversation
      const push = () =>
        collection.updateOne(
          { _id: key, applied: { $ne: message.id } },
          {
            $push: {
              applied: { $each: [message.id], $slice: -appliedKept },
              outbox: toStored(key, message, options.isBulk),
            },
            $inc: { queued: 1 },
            $min: { queuedSince: options.now, deliverRank: options.isBulk ? 1 : 0 },
          },
        )
      if ((await push()).matchedCount === 1) return true
      // A repeat, or there is no such conversation yet.
      try {
        const onInsert = { ...fresh(conversation), turnUntil: longAgo }
        const made = await collection.updateOne({ _id: key }, { $setOnInsert: onInsert }, { upsert: true })
        if (made.upsertedCount === 0) return false
      } catch (error) {
        // Somebody else made it in the same moment.
        if (!isDuplicateKey(error)) throw error
      }
      return (await push()).matchedCount === 1
    },

    async forget(key) {
      await collection.deleteOne({ _id: key })
    },

    // Rank and lease stay: whoever delivers next finds nothing to send and gives both back.
    async withdraw(key, messageIds) {
      const taken = { id: { $in: [...messageIds] } }
      await collection.updateOne({ _id: key }, { $pull: { outbox: taken } })
      await collection.updateOne({ _id: key, 'kept.id': taken.id }, { $pull: { kept: taken } })
    },

    async dueForDelivery(channel, now, limit) {
      const documents = await collection
        .find(
          {
            channel,
            deliverRank: { $gte: 0 },
            deliveryUntil: { $lte: now },
            $and: isDue(now),
          },
          { projection: { deliverRank: 1 } },
        )
        .sort({ deliverRank: 1, queuedSince: 1 })
        .limit(limit)
        .toArray()
      return documents.map((document) => ({ key: document._id, isBulk: document.deliverRank === 1 }))
    },

    countWaiting: (channel, atMost) =>
      collection.countDocuments({ channel, deliverRank: { $gte: 0 } }, { limit: atMost }),

    async claimDelivery(key, lease) {
      const document = await collection.findOneAndUpdate(
        {
          _id: key,
          deliverRank: { $gte: 0 },
          $and: [
            { $or: [{ deliveryUntil: { $lte: lease.now } }, { deliveryOwner: lease.owner }] },
            ...isDue(lease.now),
          ],
        },
        { $set: { deliveryOwner: lease.owner, deliveryUntil: lease.until } },
        { returnDocument: 'after', ...unflushed },
      )
      return document ? toDeliver(document) : undefined
    },

    async settle(key, owner, settled, lastOf) {
      const kept =
        settled.kind === 'kept' ? settled.messages.map((message) => toStored(key, message)) : undefined
      const change = settledChange(settled, kept)
      if (lastOf !== undefined) {
        const result = await collection.updateOne(
          { _id: key, deliveryOwner: owner, queued: lastOf },
          {
            ...change,
            $set: { ...('$set' in change ? change.$set : {}), deliveryUntil: longAgo },
            $unset: { retryAt: 1, heldUntil: 1, deliverRank: 1, queuedSince: 1 },
          },
        )
        if (result.matchedCount === 1) return 'released'
      }
      await collection.updateOne(
        { _id: key, deliveryOwner: owner },
        { ...change, $unset: { retryAt: 1, heldUntil: 1 } },
      )
      return 'held'
    },

    async releaseDelivery(key, owner, retry) {
      if (retry) {
        const ours = { _id: key, deliveryOwner: owner, 'outbox.id': retry.messageId }
        const isRepeat = retry.kind === 'failed' && retry.isRepeat ? { 'outbox.$.isRepeat': true } : {}
        await collection.updateOne(
          ours,
          retry.kind === 'held'
            ? { $set: { deliveryUntil: longAgo, heldUntil: retry.at } }
            : {
                $set: { deliveryUntil: longAgo, retryAt: retry.at, ...isRepeat },
                $inc: { 'outbox.$.attempts': 1 },
              },
        )
        return
      }
      await collection.updateOne(
        { _id: key, deliveryOwner: owner, 'outbox.0': { $exists: false } },
        { $unset: { deliverRank: 1, queuedSince: 1, retryAt: 1, heldUntil: 1 } },
      )
      await collection.updateOne({ _id: key, deliveryOwner: owner }, { $set: { deliveryUntil: longAgo } })
    },

    async countKept(channel) {
      const documents = collection.find(
        { channel, 'kept.id': { $exists: true } },
        { projection: { 'kept.id': 1 } },
      )
      let messages = 0
      let conversations = 0
      for await (const { kept = [] } of documents) {
        messages += kept.length
        conversations += 1
      }
      return { messages, conversations }
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

/** Neither the platform nor the plan of the message wants it to wait any longer. */
const isDue = (now: Date) => [
  { $or: [{ retryAt: { $exists: false } }, { retryAt: { $lte: now } }] },
  { $or: [{ heldUntil: { $exists: false } }, { heldUntil: { $lte: now } }] },
]

/** @param kept of a message that is kept: sealed */
function settledChange(settled: SettledMessage, kept: StoredMessage[] = []) {
  const { id, at, kind } = settled
  const ids = [id, ...(settled.with ?? [])]
  const $pull = { outbox: { id: { $in: ids } } }
  if (kind === 'sent') return { $pull, $set: { lastSentAt: at } }
  if (kind === 'kept') return { $pull, $push: { kept: { $each: kept, $slice: -keptAPerson } } }
  const undelivered = ids.map((one): Undelivered => ({ id: one, reason: settled.reason, at }))
  return {
    $pull,
    $set: {
      undeliveredAt: at,
      ...(kind === 'unreachable' ? { unreachable: { reason: settled.reason, at } } : {}),
    },
    $push: { undelivered: { $each: undelivered, $slice: -undeliveredKept } },
  }
}

function toConversation(document: ConversationDocument, conversationId: string): Conversation {
  return {
    key: document._id,
    channel: document.channel,
    conversationId,
    revision: document.revision,
    applied: document.applied,
    queued: document.queued,
    lastSentAt: document.lastSentAt,
    unreachable: document.unreachable,
  }
}

const contextOf = (key: string, field: string) => `conversations/${key}/${field}`
