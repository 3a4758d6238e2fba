import mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import {
  isOpen,
  type Report,
  type ReportChange,
  type ReportChangeKind,
  type ReportContent,
  type ReportEvent,
  type ReportSummary,
} from '../reports/report.ts'
import type { ReportStore } from '../reports/report-store.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { aboutTheSame, byUrgency, filterQuery, inScope, type ReportFields } from './report-query.ts'
import { openField, type SealedField, sealField, unreadable } from './sealed-field.ts'

interface ReportDocument extends ReportFields {
  /** `ReportContent`. */
  content: SealedField
  events: StoredEvent[]
}

interface StoredEvent extends Omit<ReportEvent, 'change'> {
  kind: ReportChangeKind
  /** `ReportChange`. */
  change: SealedField
}

const mixed = mongoose.Schema.Types.Mixed

const reportSchema = new mongoose.Schema<ReportDocument>(
  {
    _id: String,
    queue: String,
    isOpen: Boolean,
    isSlowLane: Boolean,
    dueAt: Date,
    caseNumber: String,
    concerns: mixed,
    assignee: String,
    unit: String,
    kind: String,
    state: String,
    receivedAt: Date,
    procedureCode: String,
    hasUnread: Boolean,
    restsSince: Date,
    erasableSince: Date,
    revision: Number,
    receiptHash: String,
    untold: [String],
    evidenceNames: [String],
    content: mixed,
    events: [mixed],
  },
  // `_id` is the random `ref`: an ObjectId would tell the second in which somebody wrote.
  { collection: 'reports', versionKey: false, minimize: false },
)
// findByCaseNumber(), list() of one, and no number twice
reportSchema.index({ caseNumber: 1 }, { unique: true })
// findByReceiptHash(), and no receipt that opens two
reportSchema.index({ receiptHash: 1 }, { unique: true })
// list() and count(): of one officer, of one unit, of whole queues. The embedded server takes the first of equally good
// ones, so the narrow ones come first.
reportSchema.index({ assignee: 1, ...byUrgency })
reportSchema.index({ unit: 1, ...byUrgency })
reportSchema.index({ queue: 1, ...byUrgency })
// receivedBetween()
reportSchema.index({ receivedAt: 1 })
// similarTo()
reportSchema.index({ kind: 1, receivedAt: -1 })
// openReports(): an order that no change of a report disturbs
reportSchema.index({ isOpen: 1, _id: 1 }, { partialFilterExpression: { isOpen: true } })
// answeredBefore()
reportSchema.index({ restsSince: 1 }, { sparse: true })
// closedBefore()
reportSchema.index({ erasableSince: 1 }, { sparse: true })
// withUntold()
reportSchema.index({ untold: 1 })
// holdsEvidence()
reportSchema.index({ evidenceNames: 1 })

/** Of a document whose words are not needed. */
const withoutWords = { content: 0, events: 0 } as const

