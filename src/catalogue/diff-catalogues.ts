import { isDeepStrictEqual } from 'node:util'
import type { Procedure } from './procedure.ts'

interface ChangedProcedure {
  code: string
  name: string
  /** Parts of the record that differ, in the order of the record. */
  parts: (keyof Procedure)[]
}

/** What an import would change, by code; each list in the order of the codes. */
export interface CatalogueDiff {
  added: { code: string; name: string }[]
  changed: ChangedProcedure[]
  removed: { code: string; name: string }[]
}

export function diffCatalogues(before: readonly Procedure[], after: readonly Procedure[]): CatalogueDiff {
  const old = new Map(before.map((procedure) => [procedure.code, procedure]))
  const kept = new Set(after.map((procedure) => procedure.code))
  const named = ({ code, name }: Procedure) => ({ code, name })
  return {
    added: sorted(after.filter(({ code }) => !old.has(code)).map(named)),
    changed: sorted(
      after.flatMap((procedure) => {
        const earlier = old.get(procedure.code)
        const parts = earlier ? changedParts(earlier, procedure) : []
        return parts.length > 0 ? [{ ...named(procedure), parts }] : []
      }),
    ),
    removed: sorted(before.filter(({ code }) => !kept.has(code)).map(named)),
  }
}

export function isEmptyDiff({ added, changed, removed }: CatalogueDiff): boolean {
  return added.length + changed.length + removed.length === 0
}

function changedParts(before: Procedure, after: Procedure): (keyof Procedure)[] {
  const parts = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Procedure>
  return [...parts].filter((part) => !isDeepStrictEqual(before[part], after[part]))
}

function sorted<T extends { code: string }>(rows: T[]): T[] {
  return rows.sort((a, b) => (a.code < b.code ? -1 : 1))
}
