import { randomBytes } from 'node:crypto'
import type mongoose from 'mongoose'
import type { Dossier } from '../dossiers/dossier.ts'
import type { DossierCode } from '../dossiers/dossier-code.ts'
import {
  type DossierScope,
  type DossierStore,
  rowsPerStage,
  type StagedImport,
} from '../dossiers/dossier-store.ts'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import {
  currentImport,
  type DossierRow,
  type EventRow,
  eventSchema,
  type ImportRow,
  importSchema,
  never,
  padded,
  pointerId,
  rowSchema,
  scopeFilter,
  scopeSort,
  seenAt,
  toDossier,
  toEvent,
  toEventRow,
  toImport,
  toRow,
  withoutPerson,
} from './dossier-rows.ts'
import { isDuplicateKey } from './duplicate-key.ts'

/** A batch takes far less than a second; an import that is silent for so long is dead. */
const leaseMs = 60_000
/** Rows that were replaced are kept so long for readers that are still at work on the state before. */
const graceMs = 10 * 60_000
/** One step of a clean-up stays far below the time limit of an operation. */
const rowsPerStep = 2_000
/** More imports than that do not die in one life of an installation; the list is read at each import. */
const deadKept = 50

interface Lease {
  number: number
  /** The import that is seen while this one is written. */
  seen: number
  holder: string
  dead: readonly number[]
}