export function createReportStore(connection: mongoose.Connection, keyRing: KeyRing): ReportStore {
  const model = connection.model<ReportDocument>('Report', reportSchema)
  const reports = model.collection as unknown as mongoose.mongo.Collection<ReportDocument>

  function toDocument({ ref, content, events, ...summary }: Report): ReportDocument {
    return {
      _id: ref,
      isOpen: isOpen(summary.state),
      ...restsSince(summary),
      ...erasableSince(summary),
      ...summary,
      content: sealField(keyRing, content, contentContext(ref)),
      events: events.map(({ change, ...event }) => ({
        ...event,
        kind: change.kind,
        change: sealField(keyRing, change, eventContext(ref, event.id)),
      })),
    }
  }

  function toReport(document: ReportDocument): Report {
    const { _id: ref } = document
    return {
      ...toSummary(document),
      content: openField<ReportContent>(keyRing, document.content, contentContext(ref)),
      events: document.events.map(({ kind, change: sealed, ...event }) => {
        const change = openField<ReportChange>(keyRing, sealed, eventContext(ref, event.id))
        if (change.kind !== kind) throw unreadable('an event says to be of another kind')
        return { ...event, change }
      }),
    }
  }

  const findOne = async (query: mongoose.mongo.Filter<ReportDocument>) => {
    const document = await reports.findOne(query)
    return document ? toReport(document) : undefined
  }

  return {
    async insert(report) {
      try {
        await reports.insertOne(toDocument(report), { ignoreUndefined: true })
        return 'stored'
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
        // Which value was there is asked, not read out of the error: reports are never removed in between.
        const { ref, caseNumber } = report
        if (await reports.findOne({ _id: ref }, { projection: { _id: 1 } })) return 'exists'
        if (await reports.findOne({ caseNumber }, { projection: { _id: 1 } })) return 'case-number-taken'
        throw error
      }
    },

    findByRef: (ref) => findOne({ _id: ref }),
    findByCaseNumber: (caseNumber) => findOne({ caseNumber }),
    findByReceiptHash: (receiptHash) => findOne({ receiptHash }),

    async update(report) {
      const { matchedCount } = await reports.replaceOne(
        { _id: report.ref, revision: report.revision - 1 },
        toDocument(report),
        { ignoreUndefined: true },
      )
      return matchedCount === 1 ? 'saved' : 'conflict'
    },

    async list(scope, filter, { skip, limit }) {
      const found = await reports
        .find(inScope(scope, filterQuery(filter)), { projection: withoutWords })
        .sort(byUrgency)
        .skip(skip)
        .limit(limit)
        .toArray()
      return found.map(toSummary)
    },

    count: (scope, filter) => reports.countDocuments(inScope(scope, filterQuery(filter))),

    async *receivedBetween(scope, from, to) {
      const received = { receivedAt: { $gte: from, $lt: to } }
      const found = reports
        .find(inScope(scope, received), { projection: withoutWords })
        .sort({ receivedAt: 1, _id: 1 })
      for await (const document of found) yield toSummary(document)
    },

    async *openReports() {
      const timed = { $or: [{ dueAt: { $exists: true } }, { 'deadlines.missingYear': { $exists: true } }] }
      const found = reports.find({ isOpen: true, ...timed }, { projection: withoutWords }).sort({ _id: 1 })
      for await (const document of found) yield toSummary(document)
    },

    async answeredBefore(before, limit) {
      const found = await reports
        .find({ restsSince: { $lt: before } }, { projection: { _id: 1 } })
        .sort({ restsSince: 1, _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ _id }) => _id)
    },

    async withUntold(limit) {
      const found = await reports
        .find({ untold: { $gt: '' } }, { projection: { _id: 1 } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ _id }) => _id)
    },

    // Takes out by name and leaves the revision: a replacement that was worked out before it brings ids back, to be told
    // once more; one that came in between keeps its own.
    async markTold(ref, eventIds) {
      await reports.updateOne({ _id: ref }, { $pull: { untold: { $in: [...eventIds] } } })
    },

    async similarTo(report, scope, since, limit) {
      const others = inScope(scope, {
        kind: report.kind,
        receivedAt: { $gte: since },
        _id: { $ne: report.ref },
      })
      const newest = async (query: mongoose.mongo.Filter<ReportDocument>) =>
        (await reports.find(query).sort({ receivedAt: -1, _id: 1 }).limit(limit).toArray()).map(toReport)
      const same = aboutTheSame(report)
      const near = same.length > 0 ? await newest({ $and: [others, { $or: same }] }) : []
      return near.length > 0 ? near : newest(others)
    },

    async holdsEvidence(name) {
      return (await reports.findOne({ evidenceNames: name }, { projection: { _id: 1 } })) !== null
    },

    async closedBefore(before, limit) {
      const found = await reports
        .find({ erasableSince: { $lt: before } }, { projection: { _id: 1 } })
        .sort({ erasableSince: 1, _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ _id }) => _id)
    },
  }
}

function toSummary(document: ReportFields): ReportSummary {
  const { _id: ref, isOpen: _open, restsSince: _rests, erasableSince: _erasable, ...rest } = document
  const { content: _content, events: _events, ...summary } = rest as typeof rest & Partial<ReportDocument>
  return { ref, ...summary }
}

function restsSince({
  state,
  answeredAt,
  forwardedAt,
}: Pick<ReportSummary, 'state' | 'answeredAt' | 'forwardedAt'>): { restsSince?: Date } {
  const since = state === 'answered' ? answeredAt : state === 'forwarded' ? forwardedAt : undefined
  return since ? { restsSince: since } : {}
}

function erasableSince({
  state,
  closedAt,
  erasedAt,
}: Pick<ReportSummary, 'state' | 'closedAt' | 'erasedAt'>): { erasableSince?: Date } {
  return state === 'closed' && closedAt && !erasedAt ? { erasableSince: closedAt } : {}
}

const contentContext = (ref: string) => `report:${ref}:content`
const eventContext = (ref: string, eventId: string) => `report:${ref}:event:${eventId}`
