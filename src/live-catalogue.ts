import { isDeepStrictEqual } from 'node:util'
import type { CatalogueStore } from './catalogue/catalogue-store.ts'
import type { Procedure } from './catalogue/procedure.ts'
import type { ProcedureSearch } from './catalogue/search-outcome.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'

/** The catalogue that questions are answered from; follows an import of any process without a restart. */
export interface LiveCatalogue {
  current(): { search: ProcedureSearch; procedures: readonly Procedure[] }
  stop(): void
}

/** Source name of the catalogue that comes with the program; an office's own import is never replaced by it. */
const shippedSource = 'data/catalogue'
const lookAgainMs = 10_000

export async function openLiveCatalogue(options: {
  store: CatalogueStore
  shipped: readonly Procedure[]
  build: (procedures: readonly Procedure[]) => ProcedureSearch
  clock: Clock
  log: Log
}): Promise<LiveCatalogue> {
  const { store, shipped, build, clock, log } = options
  const stopping = new AbortController()

  const stored = await store.current()
  const isOutdated =
    stored === undefined ||
    (stored.version.source === shippedSource && !isDeepStrictEqual(stored.procedures, byCode(shipped)))
  if (isOutdated) {
    const version = await store.replace(shipped, { source: shippedSource, importedAt: clock.now() })
    log.info({ version: version.number, procedures: version.procedureCount }, 'catalogue: shipped one stored')
  }
  const first = isOutdated ? (await store.current())! : stored
  let live = { number: first.version.number, search: build(first.procedures), procedures: first.procedures }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(lookAgainMs, stopping.signal)
      if (stopping.signal.aborted) return
      try {
        const number = await store.currentNumber()
        if (number === undefined || number === live.number) continue
        const next = await store.current()
        if (!next) continue
        live = { number: next.version.number, search: build(next.procedures), procedures: next.procedures }
        log.info({ version: live.number, procedures: live.procedures.length }, 'catalogue: switched')
      } catch (err) {
        log.warn({ err }, 'catalogue: cannot look for a newer version')
      }
    }
  }
  void follow()

  return { current: () => live, stop: () => stopping.abort() }
}

function byCode(procedures: readonly Procedure[]): Procedure[] {
  return [...procedures].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0))
}
