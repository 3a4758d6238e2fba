import { join } from 'node:path'
import { buildSearch } from './catalogue/search/build-search.ts'
import { searchOffice } from './catalogue/search/catalogue-facts.ts'
import type { Content } from './content.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import { type LiveCatalogue, openLiveCatalogue } from './live-catalogue.ts'
import type { Stores } from './open-stores.ts'
import { buildTaughtSearch } from './question-office.ts'
import { openSavedSearch, savedIndexFile } from './saved-search.ts'

/** The catalogue in use, with what staff taught it; its search is the one of this office and is kept in a file. */
export function openCatalogue(parts: {
  stores: Pick<Stores, 'catalogue' | 'aliases'>
  content: Content
  /** Holds the saved search. */
  dataDir: string
  clock: Clock
  log: Log
}): Promise<LiveCatalogue> {
  const { stores, content, dataDir, clock, log } = parts
  const office = searchOffice(content.agency)
  const { weights } = content
  return openLiveCatalogue({
    store: stores.catalogue,
    shipped: content.procedures,
    aliases: stores.aliases,
    build: buildTaughtSearch(content, (procedures, intents) =>
      openSavedSearch(procedures, {
        file: join(dataDir, savedIndexFile),
        intents,
        weights,
        office,
        log: log.child({ part: 'search' }),
      }),
    ),
    // Not kept in the file: the next start would not find its own there.
    buildTrial: buildTaughtSearch(content, (procedures, intents) =>
      buildSearch(procedures, intents, weights, office),
    ),
    clock,
    log,
  })
}
