import type { Problem } from '../../lib/problem.ts'
import type { TableRow } from '../../lib/spreadsheet/cells.ts'
import type { LocalFacts, Procedure, Replaced } from '../procedure.ts'

/** A file as text, with the name that problems print. Reading it from disk is the caller's business. */
export interface SourceFile {
  name: string
  text: string
}

/** A list exported as a workbook, already unpacked (`openListSheet`). */
export interface SheetFile {
  name: string
  rows: readonly TableRow[]
  /** Day on which the workbook was made, "2026-07-15", when it says so. */
  createdOn?: string
}

/** Where something stands, for problems that show only later. */
export interface Place {
  file: string
  line: number
}

/** One row of a file of local facts. */
export interface LocalRow {
  code: string
  facts: LocalFacts
  place: Place
}

/** One row of the table of what was replaced by what; only confirmed rows get this far. */
export interface ReplacedRow {
  old: Replaced
  /** Code of what took its place. */
  by: string
  place: Place
}

/** What one published list speaks for: its own issuer, or everything when it holds several. */
export interface ListScope {
  file: string
  issuer?: string
  /** Whoever imports said that it is the whole catalogue. */
  isStated?: boolean
  /** Month or day of the list. */
  date: string
}

/** The files of one import by what they say; `updateCatalogue` lays them over the catalogue in use. */
export interface CatalogueLayers {
  listed: Procedure[]
  scopes: ListScope[]
  details: Procedure[]
  own: Procedure[]
  /** Absent: no file of local facts came, those in use stay. */
  local?: LocalRow[]
  /** Absent: no table came, the one in use stays. */
  replaced?: ReplacedRow[]
}

/** All or nothing: one problem anywhere and no procedure is taken over. */
export type ParsedCatalogue =
  /**
   * `leftOut`: rows of a published list that are no procedures, because the portal itself spoilt their code
   * ("1.014955-Xoa", "1.0133611": 3 of 5,608 in 07/2026). They are named to whoever imports.
   */
  | { kind: 'procedures'; procedures: Procedure[]; leftOut: Problem[] }
  | { kind: 'problems'; problems: Problem[] }

export function allOrNothing(
  procedures: Procedure[],
  problems: Problem[],
  leftOut: Problem[] = [],
): ParsedCatalogue {
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'procedures', procedures, leftOut }
}

const tailedCode = /^(\d\.\d{6})((?:\.\d{3}\.\d{2}\.\d{2})?(?:\.[A-Z]\d{2})?)$/

/** `1.014199` or, with a local tail, `1.014199.000.00.00.H17`; the tail is dropped, matching goes by the first part. */
export function nationalCode(raw: string): string | undefined {
  return tailedCode.exec(raw.trim())?.[1]
}

/** The whole code when it carries a local tail. */
export function localCode(raw: string): string | undefined {
  const found = tailedCode.exec(raw.trim())
  return found?.[2] ? found[0] : undefined
}

/** A national code with something grown onto it. */
export function isSpoiltCode(raw: string): boolean {
  return nationalCode(raw) === undefined && /^\d\.\d{6}[\w-]/.test(raw.trim())
}
