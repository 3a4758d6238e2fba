import mongoose from 'mongoose'
import type { Dossier, DossierEvent } from '../dossiers/dossier.ts'
import type { DossierCode } from '../dossiers/dossier-code.ts'
import { type Shelf, shelfOf } from '../dossiers/dossier-list.ts'
import type { DossierImport, DossierScope } from '../dossiers/dossier-store.ts'
import type { ImportSummary } from '../dossiers/import-summary.ts'
import { isOpenDossier } from '../dossiers/timeliness.ts'

/**
 * A row is one version of a dossier, seen by readers of the imports `from <= current < until`. An import writes its rows
 * beside the old ones and ends those; moving `current` is the one write that shows it all.
 */
export interface DossierRow extends Omit<Dossier, 'code'> {
  /** `<from>:<code>`, so that the rows of one import lie together. */
  _id: string
  code: string
  from: number
  until: number
  /** Of those that are neither done nor closed: the present promise, '' without one. */
  openDueDay?: string
  /** For the lists of the office; see `shelfOf`. */
  shelf: Shelf
  shelfDay: string
  /** `doneDay`, until it is erased. */
  erasableDay?: string
  /** What stands for the code once it is erased; set just before. */
  erasedAs?: string
}

export interface EventRow extends Omit<DossierEvent, 'id' | 'code'> {
  _id: string
  code: string
  import: number
  /** `import`, until listeners have been told. */
  untoldOf?: number
}

/** `i<number>` for each import; `current` names the last one that is seen and who may write the next. */
export interface ImportRow {
  _id: string
  number: number
  committedAt?: Date
  source?: string
  summary?: ImportSummary
  lastNumber?: number
  holder?: string
  heldUntil?: Date
  /** Numbers of imports that went silent and were taken over. */
  dead?: number[]
}

const mixed = mongoose.Schema.Types.Mixed

export const rowSchema = new mongoose.Schema<DossierRow>(
  {
    _id: String,
    code: String,
    from: Number,
    until: Number,
    status: String,
    updatedAt: Date,
    toldAt: Date,
    procedureCode: String,
    procedureName: String,
    field: String,
    unit: String,
    channel: String,
    receivedDay: String,
    firstDueDay: String,
    dueDay: String,
    dueChanges: [mixed],
    pausedSince: String,
    doneDay: String,
    returnedDay: String,
    digitsHashes: [String],
    openDueDay: String,
    shelf: String,
    shelfDay: String,
    erasableDay: String,
    erasedAs: String,
    revision: Number,
  },
  { collection: 'dossiers', versionKey: false, minimize: false },
)
/** Later than any import; a row that nothing has replaced. */
export const never = 2_000_000_000
// find(), findMany(), stored(); and never two present rows of one dossier
rowSchema.index({ code: 1, until: 1 }, { unique: true })
// each() and count() of results
rowSchema.index({ doneDay: 1, _id: 1 }, { partialFilterExpression: { doneDay: { $gte: '' } } })
// eraseDoneBefore()
rowSchema.index({ erasableDay: 1 }, { partialFilterExpression: { erasableDay: { $gte: '' } } })
// each() and count() of open ones
rowSchema.index({ openDueDay: 1, _id: 1 }, { partialFilterExpression: { openDueDay: { $gte: '' } } })
// lists of the office: page(), count(), names()
rowSchema.index({ shelf: 1, shelfDay: 1, code: 1 })
rowSchema.index(
  { unit: 1, shelf: 1, shelfDay: 1, code: 1 },
  { partialFilterExpression: { unit: { $gt: '' } } },
)
rowSchema.index(
  { field: 1, shelf: 1, shelfDay: 1, code: 1 },
  { partialFilterExpression: { field: { $gt: '' } } },
)
rowSchema.index(
  { unit: 1, field: 1, shelf: 1, shelfDay: 1, code: 1 },
  { partialFilterExpression: { unit: { $gt: '' }, field: { $gt: '' } } },
)
// receivedOn()
rowSchema.index({ receivedDay: 1, code: 1 })
// sweep(): what an import replaced
rowSchema.index({ until: 1 }, { partialFilterExpression: { until: { $lt: never } } })

