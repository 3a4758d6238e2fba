import { ServerError } from '../errors.ts'
import { choosePlan } from '../plan/choose-plan.ts'
import { type Found, scan } from '../plan/scan.ts'
import type { Collection } from '../store/index-definition.ts'
import type { Store } from '../store/store.ts'
import { decoderFor, findDocuments, providesSort, type Query } from './find-documents.ts'
import type { Pace } from './pace.ts'
import { compileSort, type SortKey, sortFields } from './sort-documents.ts'

/** How long one search may hold the write lock; beyond it the search goes on outside and is confirmed afterwards. */
const lockedSearchMs = 20

/** The first match, `undefined` for none, or `'too-long'` when looking on would keep all other writers waiting. */
export function findFirstNow(
  store: Store,
  collection: Collection,
  query: Query,
): Found | undefined | 'too-long' {
  const plan = choosePlan(collection, query.filter, query.sort, query.hint)
  const isOrdered = providesSort(plan, query.sort)
  const read = decoderFor(query.filter, isOrdered ? new Set() : sortFields(query.sort))
  const { keyOf, compare } = compileSort(query.sort)
  const endsAt = performance.now() + lockedSearchMs
  let best: { found: Found; sortKey: SortKey } | undefined
  let examined = 0
  for (const found of scan(store, collection, plan)) {
    if ((++examined & 63) === 0 && performance.now() > endsAt) return 'too-long'
    const document = read(found.raw)
    if (!query.filter.matches(document)) continue
    if (isOrdered) return found
    const sortKey = keyOf(document)
    if (!best || compare(sortKey, best.sortKey) < 0) best = { found, sortKey }
  }
  return best?.found
}

/**
 * Runs `change` on the first match with the write lock held, so that no two commands claim one document. A search that
 * takes long runs without the lock first; its result is then checked again under the lock, and searched anew if it changed.
 */
export async function changeFirst<T>(
  store: Store,
  collection: Collection,
  query: Query,
  pace: Pace,
  change: (found: Found | undefined) => T,
): Promise<T> {
  const quick = await store.write(() => {
    assertCurrent(store, collection)
    const found = findFirstNow(store, collection, query)
    return found === 'too-long' ? undefined : { value: change(found) }
  })
  if (quick) return quick.value
  const read = decoderFor(query.filter, new Set())
  for (;;) {
    pace.check()
    const candidate = await first(findDocuments(store, collection, { ...query, skip: 0, limit: 1 }, pace))
    const outcome = await store.write(() => {
      assertCurrent(store, collection)
      if (!candidate) return { value: change(undefined) }
      const raw = store.docs.get(candidate.key)
      return raw && query.filter.matches(read(raw))
        ? { value: change({ key: candidate.key, raw }) }
        : undefined
    })
    if (outcome) return outcome.value
  }
}

function assertCurrent(store: Store, collection: Collection): void {
  if (!store.catalog.isCurrent(collection)) throw new ServerError(175, 'collection dropped')
}

async function first<T>(items: AsyncGenerator<T>): Promise<T | undefined> {
  for await (const item of items) return item
  return undefined
}
