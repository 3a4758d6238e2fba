import { createHmac } from 'node:crypto'
import mongoose from 'mongoose'
import type { LinkedConversation } from '../dossiers/dossier-links.ts'
import type { KeptSelfReport, ShadowStore } from '../dossiers/shadow-store.ts'
import { AppError } from '../lib/errors.ts'
import type { KeyRing } from '../lib/key-ring.ts'
import { instantAt } from '../lib/working-days/day.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { openField, type SealedField, sealField } from './sealed-field.ts'

interface ShadowDocument {
  /** Keyed, of conversation, procedure and day. */
  _id: string
  /** Until it is asked. */
  askDay?: string
  /** `KeptSelfReport` without id. */
  report: SealedField
  revision: number
  endsAt: Date
}

const shadowSchema = new mongoose.Schema<ShadowDocument>(
  { _id: String, askDay: String, report: mongoose.Schema.Types.Mixed, revision: Number, endsAt: Date },
  { collection: 'dossier_self_reports', versionKey: false, minimize: false },
)
// toAsk()
shadowSchema.index({ askDay: 1 }, { partialFilterExpression: { askDay: { $gte: '' } } })
shadowSchema.index({ endsAt: 1 }, { expireAfterSeconds: 0 })

const dayMs = 86_400_000
const maxTries = 10
const idBytes = 12

/** @param options.keepDays after the published day of the result */
export function createShadowStore(
  connection: mongoose.Connection,
  keyRing: KeyRing,
  { keepDays }: { keepDays: number },
): ShadowStore {
  const model = connection.model<ShadowDocument>('DossierSelfReport', shadowSchema)
  const reports = model.collection as unknown as mongoose.mongo.Collection<ShadowDocument>
  const secret = keyRing.deriveKey('dossier self-report names')
  const opened = ({ _id, report }: ShadowDocument): KeptSelfReport => ({
    id: _id,
    ...openField<Omit<KeptSelfReport, 'id'>>(keyRing, report, contextOf(_id)),
  })

  /** What is sealed is read, changed and written back when nobody has written in between. */
  async function change(
    id: string,
    edit: (report: KeptSelfReport) => KeptSelfReport | undefined,
    isAsked: boolean,
  ): Promise<KeptSelfReport | undefined> {
    for (let tries = 0; tries < maxTries; tries++) {
      const found = await reports.findOne({ _id: id })
      const edited = found && edit(opened(found))
      if (!found || !edited) return undefined
      const { id: _id, ...content } = edited
      const sealed = sealField(keyRing, content, contextOf(id))
      const { matchedCount } = await reports.updateOne(
        { _id: id, revision: found.revision },
        {
          $set: { report: sealed },
          $inc: { revision: 1 },
          ...(isAsked ? { $unset: { askDay: '' } } : {}),
        },
      )
      if (matchedCount > 0) return edited
    }
    throw new AppError('STORAGE_UNAVAILABLE', 'too many changes of a self-report at once', {
      retryable: true,
    })
  }

  async function get(id: string, conversation: LinkedConversation): Promise<KeptSelfReport | undefined> {
    const found = await reports.findOne({ _id: id })
    const report = found && opened(found)
    return report && isOf(report, conversation) ? report : undefined
  }

  return {
    async put(report) {
      const { channel, conversationId } = report.conversation
      const name = `${channel}\n${conversationId}\n${report.procedureCode}\n${report.filedDay}`
      const id = createHmac('sha256', secret).update(name).digest().subarray(0, idBytes).toString('hex')
      try {
        await reports.insertOne({
          _id: id,
          askDay: report.askDay,
          report: sealField(keyRing, report, contextOf(id)),
          revision: 1,
          endsAt: new Date(instantAt(report.dueDay, '24:00').getTime() + keepDays * dayMs),
        })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
      return id
    },

    async toAsk(day, limit) {
      const found = await reports
        .find({ askDay: { $gte: '', $lte: day } })
        .sort({ askDay: 1 })
        .limit(limit)
        .toArray()
      return found.map(opened)
    },

    async markAsked(id, at) {
      await change(id, (report) => ({ ...report, askedAt: at }), true)
    },

    answer: (id, conversation, answer) =>
      change(id, (report) => (isOf(report, conversation) ? { ...report, answer } : undefined), true),

    get,

    async removeOf(conversation) {
      for await (const found of reports.find({})) {
        if (isOf(opened(found), conversation)) await reports.deleteOne({ _id: found._id })
      }
    },

    async all() {
      const found = await reports.find({}).toArray()
      return found.map(opened).map(({ conversation: _conversation, ...report }) => report)
    },
  }
}

const contextOf = (id: string) => `dossier-self-report:${id}`

const isOf = ({ conversation: one }: KeptSelfReport, other: LinkedConversation): boolean =>
  one.channel === other.channel && one.conversationId === other.conversationId