export const eventSchema = new mongoose.Schema<EventRow>(
  {
    _id: String,
    code: String,
    at: Date,
    status: mixed,
    due: mixed,
    isBackward: Boolean,
    import: Number,
    untoldOf: Number,
  },
  { collection: 'dossier_events', versionKey: false, minimize: false },
)
// untoldEvents()
eventSchema.index({ untoldOf: 1, _id: 1 }, { partialFilterExpression: { untoldOf: { $gte: 0 } } })
// sweep()
eventSchema.index({ import: 1 })
// eraseDoneBefore()
eventSchema.index({ code: 1 })

export const importSchema = new mongoose.Schema<ImportRow>(
  {
    _id: String,
    number: Number,
    committedAt: Date,
    source: String,
    summary: mixed,
    lastNumber: Number,
    holder: String,
    heldUntil: Date,
    dead: [Number],
  },
  { collection: 'dossier_imports', versionKey: false, minimize: false },
)
// imports(), sweep()
importSchema.index({ committedAt: 1, number: 1 })

export const pointerId = 'current'

/** The number of the last import that is seen. */
export async function currentImport(imports: mongoose.mongo.Collection<ImportRow>): Promise<number> {
  return (await imports.findOne({ _id: pointerId }, { projection: { number: 1 } }))?.number ?? 0
}

export function seenAt(number: number): mongoose.mongo.Filter<DossierRow> {
  return { from: { $lte: number }, until: { $gt: number } }
}

export function scopeFilter(scope: DossierScope): mongoose.mongo.Filter<DossierRow> {
  switch (scope.kind) {
    case 'all':
      return {}
    case 'done':
      return { doneDay: { $gte: scope.from, $lte: scope.until } }
    case 'open':
      return { openDueDay: { $gte: '' } }
    case 'open-due':
      return { openDueDay: { $gt: '', $lte: scope.until } }
  }
}

export function scopeSort({ kind }: DossierScope): Record<string, 1> {
  switch (kind) {
    case 'all':
      return { _id: 1 }
    case 'done':
      return { doneDay: 1, _id: 1 }
    case 'open':
    case 'open-due':
      return { openDueDay: 1, _id: 1 }
  }
}

export function toRow(dossier: Dossier, number: number): DossierRow {
  return {
    ...dossier,
    _id: `${padded(number)}:${dossier.code}`,
    from: number,
    until: never,
    ...shelfOf(dossier),
    ...(dossier.doneDay === undefined ? {} : { erasableDay: dossier.doneDay }),
    ...(isOpenDossier(dossier) ? { openDueDay: dossier.dueDay ?? '' } : {}),
  }
}

export function toDossier(row: DossierRow): Dossier {
  const {
    _id,
    code,
    from: _from,
    until: _until,
    openDueDay: _openDueDay,
    shelf: _shelf,
    shelfDay: _shelfDay,
    erasableDay: _erasableDay,
    erasedAs: _erasedAs,
    ...dossier
  } = row
  return { ...dossier, code: code as DossierCode }
}

/** What figures are made of, on no list of the office any more. */
export function withoutPerson(row: DossierRow & { erasedAs: string }): DossierRow {
  const { shelf: _shelf, shelfDay: _shelfDay, erasableDay: _erasableDay, erasedAs, ...kept } = row
  const _id = `${padded(row.from)}:${erasedAs}`
  return { ...kept, _id, code: erasedAs, digitsHashes: [] } as unknown as DossierRow
}

export function toEventRow({ id, ...event }: DossierEvent, number: number): EventRow {
  return { ...event, _id: id, import: number, untoldOf: number }
}

export function toEvent(row: EventRow): DossierEvent {
  const { _id, code, import: _import, untoldOf: _untoldOf, ...event } = row
  return { ...event, id: _id, code: code as DossierCode }
}

export function toImport({ number, committedAt, source, summary }: ImportRow): DossierImport {
  return { number, committedAt: committedAt!, source: source!, summary: summary! }
}

/** Ten digits, so that texts sort as the numbers do. */
export function padded(number: number): string {
  return String(number).padStart(10, '0')
}
