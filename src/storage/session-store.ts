import mongoose from 'mongoose'
import type { Sealed } from '../desk/secret-box.ts'
import type { Session, SessionStore } from '../desk/session.ts'

interface SessionDocument {
  /** Hash of the cookie's value. */
  _id: string
  officerId: string
  formToken: string
  createdAt: Date
  lastSeenAt: Date
  secondStepAt?: Date
  enrolling?: string
  returnTo?: string
  notice?: string
  network: string
  forgetAt: Date
}

const sessionSchema = new mongoose.Schema<SessionDocument>(
  {
    _id: String,
    officerId: String,
    formToken: String,
    createdAt: Date,
    lastSeenAt: Date,
    secondStepAt: Date,
    enrolling: String,
    returnTo: String,
    notice: String,
    network: String,
    forgetAt: Date,
  },
  { collection: 'sessions', versionKey: false, minimize: false },
)
// ofOfficer(), removeOfOfficer()
sessionSchema.index({ officerId: 1 })
sessionSchema.index({ forgetAt: 1 }, { expireAfterSeconds: 0 })

export function createSessionStore(connection: mongoose.Connection): SessionStore {
  const model = connection.model<SessionDocument>('Session', sessionSchema)
  const sessions = model.collection as unknown as mongoose.mongo.Collection<SessionDocument>

  return {
    async insert(session, forgetAt) {
      const { id, ...fields } = session
      const given = Object.entries(fields).filter(([, value]) => value !== undefined)
      await sessions.insertOne({ _id: id, ...(Object.fromEntries(given) as typeof fields), forgetAt })
    },

    async find(id) {
      const document = await sessions.findOne({ _id: id })
      return document ? toSession(document) : undefined
    },

    async change(id, change) {
      const given = Object.entries(change).filter(([, value]) => value !== undefined)
      const removed = Object.entries(change).filter(([, value]) => value === undefined)
      await sessions.updateOne(
        { _id: id },
        {
          ...(given.length > 0 ? { $set: Object.fromEntries(given) } : {}),
          ...(removed.length > 0 ? { $unset: Object.fromEntries(removed.map(([key]) => [key, 1])) } : {}),
        },
      )
    },

    async remove(id) {
      await sessions.deleteOne({ _id: id })
    },

    async removeOfOfficer(officerId, exceptId) {
      await sessions.deleteMany({ officerId, ...(exceptId ? { _id: { $ne: exceptId } } : {}) })
    },

    async ofOfficer(officerId) {
      const found = await sessions.find({ officerId }).sort({ createdAt: -1, _id: 1 }).toArray()
      return found.map(toSession)
    },
  }
}

function toSession({ _id, forgetAt: _, enrolling, ...fields }: SessionDocument): Session {
  return { id: _id, ...fields, ...(enrolling === undefined ? {} : { enrolling: enrolling as Sealed }) }
}
