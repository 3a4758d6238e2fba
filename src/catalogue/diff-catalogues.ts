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
  /** In the earlier catalogue and not in the later; `goneSince` when it is kept there and marked. */
  removed: { code: string; name: string; goneSince?: string }[]
  /** How many differ in nothing but the date of their data. */
  redated: number
}

export function diffCatalogues(before: readonly Procedure[], after: readonly Procedure[]): CatalogueDiff {
  const old = new Map(before.map((procedure) => [procedure.code, procedure]))
  const kept = new Set(after.map((procedure) => procedure.code))
  const named = ({ code, name }: Procedure) => ({ code, name })
  const removed: CatalogueDiff['removed'] = before.filter(({ code }) => !kept.has(code)).map(named)
  const added: CatalogueDiff['added'] = []
  const changed: ChangedProcedure[] = []
  let redated = 0
  for (const procedure of after) {
    const earlier = old.get(procedure.code)
    if (!earlier) {
      added.push(named(procedure))
      continue
    }
    const { goneSince } = procedure
    const isGone = goneSince !== undefined && earlier.goneSince === undefined
    if (isGone) removed.push({ ...named(procedure), goneSince })
    const parts = changedParts(earlier, procedure).filter((part) => !(isGone && part === 'goneSince'))
    if (parts.length === 1 && parts[0] === 'sourceDate') redated++
    else if (parts.length > 0) changed.push({ ...named(procedure), parts })
  }
  return { added: sorted(added), changed: sorted(changed), removed: sorted(removed), redated }
}

export function isEmptyDiff({ added, changed, removed, redated }: CatalogueDiff): boolean {
  return added.length + changed.length + removed.length + redated === 0
}

function changedParts(before: Procedure, after: Procedure): (keyof Procedure)[] {
  const parts = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Procedure>
  return [...parts].filter((part) => !isDeepStrictEqual(before[part], after[part]))
}

function sorted<T extends { code: string }>(rows: T[]): T[] {
  return rows.sort((a, b) => (a.code < b.code ? -1 : 1))
}
