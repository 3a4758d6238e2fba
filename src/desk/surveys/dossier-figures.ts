import type { DossierStore } from '../../dossiers/dossier-store.ts'
import { type OnTimeFigure, tallyMonths } from '../../dossiers/on-time-figures.ts'
import { fits, type IndexFilter } from './index-filter.ts'
import type { Period } from './survey-records.ts'

export type CountedDossiers = Pick<DossierStore, 'each' | 'imports'>

/** What the office's own records say of the dossiers with a result in a period. */
export interface DossierFigures {
  finished: number
  months: (OnTimeFigure & { month: string })[]
  /** Finished dossiers per field; '' where the records do not say. */
  volumes: ReadonlyMap<string, number>
}

export type ReadDossierFigures = (
  period: Period,
  filter: IndexFilter,
  today: string,
) => Promise<DossierFigures>

const mostRemembered = 20

/**
 * Dossiers change by imports alone, so what was counted stands until the next one, or the next day: whether an open dossier is late
 * depends on the day.
 */
export function createDossierFigures(dossiers: CountedDossiers): ReadDossierFigures {
  const remembered = new Map<string, Promise<DossierFigures>>()

  return async (period, filter, today) => {
    const [last] = await dossiers.imports(1)
    if (!last) return count(dossiers, period, filter, today)
    const key = JSON.stringify([last.number, period.from, period.to, today, filter])
    const known = remembered.get(key)
    if (known) return known
    const [oldest] = remembered.keys()
    if (oldest !== undefined && remembered.size >= mostRemembered) remembered.delete(oldest)
    const counted = count(dossiers, period, filter, today)
    remembered.set(key, counted)
    counted.catch(() => remembered.delete(key))
    return counted
  }
}

async function count(
  dossiers: CountedDossiers,
  { from, to }: Period,
  filter: IndexFilter,
  today: string,
): Promise<DossierFigures> {
  const tally = tallyMonths({ first: from.slice(0, 7), last: to.slice(0, 7), today })
  const volumes = new Map<string, number>()
  let finished = 0
  for await (const dossier of dossiers.each({ kind: 'done', from, until: to })) {
    if (!fits(dossier, filter)) continue
    const { field = '' } = dossier
    finished++
    volumes.set(field, (volumes.get(field) ?? 0) + 1)
    tally.add(dossier)
  }
  return { finished, months: tally.figures(), volumes }
}
