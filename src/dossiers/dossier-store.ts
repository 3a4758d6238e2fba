import type { Dossier, DossierEvent } from './dossier.ts'
import type { DossierCode } from './dossier-code.ts'
import type { ImportSummary } from './import-summary.ts'

/** One accepted import. */
export interface DossierImport {
  /** Counts up; never used twice. */
  number: number
  committedAt: Date
  /** Where it came from, for people: a file name. */
  source: string
  summary: ImportSummary
}

/** Which dossiers; every kind has an index. Days are "2026-11-23", both included. */
export type DossierScope =
  | { kind: 'all' }
  /** By the day of the result. */
  | { kind: 'done'; from: string; until: string }
  /** Neither done nor closed in another way, promised for this day or an earlier one; by that day. */
  | { kind: 'open-due'; until: string }
  /** Neither done nor closed in another way. */
  | { kind: 'open' }

/**
 * Dossiers as the last committed import left them. An import becomes visible with one write: readers see all of it or
 * nothing, also when it breaks off half-way.
 */
export interface DossierStore {
  find(code: DossierCode): Promise<Dossier | undefined>
  /** Those that are there, in no order. */
  findMany(codes: readonly DossierCode[]): Promise<Dossier[]>
  /** One after the other, as they were when it began. */
  each(scope: DossierScope): AsyncIterable<Dossier>
  count(scope: DossierScope): Promise<number>

  /** One import at a time, over all processes; `busy` while another one is alive. */
  beginImport(meta: { source: string }): Promise<StagedImport | 'busy'>
  /** Newest first. */
  imports(limit: number): Promise<DossierImport[]>

  /** Committed events that nobody has been told of, oldest import first. */
  untoldEvents(limit: number): Promise<DossierEvent[]>
  /** Called once their messages stand in the outbox under the events' ids; a crash in between tells again, not twice. */
  markTold(ids: readonly string[]): Promise<void>

  /**
   * Erases what leads to a person from dossiers whose result came before the day: code, digits, events. What figures are
   * made of stays, under a code that is none. Says how many; may be repeated after a crash.
   */
  eraseDoneBefore(day: string): Promise<number>
  /** How many `eraseDoneBefore` would erase. */
  countErasable(day: string): Promise<number>
}

export interface StagedChange {
  dossier: Dossier
  event?: DossierEvent
}

/** Nothing of it is seen before `commit`. A staged import that goes silent for a minute may be taken over by the next. */
export interface StagedImport {
  /** What is stored now of these codes; at most `rowsPerStage` of them. */
  stored(codes: readonly DossierCode[]): Promise<Map<DossierCode, Dossier>>
  /** Each code once in the whole import; at most `rowsPerStage` changes. */
  stage(changes: readonly StagedChange[]): Promise<void>
  /** @throws {AppError} STORAGE_UNAVAILABLE when another import has taken over meanwhile; nothing of this one is seen then */
  commit(summary: ImportSummary): Promise<DossierImport>
  /** Takes back what was staged. */
  abandon(): Promise<void>
}

/** How many rows one call of a staged import may hold. */
export const rowsPerStage = 1_000
