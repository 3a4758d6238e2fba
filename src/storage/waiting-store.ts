import { createHash } from 'node:crypto'
import mongoose from 'mongoose'
import type {
  WaitingConversation,
  WaitingPeople,
  WaitingPerson,
} from '../catalogue/learning/waiting-people.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { plainRecords, type RecordCodec } from './record-codec.ts'

interface WaitingDocument {
  /** Of conversation and question, keyed: nobody finds a chat by it, nor two questions of one chat. */
  _id: string
  /** Name of the question, as in `questions`. */
  question: string
  /** `WaitingPerson` without its id, sealed. */
  person: unknown
  expiresAt: Date
}

const waitingSchema = new mongoose.Schema<WaitingDocument>(
  { _id: String, question: String, person: mongoose.Schema.Types.Mixed, expiresAt: Date },
  { collection: 'question_waiters', versionKey: false, minimize: false },
)
// of(), count()
waitingSchema.index({ question: 1 })
// Retention.
waitingSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

const dayMs = 86_400_000
/** More people than that do not wait for one question: somebody is playing. */
const maxPerQuestion = 500

export function createWaitingStore(
  connection: mongoose.Connection,
  { keepDays = 30, records = plainRecords }: { keepDays?: number; records?: RecordCodec } = {},
): WaitingPeople {
  const model = connection.model<WaitingDocument>('WaitingPerson', waitingSchema)
  const collection = model.collection as unknown as mongoose.mongo.Collection<WaitingDocument>

  const nameOf = (key: string) => records.nameFor(key, 'question names')
  const namesOf = (keys: readonly string[]) => [...new Set(keys)].map(nameOf)
  const idOf = (key: string, { channel, conversationId }: WaitingConversation) =>
    createHash('sha256')
      .update(records.nameFor(`${channel}\n${conversationId}\n${key}`, 'waiting people'))
      .digest('hex')
      .slice(0, 32)
  const opened = ({ _id, person }: WaitingDocument): WaitingPerson => ({
    ...records.open<Omit<WaitingPerson, 'id'>>(person, contextOf(_id)),
    id: _id,
  })

  return {
    async add(person, now) {
      const question = nameOf(person.questionKey)
      const _id = idOf(person.questionKey, person.conversation)
      if ((await collection.countDocuments({ question, _id: { $ne: _id } })) >= maxPerQuestion) return 'full'
      const expiresAt = new Date(now.getTime() + keepDays * dayMs)
      try {
        await collection.insertOne({ _id, question, person: records.seal(person, contextOf(_id)), expiresAt })
        return 'added'
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
        return 'known'
      }
    },

    async of(keys) {
      return (await collection.find({ question: { $in: namesOf(keys) } }).toArray()).map(opened)
    },

    count: (keys) => collection.countDocuments({ question: { $in: namesOf(keys) } }),

    async remove(id) {
      await collection.deleteOne({ _id: id })
    },

    async removeOf(conversation) {
      for await (const found of collection.find({})) {
        const { channel, conversationId } = opened(found).conversation
        if (channel === conversation.channel && conversationId === conversation.conversationId) {
          await collection.deleteOne({ _id: found._id })
        }
      }
    },
  }
}

const contextOf = (id: string) => `question_waiters/${id}/person`
