import { type Dossier, type DossierStatus, isDone } from './dossier.ts'
import type { DossierFacts } from './dossier-facts.ts'
import type { MergedDossier } from './merge-dossier.ts'

/** What an import does, or would do. Counts of rows. */
export interface ImportSummary {
  rows: number
  new: number
  changed: number
  unchanged: number
  /** Of a time before what is stored; left alone. */
  older: number
  /** Most frequent first. */
  statusChanges: { from: DossierStatus; to: DossierStatus; count: number }[]
  /** Of the status changes: out of a closed status. */
  backward: number
  /** The promised day was moved. */
  dueMoved: number
  /** New ones that nobody can look up, since the row has no telephone. */
  withoutTelephone: number
  /** New ones whose result had come already. */
  newDone: number
  /** Headers that nobody has named in `data/dossier-columns.yaml`; not read. */
  unknownColumns: string[]
}

export interface SummaryTally {
  add(merged: MergedDossier, stored: Dossier | undefined, facts: DossierFacts): void
  summary(unknownColumns: readonly string[]): ImportSummary
}

export function tallySummary(): SummaryTally {
  const counts = {
    rows: 0,
    new: 0,
    changed: 0,
    unchanged: 0,
    older: 0,
    backward: 0,
    dueMoved: 0,
    withoutTelephone: 0,
    newDone: 0,
  }
  const changes = new Map<string, { from: DossierStatus; to: DossierStatus; count: number }>()

  return {
    add(merged, stored, facts) {
      counts.rows++
      counts[merged.kind]++
      if (merged.kind === 'new') {
        if (facts.lastDigits.length === 0) counts.withoutTelephone++
        if (isDone(merged.dossier.status)) counts.newDone++
      }
      if (merged.kind !== 'changed' || !stored) return
      const { event, dossier } = merged
      if (dossier.dueDay !== stored.dueDay) counts.dueMoved++
      if (event?.isBackward) counts.backward++
      if (!event?.status) return
      const { from, to } = event.status
      const change = changes.get(`${from}>${to}`) ?? { from, to, count: 0 }
      change.count++
      changes.set(`${from}>${to}`, change)
    },
    summary: (unknownColumns) => ({
      ...counts,
      statusChanges: [...changes.values()].sort(
        (a, b) => b.count - a.count || (a.from + a.to < b.from + b.to ? -1 : 1),
      ),
      unknownColumns: [...unknownColumns],
    }),
  }
}
