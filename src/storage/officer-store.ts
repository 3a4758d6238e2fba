import mongoose from 'mongoose'
import type {
  Credentials,
  Officer,
  OfficerContact,
  OfficerDetails,
  OfficerStore,
  Role,
} from '../desk/officer.ts'
import type { Sealed } from '../desk/secret-box.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface OfficerDocument {
  _id: string
  username: string
  name: string
  unit?: string
  roles: Role[]
  mayOpenRestricted: boolean
  contact?: OfficerContact
  deputy?: string
  absentUntil?: string
  disabledAt?: Date
  createdAt: Date
  passwordHash: string
  oneTimeUntil?: Date
  secondStep?: { secret: string; lastTimeStep: number; recoveryHashes: string[] }
}

const officerSchema = new mongoose.Schema<OfficerDocument>(
  {
    _id: String,
    username: String,
    name: String,
    unit: String,
    roles: [String],
    mayOpenRestricted: Boolean,
    contact: { type: mongoose.Schema.Types.Mixed },
    deputy: String,
    absentUntil: String,
    disabledAt: Date,
    createdAt: Date,
    passwordHash: String,
    oneTimeUntil: Date,
    secondStep: { type: mongoose.Schema.Types.Mixed },
  },
  { collection: 'officers', versionKey: false, minimize: false },
)
// findByUsername(), and one officer for each name
officerSchema.index({ username: 1 }, { unique: true })

/** Of an officer whose secrets are not needed. */
const withoutSecrets = { passwordHash: 0, 'secondStep.secret': 0, 'secondStep.recoveryHashes': 0 } as const

export function createOfficerStore(connection: mongoose.Connection): OfficerStore {
  const model = connection.model<OfficerDocument>('Officer', officerSchema)
  const officers = model.collection as unknown as mongoose.mongo.Collection<OfficerDocument>

  return {
    async insert(officer, credentials) {
      const { id, ...fields } = officer
      try {
        await officers.insertOne(withoutUndefined({ _id: id, ...fields, ...credentials }))
        return 'stored'
      } catch (error) {
        if (isDuplicateKey(error)) return 'username-taken'
        throw error
      }
    },

    async find(id) {
      const document = await officers.findOne({ _id: id }, { projection: withoutSecrets })
      return document ? toOfficer(document) : undefined
    },

    async findByUsername(username) {
      const document = await officers.findOne({ username })
      return document ? { officer: toOfficer(document), credentials: toCredentials(document) } : undefined
    },

    async findCredentials(id) {
      const document = await officers.findOne({ _id: id })
      return document ? toCredentials(document) : undefined
    },

    async list() {
      const found = await officers.find({}, { projection: withoutSecrets }).sort({ _id: 1 }).toArray()
      const inVietnamese = new Intl.Collator('vi')
      return found.map(toOfficer).sort((a, b) => inVietnamese.compare(a.name, b.name))
    },

    isEmpty: async () => (await officers.findOne({}, { projection: { _id: 1 } })) === null,

    async change(id, details) {
      const document = await officers.findOneAndUpdate({ _id: id }, setOrUnset(details), {
        returnDocument: 'after',
        projection: withoutSecrets,
      })
      return document ? toOfficer(document) : undefined
    },

    async setDisabled(id, at) {
      await officers.updateOne({ _id: id }, at ? { $set: { disabledAt: at } } : { $unset: { disabledAt: 1 } })
    },

    async setPassword(id, passwordHash, oneTimeUntil) {
      await officers.updateOne(
        { _id: id },
        oneTimeUntil
          ? { $set: { passwordHash, oneTimeUntil } }
          : { $set: { passwordHash }, $unset: { oneTimeUntil: 1 } },
      )
    },

    async setSecondStep(id, secondStep) {
      await officers.updateOne(
        { _id: id },
        secondStep ? { $set: { secondStep } } : { $unset: { secondStep: 1 } },
      )
    },

    async setRecoveryHashes(id, hashes) {
      await officers.updateOne(
        { _id: id, 'secondStep.lastTimeStep': { $gte: 0 } },
        { $set: { 'secondStep.recoveryHashes': hashes } },
      )
    },

    async useTimeStep(id, timeStep) {
      const { modifiedCount } = await officers.updateOne(
        { _id: id, 'secondStep.lastTimeStep': { $lt: timeStep } },
        { $set: { 'secondStep.lastTimeStep': timeStep } },
      )
      return modifiedCount === 1
    },

    async useRecoveryHash(id, hash) {
      const { modifiedCount } = await officers.updateOne(
        { _id: id, 'secondStep.recoveryHashes': hash },
        { $pull: { 'secondStep.recoveryHashes': hash } },
      )
      return modifiedCount === 1
    },
  }
}

/** Every detail by name, so that one that is left out is removed. */
function setOrUnset(details: OfficerDetails) {
  const { name, unit, roles, mayOpenRestricted, contact, deputy, absentUntil } = details
  const optional = Object.entries({ unit, contact, deputy, absentUntil })
  const given = Object.fromEntries(optional.filter(([, value]) => value !== undefined))
  const absent = optional.filter(([, value]) => value === undefined).map(([key]) => [key, 1 as const])
  return {
    $set: { name, roles, mayOpenRestricted, ...given },
    ...(absent.length > 0 ? { $unset: Object.fromEntries(absent) } : {}),
  }
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}

function toOfficer(document: OfficerDocument): Officer {
  const { _id, unit, contact, deputy, absentUntil, disabledAt } = document
  return {
    id: _id,
    username: document.username,
    name: document.name,
    roles: document.roles,
    mayOpenRestricted: document.mayOpenRestricted,
    createdAt: document.createdAt,
    hasSecondStep: document.secondStep !== undefined,
    mustChangePassword: document.oneTimeUntil !== undefined,
    ...withoutUndefined({ unit, contact, deputy, absentUntil, disabledAt }),
  }
}

function toCredentials({ passwordHash, oneTimeUntil, secondStep }: OfficerDocument): Credentials {
  return {
    passwordHash,
    ...(oneTimeUntil ? { oneTimeUntil } : {}),
    ...(secondStep ? { secondStep: { ...secondStep, secret: secondStep.secret as Sealed } } : {}),
  }
}
