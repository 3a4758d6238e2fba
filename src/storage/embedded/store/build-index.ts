import { setImmediate } from 'node:timers/promises'
import { ServerError } from '../errors.ts'
import { buildIndex } from './catalog.ts'
import { DocumentWriter } from './documents.ts'
import type { Collection, Index, IndexOptions } from './index-definition.ts'
import { idPrefix } from './index-keys.ts'
import { afterPrefix, type Store } from './store.ts'

const chunkDocuments = 500

/**
 * Makes an index while others go on reading and writing: writers keep it up from the first moment, queries use it when
 * it is complete. After an error (or a crash) nothing of it remains.
 */
export async function createIndex(
  store: Store,
  collection: Collection,
  options: IndexOptions,
): Promise<void> {
  const index: Index = { ...buildIndex(0, options), isReady: false }
  await store.write(() => {
    index.id = store.catalog.takeId()
    collection.indexes.push(index)
    store.catalog.save(collection)
  })
  try {
    await fill(store, collection, index)
    await store.write(() => {
      index.isReady = true
      store.catalog.save(collection)
    })
  } catch (error) {
    await store.write(() => {
      if (store.catalog.isCurrent(collection)) store.catalog.dropIndex(collection, index)
    })
    throw error
  }
}

async function fill(store: Store, collection: Collection, index: Index): Promise<void> {
  const prefix = idPrefix(collection.id)
  const end = afterPrefix(prefix)
  let start = prefix
  for (;;) {
    const last = await store.write(() => {
      if (!store.catalog.isCurrent(collection) || !collection.indexes.includes(index))
        throw new ServerError(276, 'index build aborted: the collection or index was dropped')
      const writer = new DocumentWriter(store, collection)
      const documents = [...store.docs.getRange({ start, end, limit: chunkDocuments })]
      try {
        for (const { key, value } of documents) writer.addEntries(index, key, value)
      } finally {
        writer.finish()
      }
      return documents.length === chunkDocuments ? documents.at(-1)?.key : undefined
    })
    if (!last) return
    // The last document is met again, which changes nothing.
    start = last
    await setImmediate()
  }
}
