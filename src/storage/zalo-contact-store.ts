import mongoose from 'mongoose'
import { AppError } from '../lib/errors.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { plainRecords, type RecordCodec } from './record-codec.ts'

/** As the Zalo channel's port has it; storage knows no channel, so the shape is told again. */
interface Contact {
  userId: string
  lastInteractionAt?: Date
  follows?: boolean
  anonymous?: { conversationId: string }
  pausedUntil?: Date
  phone?: string
  infoAskedAt?: Date
  numberedChoices?: string[]
  unreachableSince?: Date
  windowClosedAt?: Date
}

type ContactChange = { [Field in keyof Omit<Contact, 'userId'>]?: Contact[Field] | null }

interface ContactDocument {
  /** Keyed hash of Zalo's id. */
  _id: string
  /** `Contact`, sealed. */
  contact: unknown
  revision: number
  /** The first day of a month, so that it does not tell when somebody wrote. */
  expiresAt: Date
}

// find(), change(), erase() by _id.
const contactSchema = new mongoose.Schema<ContactDocument>(
  { _id: String, contact: mongoose.Schema.Types.Mixed, revision: Number, expiresAt: Date },
  { collection: 'zalo_contacts', versionKey: false, minimize: false },
)
contactSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

/** Each failed try means that somebody else's change went through. */
const maxTries = 200
/** The message itself is flushed, and says the same again when it is worked in. */
const unflushed = { writeConcern: { w: 1, j: false } } as const

export function createZaloContactStore(
  connection: mongoose.Connection,
  options: {
    records?: RecordCodec
    now: () => Date
    /** After the last change; who is forgotten is known anew when they write. */
    keepDays: number
  },
) {
  const { records = plainRecords, now, keepDays } = options
  const model = connection.model<ContactDocument>('ZaloContact', contactSchema)
  const contacts = model.collection as unknown as mongoose.mongo.Collection<ContactDocument>
  const idOf = (userId: string) => records.nameFor(userId, 'zalo contacts')
  const opened = ({ _id, contact }: ContactDocument) => records.open<Contact>(contact, contextOf(_id))

  /** What is sealed is read, changed and written back when nobody has written in between. Gives what was there. */
  async function edit(
    userId: string,
    decide: (contact: Contact | undefined) => ContactChange,
    options: mongoose.mongo.UpdateOptions & mongoose.mongo.InsertOneOptions,
  ): Promise<Contact | undefined> {
    const _id = idOf(userId)
    for (let tries = 0; tries < maxTries; tries++) {
      const document = await contacts.findOne({ _id })
      const before = document ? opened(document) : undefined
      const contact = records.seal(changed(before ?? { userId }, decide(before)), contextOf(_id))
      const expiresAt = endOfMonthAfter(now(), keepDays)
      if (document) {
        const { matchedCount } = await contacts.updateOne(
          { _id, revision: document.revision },
          { $set: { contact, expiresAt }, $inc: { revision: 1 } },
          options,
        )
        if (matchedCount > 0) return before
        continue
      }
      try {
        await contacts.insertOne({ _id, contact, revision: 1, expiresAt }, options)
        return undefined
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
    }
    throw new AppError('STORAGE_UNAVAILABLE', 'too many changes of a contact at once', { retryable: true })
  }

  return {
    async find(userId: string): Promise<Contact | undefined> {
      const document = await contacts.findOne({ _id: idOf(userId) })
      return document ? opened(document) : undefined
    },

    async change(userId: string, change: ContactChange): Promise<void> {
      await edit(userId, () => change, {})
    },

    meet: (userId: string, decide: (contact: Contact | undefined) => ContactChange) =>
      edit(userId, decide, unflushed),

    /** For counting at the desk; in no order. */
    async *each(limit: number): AsyncIterable<Contact> {
      for await (const document of contacts.find({}).limit(limit)) yield opened(document)
    },

    async erase(userId: string): Promise<void> {
      await contacts.deleteOne({ _id: idOf(userId) })
    },
  }
}

function changed(contact: Contact, change: ContactChange): Contact {
  const { lastInteractionAt: before } = contact
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  const kept = Object.entries({ ...contact, ...Object.fromEntries(given) }).filter(
    ([, value]) => value !== null,
  )
  const next = Object.fromEntries(kept) as unknown as Contact
  const isOlder = before && change.lastInteractionAt && change.lastInteractionAt < before
  return isOlder ? { ...next, lastInteractionAt: before } : next
}

function endOfMonthAfter(now: Date, days: number): Date {
  const end = new Date(now.getTime() + days * 86_400_000)
  return new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 1))
}

const contextOf = (id: string) => `zalo_contacts/${id}/contact`
