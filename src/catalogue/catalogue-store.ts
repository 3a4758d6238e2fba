import type { Procedure } from './procedure.ts'

/** One accepted import. Versions are kept so that a bad import can be taken back. */
export interface CatalogueVersion {
  /** Counts up; never used twice. */
  number: number
  importedAt: Date
  /** Where it came from, for people: a file name. */
  source: string
  procedureCount: number
}

export interface StoredCatalogue {
  version: CatalogueVersion
  /** By code, ascending. */
  procedures: Procedure[]
}

export interface VersionMeta {
  source: string
  importedAt: Date
  /** Gets the share that is stored, 0 to 1. */
  onProgress?: (share: number) => void
}

/**
 * The catalogue in use. A switch is one write: readers see the old catalogue or the new one, never a mixture, and a
 * crash half-way leaves the old one in use.
 */
export interface CatalogueStore {
  current(): Promise<StoredCatalogue | undefined>
  /** Number of the version in use: cheap, to notice that another process has switched. */
  currentNumber(): Promise<number | undefined>
  /** Stores a new version and puts it in use. Old versions beyond the number kept are dropped. */
  replace(procedures: readonly Procedure[], meta: VersionMeta): Promise<CatalogueVersion>
  /** As `replace`, but only while version `basedOn` is in use: what was laid over it would undo what came between. */
  replaceIfStill(
    basedOn: number,
    procedures: readonly Procedure[],
    meta: VersionMeta,
  ): Promise<CatalogueVersion | 'overtaken'>
  /** Versions that can be put in use again, newest first. */
  versions(): Promise<CatalogueVersion[]>
  /** Puts a kept version in use again; undefined when it is not kept any more. */
  rollBack(number: number): Promise<CatalogueVersion | undefined>
}
