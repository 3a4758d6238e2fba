import { isDeepStrictEqual } from 'node:util'
import type { CatalogueStore, StoredCatalogue } from './catalogue/catalogue-store.ts'
import type { AliasStore, NewWords } from './catalogue/learning/search-alias.ts'
import type { Procedure } from './catalogue/procedure.ts'
import type { ProcedureSearch } from './catalogue/search-outcome.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'

/** The catalogue that questions are answered from; follows an import of any process without a restart. */
export interface LiveCatalogue {
  /** `procedures`: those that are in force, for lists; `search` also knows what is no more. */
  current(): { search: ProcedureSearch; procedures: readonly Procedure[] }
  /** Looks for what was imported or taught now, and not only in some seconds. */
  refresh(): Promise<void>
  /** A search over the same records that knows these words as well; it is not put in use. */
  searchWith(taught: NewWords): Promise<ProcedureSearch>
  stop(): void
}

/** Source name of the catalogue that comes with the program; an office's own import is never replaced by it. */
const shippedSource = 'data/catalogue'
const lookAgainMs = 10_000

export async function openLiveCatalogue(options: {
  store: CatalogueStore
  shipped: readonly Procedure[]
  /** Words that staff have taught; absent = none. */
  aliases?: Pick<AliasStore, 'kept' | 'revision'>
  /** May take its time off the main thread: the catalogue before it answers until it is done. */
  build: Build
  /** For searches that are tried only; absent: as those in use. */
  buildTrial?: Build
  clock: Clock
  log: Log
}): Promise<LiveCatalogue> {
  const { store, shipped, aliases, build, buildTrial = build, clock, log } = options
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
  const readTaught = async () => ({
    // The revision first: what is kept between the two reads is found again by the next look.
    revision: (await aliases?.revision()) ?? '',
    words: (await aliases?.kept()) ?? [],
  })
  let inUse = first
  let taught = await readTaught()
  let live = await liveOf(first, taught.words, build)

  /** One look at a time: two that build side by side could leave the older one in use. */
  let looking: Promise<void> = Promise.resolve()
  function look(): Promise<void> {
    looking = looking.catch(() => {}).then(lookOnce)
    return looking
  }

  async function lookOnce(): Promise<void> {
    const number = await store.currentNumber()
    const isNewer = number !== undefined && number !== live.number
    const isTaught = aliases !== undefined && (await aliases.revision()) !== taught.revision
    if (!isNewer && !isTaught) return
    const next = isNewer ? await store.current() : inUse
    if (!next) return
    const words = isTaught ? await readTaught() : taught
    live = await liveOf(next, words.words, build)
    inUse = next
    taught = words
    log.info(
      { version: live.number, procedures: live.procedures.length, taught: taught.words.length },
      'catalogue: switched',
    )
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(lookAgainMs, stopping.signal)
      if (stopping.signal.aborted) return
      try {
        await look()
      } catch (err) {
        log.warn({ err }, 'catalogue: cannot look for a newer version')
      }
    }
  }
  void follow()

  return {
    current: () => live,
    refresh: look,
    searchWith: async (words) => buildTrial(inUse.procedures, [...taught.words, words]),
    stop: () => stopping.abort(),
  }
}

type Build = (
  procedures: readonly Procedure[],
  taught: readonly NewWords[],
) => ProcedureSearch | Promise<ProcedureSearch>

async function liveOf({ version, procedures }: StoredCatalogue, taught: readonly NewWords[], build: Build) {
  const inForce = procedures.filter(({ goneSince }) => goneSince === undefined)
  return { number: version.number, search: await build(procedures, taught), procedures: inForce }
}

function byCode(procedures: readonly Procedure[]): Procedure[] {
  return [...procedures].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0))
}
