import mongoose from 'mongoose'
import type { DeliveryFault, Digest, Notice, NoticeKind, NoticeStore } from '../desk/notices/notice.ts'
import type { ContactKind } from '../desk/officer.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface NoticeDocument {
  _id: string
  officerId: string
  kind: NoticeKind | 'digest'
  /** Of a report. */
  reportRef?: string
  caseNumber?: string
  digest?: Digest
  at: Date
  reminder?: { clock: string; percent: number }
  isRead: boolean
  readAt?: Date
  delivery: StoredDelivery
  /** While it waits to be sent. */
  nextAt?: Date
  expiresAt: Date
}

type StoredDelivery =
  | { kind: 'in-app' }
  | { kind: 'waiting'; attempts: number; lastFault?: DeliveryFault }
  | { kind: 'sent'; by: ContactKind; at: Date }
  | { kind: 'failed'; by: ContactKind; at: Date; fault: DeliveryFault }

const mixed = mongoose.Schema.Types.Mixed

const noticeSchema = new mongoose.Schema<NoticeDocument>(
  {
    _id: String,
    officerId: String,
    kind: String,
    reportRef: String,
    caseNumber: String,
    at: Date,
    reminder: mixed,
    digest: mixed,
    isRead: Boolean,
    readAt: Date,
    delivery: mixed,
    nextAt: Date,
    expiresAt: Date,
  },
  { collection: 'notices', versionKey: false, minimize: false },
)
const listOrder = { isRead: 1, at: -1, _id: 1 } as const
// listOf(), markRead()
noticeSchema.index({ officerId: 1, ...listOrder })
// takeDue()
noticeSchema.index({ nextAt: 1 }, { sparse: true })
// removeOf()
noticeSchema.index({ reportRef: 1 })
// Retention: class `notices` of data/retention.yaml.
noticeSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

const dayMs = 86_400_000

export function createNoticeStore(
  connection: mongoose.Connection,
  { keepDays }: { keepDays: number },
): NoticeStore {
  const model = connection.model<NoticeDocument>('Notice', noticeSchema)
  const notices = model.collection as unknown as mongoose.mongo.Collection<NoticeDocument>

  function toDocument({ id, readAt, delivery, ...fields }: Notice): NoticeDocument {
    return {
      _id: id,
      ...fields,
      isRead: readAt !== undefined,
      ...(readAt ? { readAt } : {}),
      ...storedDelivery(delivery),
      expiresAt: new Date(fields.at.getTime() + keepDays * dayMs),
    }
  }

  return {
    async add(list) {
      const ids = list.map(({ id }) => id)
      const there = await notices.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray()
      const known = new Set(there.map(({ _id }) => _id))
      let added = 0
      for (const notice of list) {
        if (known.has(notice.id)) continue
        try {
          await notices.insertOne(toDocument(notice))
          added++
        } catch (error) {
          if (!isDuplicateKey(error)) throw error
        }
      }
      return added
    },

    async listOf(officerId, limit) {
      const found = await notices.find({ officerId }).sort(listOrder).limit(limit).toArray()
      return found.map(toNotice)
    },

    async markRead(officerId, at, ids) {
      await notices.updateMany(
        { officerId, isRead: false, ...(ids ? { _id: { $in: [...ids] } } : {}) },
        { $set: { isRead: true, readAt: at } },
      )
    },

    async find(id) {
      const document = await notices.findOne({ _id: id })
      return document ? toNotice(document) : undefined
    },

    async takeDue(now, until) {
      const taken = await notices.findOneAndUpdate(
        { nextAt: { $lte: now } },
        { $set: { nextAt: until }, $inc: { 'delivery.attempts': 1 } },
        { sort: { nextAt: 1 }, returnDocument: 'after' },
      )
      return taken ? toNotice(taken) : undefined
    },

    async settle(id, delivery) {
      const stored = storedDelivery(delivery)
      await notices.updateOne(
        { _id: id },
        { $set: stored, ...(stored.nextAt ? {} : { $unset: { nextAt: 1 as const } }) },
      )
    },

    async removeOf(reportRef, officerIds) {
      await notices.deleteMany({
        reportRef,
        ...(officerIds ? { officerId: { $in: [...officerIds] } } : {}),
      })
    },
  }
}

/** The time of the next try stands beside, where an index finds it. */
function storedDelivery(delivery: Notice['delivery']): Pick<NoticeDocument, 'delivery' | 'nextAt'> {
  if (delivery.kind !== 'waiting') return { delivery }
  const { nextAt, ...rest } = delivery
  return { delivery: rest, nextAt }
}

function toNotice(document: NoticeDocument): Notice {
  const { _id, reminder, readAt, delivery, nextAt } = document
  const { officerId, kind, reportRef, caseNumber, digest, at } = document
  const any = {
    id: _id,
    officerId,
    at,
    ...(readAt ? { readAt } : {}),
    delivery: delivery.kind === 'waiting' ? { ...delivery, nextAt: nextAt ?? at } : delivery,
  }
  if (kind === 'digest') return { ...any, kind, digest: digest! }
  return {
    ...any,
    kind,
    reportRef: reportRef!,
    caseNumber: caseNumber!,
    ...(reminder ? { reminder } : {}),
  }
}
