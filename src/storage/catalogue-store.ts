import { setImmediate } from 'node:timers/promises'
import mongoose from 'mongoose'
import type {
  CatalogueStore,
  CatalogueVersion,
  StoredCatalogue,
  VersionMeta,
} from '../catalogue/catalogue-store.ts'
import { type Procedure, procedureSchema } from '../catalogue/procedure.ts'
import { AppError } from '../lib/errors.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface ProcedureDocument {
  /** `<version>:<code>` */
  _id: string
  version: number
  code: string
  procedure: Procedure
}

/** `v<number>` for each version; `current` points to the one in use and counts the numbers given out. */
interface VersionDocument {
  _id: string
  number?: number
  importedAt?: Date
  source?: string
  procedureCount?: number
  lastNumber?: number
}

const mixed = mongoose.Schema.Types.Mixed

const procedureDocumentSchema = new mongoose.Schema<ProcedureDocument>(
  { _id: String, version: Number, code: String, procedure: mixed },
  { collection: 'procedures', versionKey: false, minimize: false },
)
// current(): all rows of one version by code; replace(): rows of dropped versions.
procedureDocumentSchema.index({ version: 1, code: 1 }, { unique: true })

const versionSchema = new mongoose.Schema<VersionDocument>(
  {
    _id: String,
    number: Number,
    importedAt: Date,
    source: String,
    procedureCount: Number,
    lastNumber: Number,
  },
  { collection: 'catalogue_versions', versionKey: false, minimize: false },
)
// versions(); the collection never holds more than the versions kept and the pointer.
versionSchema.index({ importedAt: 1, number: 1 })

const pointerId = 'current'
const versionId = (number: number) => `v${number}`
/** About 2 MB a batch; far below the 16 MB that one message may hold. */
const rowsPerWrite = 500
const rowsPerTurn = 100

/** @param options.versionsKept how many versions can be put in use again, the current one included */
export function createCatalogueStore(
  connection: mongoose.Connection,
  { versionsKept = 5 }: { versionsKept?: number } = {},
): CatalogueStore {
  const procedureModel = connection.model<ProcedureDocument>('Procedure', procedureDocumentSchema)
  const versionModel = connection.model<VersionDocument>('CatalogueVersion', versionSchema)
  const rows = procedureModel.collection as unknown as mongoose.mongo.Collection<ProcedureDocument>
  const versions = versionModel.collection as unknown as mongoose.mongo.Collection<VersionDocument>

  async function currentNumber(): Promise<number | undefined> {
    const pointer = await versions.findOne({ _id: pointerId })
    return pointer?.number
  }

  /**
   * Imports that start together race for making the pointer; whoever loses finds it at the next try. Not an upsert: two of
   * those at once do not say on every server which of them counted.
   */
  async function nextNumber(triesLeft = 5): Promise<number> {
    const pointer = await versions.findOneAndUpdate(
      { _id: pointerId },
      { $inc: { lastNumber: 1 } },
      { returnDocument: 'after' },
    )
    if (pointer?.lastNumber !== undefined) return pointer.lastNumber
    try {
      await versions.insertOne({ _id: pointerId, lastNumber: 1 })
      return 1
    } catch (error) {
      if (!isDuplicateKey(error) || triesLeft === 0) throw error
    }
    return nextNumber(triesLeft - 1)
  }

  async function keptVersions(): Promise<CatalogueVersion[]> {
    const found = await versions
      .find({ importedAt: { $gte: new Date(0) } })
      .sort({ importedAt: -1, number: -1, _id: 1 })
      .toArray()
    return found.map(toVersion).sort((a, b) => b.number - a.number)
  }

  /** Versions go first, then their rows, so that no version is ever offered whose rows are gone. */
  async function dropOldVersions(current: number): Promise<void> {
    const kept = (await keptVersions()).map((version) => version.number)
    const oldestKept = kept.slice(0, versionsKept).at(-1) ?? current
    const limit = Math.min(oldestKept, current)
    await versions.deleteMany({ importedAt: { $gte: new Date(0) }, number: { $lt: limit } })
    await rows.deleteMany({ version: { $lt: limit } })
  }

  async function readCurrent(): Promise<StoredCatalogue | undefined | 'switched'> {
    const number = await currentNumber()
    if (number === undefined) return undefined
    const version = await versions.findOne({ _id: versionId(number) })
    const found = await rows.find({ version: number }).sort({ code: 1, _id: 1 }).toArray()
    if (!version || found.length !== version.procedureCount) return 'switched'
    const procedures: Procedure[] = []
    for (const [at, row] of found.entries()) {
      procedures.push(procedureSchema.parse(row.procedure))
      // The national catalogue takes most of a second; whoever else uses this process is let in between.
      if (at % rowsPerTurn === rowsPerTurn - 1) await setImmediate()
    }
    return { version: toVersion(version), procedures }
  }

  /** A version with its rows, not yet in use. */
  async function write(
    procedures: readonly Procedure[],
    { source, importedAt, onProgress }: VersionMeta,
  ): Promise<CatalogueVersion> {
    const number = await nextNumber()
    for (let start = 0; start < procedures.length; start += rowsPerWrite) {
      const batch = procedures.slice(start, start + rowsPerWrite).map((procedure) => ({
        _id: `${number}:${procedure.code}`,
        version: number,
        code: procedure.code,
        procedure: withoutUndefined(procedure),
      }))
      await rows.insertMany(batch, { ordered: false })
      onProgress?.(Math.min(1, (start + batch.length) / procedures.length))
    }
    const version = { number, importedAt, source, procedureCount: procedures.length }
    await versions.insertOne({ _id: versionId(number), ...version })
    return version
  }

  return {
    currentNumber,

    async current() {
      // Another process may drop the version between our reads; then the pointer has moved and one more try finds it.
      for (let attempt = 0; attempt < 3; attempt++) {
        const found = await readCurrent()
        if (found !== 'switched') return found
      }
      throw new AppError('STORAGE_UNAVAILABLE', 'the stored catalogue is incomplete')
    },

    async replace(procedures, meta) {
      const version = await write(procedures, meta)
      // Two imports at once: the later number wins, whoever writes last.
      await versions.updateOne({ _id: pointerId }, { $max: { number: version.number } })
      await dropOldVersions(version.number)
      return version
    },

    async replaceIfStill(basedOn, procedures, meta) {
      const version = await write(procedures, meta)
      const { number } = version
      const { matchedCount } = await versions.updateOne(
        { _id: pointerId, number: basedOn },
        { $set: { number } },
      )
      if (matchedCount === 0) {
        await versions.deleteOne({ _id: versionId(number) })
        await rows.deleteMany({ version: number })
        return 'overtaken'
      }
      await dropOldVersions(number)
      return version
    },

    versions: keptVersions,

    async rollBack(number) {
      const version = await versions.findOne({ _id: versionId(number) })
      if (!version) return undefined
      await versions.updateOne({ _id: pointerId }, { $set: { number } })
      return toVersion(version)
    },
  }
}

function toVersion({ number, importedAt, source, procedureCount }: VersionDocument): CatalogueVersion {
  return {
    number: number!,
    importedAt: importedAt!,
    source: source!,
    procedureCount: procedureCount!,
  }
}

/** The database would store `undefined` as null, which is no part of the schema. */
function withoutUndefined(procedure: Procedure): Procedure {
  return procedureSchema.parse(JSON.parse(JSON.stringify(procedure)))
}
