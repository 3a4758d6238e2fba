import { idPrefix } from './index-keys.ts'
import type { Store } from './store.ts'

/** At the start: indexes whose building a crash cut short are dropped. */
export async function dropUnfinishedIndexes(store: Store): Promise<void> {
  await store.write(() => {
    for (const collection of store.catalog.all())
      for (const index of collection.indexes) if (!index.isReady) store.catalog.dropIndex(collection, index)
  })
}

/** Removes what dropped collections and indexes left in the files. Ids are never used again, so it can take its time. */
export async function removeLeftovers(store: Store): Promise<void> {
  for (const leftover of store.catalog.leftovers()) {
    await store.removeRange(leftover.kind === 'docs' ? store.docs : store.entries, idPrefix(leftover.id))
    await store.write(() => store.catalog.forgetLeftover(leftover))
  }
}
