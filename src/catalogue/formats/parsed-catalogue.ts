import type { Problem } from '../../lib/problem.ts'
import type { Procedure } from '../procedure.ts'

/** A file as text, with the name that problems print. Reading it from disk is the caller's business. */
export interface SourceFile {
  name: string
  text: string
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

/** `1.014199` or, with a local tail, `1.014199.000.00.00.H17`; the tail is dropped, matching goes by the first part. */
export function nationalCode(raw: string): string | undefined {
  return /^(\d\.\d{6})(?:\.\d{3}\.\d{2}\.\d{2})?(?:\.[A-Z]\d{2})?$/.exec(raw.trim())?.[1]
}

/** A national code with something grown onto it. */
export function isSpoiltCode(raw: string): boolean {
  return nationalCode(raw) === undefined && /^\d\.\d{6}[\w-]/.test(raw.trim())
}