export function createDossierStore(
  connection: mongoose.Connection,
  { clock }: { clock: Clock },
): DossierStore {
  const rowModel = connection.model<DossierRow>('Dossier', rowSchema)
  const eventModel = connection.model<EventRow>('DossierEvent', eventSchema)
  const importModel = connection.model<ImportRow>('DossierImport', importSchema)
  const rows = rowModel.collection as unknown as mongoose.mongo.Collection<DossierRow>
  const events = eventModel.collection as unknown as mongoose.mongo.Collection<EventRow>
  const imports = importModel.collection as unknown as mongoose.mongo.Collection<ImportRow>

  const current = () => currentImport(imports)

  async function query(scope: DossierScope): Promise<mongoose.mongo.Filter<DossierRow>> {
    return { ...scopeFilter(scope), ...seenAt(await current()) }
  }

  /** Takes the right to write the next import; undefined while somebody else has it. */
  async function takeLease(): Promise<Lease | undefined> {
    const now = clock.now()
    const free = { _id: pointerId, number: 0, lastNumber: 0, heldUntil: new Date(0), dead: [] }
    const pointer = await imports.findOne({ _id: pointerId })
    try {
      if (!pointer) await imports.insertOne(free)
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
    const holder = randomBytes(8).toString('hex')
    const before = await imports.findOneAndUpdate(
      { _id: pointerId, heldUntil: { $lte: now } },
      { $inc: { lastNumber: 1 }, $set: { holder, heldUntil: new Date(now.getTime() + leaseMs) } },
      { returnDocument: 'before' },
    )
    if (!before) return undefined
    const dead = [...(before.dead ?? []), ...(before.holder ? [before.lastNumber!] : [])].slice(-deadKept)
    if (before.holder) await imports.updateOne({ _id: pointerId, holder }, { $set: { dead } })
    return { number: before.lastNumber! + 1, seen: before.number, holder, dead }
  }

  async function keepLease(holder: string): Promise<void> {
    const heldUntil = new Date(clock.now().getTime() + leaseMs)
    const { matchedCount } = await imports.updateOne({ _id: pointerId, holder }, { $set: { heldUntil } })
    if (matchedCount === 0) throw takenOver()
  }

  /** In steps, each as the holder of the lease, so that a long clean-up does not look like a dead import. */
  async function deleteRows(filter: mongoose.mongo.Filter<DossierRow>, holder: string): Promise<void> {
    for (;;) {
      const found = await rows
        .find(filter, { projection: { _id: 1 } })
        .limit(rowsPerStep)
        .toArray()
      if (found.length > 0) await rows.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })
      if (found.length < rowsPerStep) return
      await keepLease(holder)
    }
  }

  async function deleteEvents(filter: mongoose.mongo.Filter<EventRow>, holder: string): Promise<void> {
    for (;;) {
      const found = await events
        .find(filter, { projection: { _id: 1 } })
        .limit(rowsPerStep)
        .toArray()
      if (found.length > 0) await events.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })
      if (found.length < rowsPerStep) return
      await keepLease(holder)
    }
  }

  /** A dossier that has come anew since keeps its present row; the old one has nothing more to say. */
  async function reopen(ids: readonly string[]): Promise<void> {
    try {
      await rows.updateMany({ _id: { $in: [...ids] } }, { $set: { until: never } })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
      if (ids.length === 1) await rows.deleteOne({ _id: ids[0]! })
      else for (const id of ids) await reopen([id])
    }
  }

  async function reopenRows(until: Record<string, unknown> | number, holder: string): Promise<void> {
    for (;;) {
      const ended = await rows
        .find({ until }, { projection: { _id: 1 } })
        .limit(rowsPerStep)
        .toArray()
      if (ended.length === 0) return
      await reopen(ended.map(({ _id }) => _id))
      await keepLease(holder)
    }
  }

  /** Rows that were never shown go first, so that the ones they would have replaced can stand again. */
  async function takeBack({ seen, holder }: Lease): Promise<void> {
    await deleteRows({ _id: { $gt: `${padded(seen)};` } }, holder)
    await deleteEvents({ import: { $gt: seen } }, holder)
    await imports.deleteMany({ committedAt: { $gte: new Date(0) }, number: { $gt: seen } })
    await reopenRows({ $gt: seen, $lt: never }, holder)
  }

  /**
   * An import that was held up between looking at its lease and writing may have written after it was taken over. Its
   * number lies below those that are seen by now, so it is looked for by name.
   */
  async function takeBackDead({ dead, seen, holder }: Lease): Promise<void> {
    for (const number of dead.filter((number) => number <= seen)) {
      await deleteRows({ _id: { $gt: `${padded(number)}:`, $lt: `${padded(number)};` } }, holder)
      await deleteEvents({ import: number }, holder)
      await imports.deleteOne({ _id: `i${number}` })
      await reopenRows(number, holder)
    }
  }

  async function dropReplaced(holder: string): Promise<void> {
    const before = new Date(clock.now().getTime() - graceMs)
    const [last] = await imports
      .find({ committedAt: { $lte: before } })
      .sort({ committedAt: -1, number: -1 })
      .limit(1)
      .toArray()
    if (last) await deleteRows({ until: { $lte: last.number } }, holder)
  }

  function stagedImport(lease: Lease, source: string): StagedImport {
    const { number, holder } = lease
    let isTouched = false

    return {
      async stored(codes) {
        await keepLease(holder)
        const found = await rows.find({ code: { $in: bounded(codes) }, until: never }).toArray()
        return new Map(found.map((row) => [row.code as DossierCode, toDossier(row)]))
      },

      async stage(changes) {
        await keepLease(holder)
        isTouched = true
        const replaced = changes
          .filter(({ dossier }) => dossier.revision > 1)
          .map(({ dossier }) => dossier.code)
        if (replaced.length > 0) {
          await rows.updateMany(
            { code: { $in: bounded(replaced) }, until: never },
            { $set: { until: number } },
          )
        }
        await rows.insertMany(
          changes.map(({ dossier }) => toRow(dossier, number)),
          { ordered: false },
        )
        const news = changes.flatMap(({ event }) => (event ? [toEventRow(event, number)] : []))
        if (news.length > 0) await events.insertMany(news, { ordered: false })
      },

      async commit(summary) {
        const committedAt = clock.now()
        await keepLease(holder)
        await imports.insertOne({ _id: `i${number}`, number, committedAt, source, summary })
        const { matchedCount } = await imports.updateOne(
          { _id: pointerId, holder },
          { $set: { number, heldUntil: new Date(0) }, $unset: { holder: '' } },
        )
        if (matchedCount === 0) throw takenOver()
        return { number, committedAt, source, summary }
      },

      async abandon() {
        if (isTouched) {
          // Whoever has taken over has swept already, and writes under a number of its own.
          const { matchedCount } = await imports.updateOne(
            { _id: pointerId, holder },
            { $set: { heldUntil: new Date(clock.now().getTime() + leaseMs) } },
          )
          if (matchedCount === 0) return
          await takeBack(lease)
        }
        await imports.updateOne(
          { _id: pointerId, holder },
          { $set: { heldUntil: new Date(0) }, $unset: { holder: '' } },
        )
      },
    }
  }

  /** The name of what stays is noted first, so that a run after a crash makes no second one. */
  async function keepFigures(found: readonly DossierRow[]): Promise<void> {
    const named = found.map((row) => ({ ...row, erasedAs: row.erasedAs ?? erasedCode() }))
    await rows.bulkWrite(
      named.map(({ _id, erasedAs }) => ({ updateOne: { filter: { _id }, update: { $set: { erasedAs } } } })),
      { ordered: false },
    )
    try {
      await rows.insertMany(named.map(withoutPerson), { ordered: false })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  }

  return {
    async find(code) {
      const row = await rows.findOne({ code, ...seenAt(await current()) })
      return row ? toDossier(row) : undefined
    },

    async findMany(codes) {
      const seen = seenAt(await current())
      const found: Dossier[] = []
      for (let start = 0; start < codes.length; start += rowsPerStage) {
        const batch = codes.slice(start, start + rowsPerStage)
        found.push(...(await rows.find({ code: { $in: batch }, ...seen }).toArray()).map(toDossier))
      }
      return found
    },

    async *each(scope) {
      const cursor = rows.find(await query(scope), { batchSize: rowsPerStage }).sort(scopeSort(scope))
      for await (const row of cursor) yield toDossier(row)
    },

    count: async (scope) => rows.countDocuments(await query(scope)),

    async beginImport({ source }) {
      const lease = await takeLease()
      if (!lease) return 'busy'
      await takeBack(lease)
      await takeBackDead(lease)
      await dropReplaced(lease.holder)
      return stagedImport(lease, source)
    },

    async imports(limit) {
      const found = await imports
        .find({ committedAt: { $gte: new Date(0) }, number: { $lte: await current() } })
        .sort({ committedAt: -1, number: -1 })
        .limit(limit)
        .toArray()
      return found.map(toImport)
    },

    async untoldEvents(limit) {
      const found = await events
        .find({ untoldOf: { $gte: 0, $lte: await current() } })
        .sort({ untoldOf: 1, _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(toEvent)
    },

    async markTold(ids) {
      await events.updateMany({ _id: { $in: bounded(ids) } }, { $unset: { untoldOf: '' } })
    },

    async eraseDoneBefore(day) {
      let erased = 0
      for (;;) {
        const found = await rows
          .find({ erasableDay: { $gte: '', $lt: day }, ...seenAt(await current()) })
          .limit(rowsPerStage)
          .toArray()
        const codes = found.map(({ code }) => code)
        if (codes.length === 0) return erased
        await events.deleteMany({ code: { $in: codes } })
        await keepFigures(found)
        await rows.deleteMany({ code: { $in: codes } })
        erased += codes.length
      }
    },

    async countErasable(day) {
      return rows.countDocuments({ erasableDay: { $gte: '', $lt: day }, ...seenAt(await current()) })
    },
  }
}

const erasedCode = () => `erased:${randomBytes(16).toString('hex')}`

function bounded<T>(values: readonly T[]): T[] {
  if (values.length > rowsPerStage) throw new RangeError(`more than ${rowsPerStage} at a time`)
  return [...values]
}

function takenOver(): AppError {
  return new AppError('STORAGE_UNAVAILABLE', 'another import of dossiers has taken over', { retryable: true })
}
