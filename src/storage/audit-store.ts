import mongoose from 'mongoose'
import type { AuditAction, AuditEvent, AuditLog, AuditRow, AuditValue } from '../desk/audit/audit-log.ts'
import { type Anchor, chainStart, makeAnchor, nextRow } from '../desk/audit/chain.ts'
import type { AuditArchive, StoredRow } from '../desk/audit/verify-chain.ts'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface RowDocument {
  /** The sequence: unique, so that of two processes that append at once one has to look again. */
  _id: number
  at: Date
  officer: string
  action: AuditAction
  subject: string
  detail: Record<string, AuditValue>
  previousHash: string
  hash: string
}

interface AnchorDocument {
  /** "head", or the sequence as text. */
  _id: string
  sequence: number
  hash: string
  at: Date
  mac?: string
}

const rowSchema = new mongoose.Schema<RowDocument>(
  {
    _id: Number,
    at: Date,
    officer: String,
    action: String,
    subject: String,
    detail: { type: mongoose.Schema.Types.Mixed },
    previousHash: String,
    hash: String,
  },
  { collection: 'audit', versionKey: false, minimize: false },
)
// list(), by each of its filters
rowSchema.index({ officer: 1, _id: -1 })
rowSchema.index({ subject: 1, _id: -1 })
rowSchema.index({ action: 1, _id: -1 })
rowSchema.index({ at: 1 })

const anchorSchema = new mongoose.Schema<AnchorDocument>(
  { _id: String, sequence: Number, hash: String, at: Date, mac: String },
  { collection: 'audit_anchors', versionKey: false },
)
// archive.anchors()
anchorSchema.index({ sequence: 1 })

const maxTries = 200
/** Besides those of the daily job. */
const anchorEveryRows = 256

export interface AuditStoreOptions {
  clock: Clock
  log: Log
  /** Of ENCRYPTION_KEY; without one anchors are not signed. */
  key?: Buffer
}

/** Rows are only ever inserted. There is no retention: the audit is as old as the installation. */
export function createAuditStore(
  connection: mongoose.Connection,
  { clock, log, key }: AuditStoreOptions,
): { log: AuditLog; archive: AuditArchive } {
  const rows = connection.model<RowDocument>('AuditRow', rowSchema)
    .collection as unknown as mongoose.mongo.Collection<RowDocument>
  const anchors = connection.model<AnchorDocument>('AuditAnchor', anchorSchema)
    .collection as unknown as mongoose.mongo.Collection<AnchorDocument>

  const newestRow = () => rows.find({}).sort({ _id: -1 }).limit(1).next()

  async function insert(event: AuditEvent): Promise<AuditRow> {
    checkDetail(event)
    for (let tries = 0; tries < maxTries; tries++) {
      const newest = await newestRow()
      const row = nextRow(newest ? toRow(newest) : chainStart, event, clock.now())
      const { sequence, ...fields } = row
      try {
        await rows.insertOne({ _id: sequence, ...fields })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
        continue
      }
      await moveHead(row)
      if (sequence % anchorEveryRows === 0) await keepAnchor(row)
      return row
    }
    throw new AppError('STORAGE_UNAVAILABLE', 'too many audit rows at once', { retryable: true })
  }

  /** Never backwards: of several processes the one that is furthest stays. */
  async function moveHead(row: AuditRow): Promise<void> {
    const head = makeAnchor(row, row.at, key)
    try {
      await anchors.updateOne(
        { _id: 'head', sequence: { $lt: row.sequence } },
        { $set: { ...head } },
        { upsert: true },
      )
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  }

  async function keepAnchor(row: Pick<AuditRow, 'sequence' | 'hash'>): Promise<void> {
    const anchor = makeAnchor(row, clock.now(), key)
    try {
      await anchors.insertOne({ _id: String(row.sequence), ...anchor })
    } catch (error) {
      if (isDuplicateKey(error)) return
      throw error
    }
    // The log is a second witness, which whoever writes to the database does not reach.
    log.info({ sequence: anchor.sequence, hash: anchor.hash }, 'audit: anchor')
  }

  // One after another in this process, so that only other processes are competitors.
  let last: Promise<unknown> = Promise.resolve()

  return {
    log: {
      append(event) {
        const appended = last.then(() => insert(event))
        last = appended.catch(() => {})
        return appended
      },

      async list({ officer, subject, actions, from, to }, { before, limit }) {
        const at = { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) }
        const found = await rows
          .find({
            ...(officer === undefined ? {} : { officer }),
            ...(subject === undefined ? {} : { subject }),
            ...(actions === undefined ? {} : { action: { $in: [...actions] } }),
            ...(from || to ? { at } : {}),
            ...(before === undefined ? {} : { _id: { $lt: before } }),
          })
          .sort({ _id: -1 })
          .limit(limit)
          .toArray()
        return found.map(toRow)
      },

      async anchor() {
        const newest = await newestRow()
        if (newest) await keepAnchor(toRow(newest))
      },
    },

    archive: {
      async *rows() {
        for await (const { _id, ...fields } of rows.find({}).sort({ _id: 1 })) {
          yield { ...fields, sequence: _id } satisfies StoredRow
        }
      },
      async head() {
        const document = await anchors.findOne({ _id: 'head' })
        return document ? toAnchor(document) : undefined
      },
      async anchors() {
        const found = await anchors
          .find({ _id: { $ne: 'head' } })
          .sort({ sequence: 1, _id: 1 })
          .toArray()
        return found.map(toAnchor)
      },
    },
  }
}

/** What a document cannot hold, or would give back changed, must not enter the chain. */
function checkDetail({ detail = {} }: AuditEvent): void {
  for (const [name, value] of Object.entries(detail)) {
    const isNumber = typeof value !== 'number' || Number.isFinite(value)
    if (!/^[a-zA-Z][a-zA-Z0-9]*$/.test(name) || !isNumber) {
      throw new TypeError('audit: a detail is not a short fact with a plain name')
    }
  }
}

const toRow = ({ _id, ...fields }: RowDocument): AuditRow => ({ ...fields, sequence: _id })

const toAnchor = ({ sequence, hash, at, mac }: AnchorDocument): Anchor => ({
  sequence,
  hash,
  at,
  ...(mac === undefined ? {} : { mac }),
})
