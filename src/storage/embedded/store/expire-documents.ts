import { decode } from '../bson/codec.ts'
import { compileFilter } from '../match/compile-filter.ts'
import { choosePlan } from '../plan/choose-plan.ts'
import { scan } from '../plan/scan.ts'
import { DocumentWriter } from './documents.ts'
import type { Collection, Index } from './index-definition.ts'
import type { Store } from './store.ts'

const chunkDocuments = 200

/** Deletes what TTL indexes say is over, some documents at a time. Returns how many. */
export async function expireDocuments(store: Store, now: Date): Promise<number> {
  let deleted = 0
  for (const collection of store.catalog.all()) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds === undefined || !index.isReady) continue
      for (;;) {
        const count = await store.write(() => expireSome(store, collection, index, now))
        deleted += count
        if (count < chunkDocuments) break
      }
    }
  }
  return deleted
}

function expireSome(store: Store, collection: Collection, index: Index, now: Date): number {
  if (!store.catalog.isCurrent(collection) || !collection.indexes.includes(index)) return 0
  const path = index.fields[0]!.path
  const limit = new Date(now.getTime() - index.expireAfterSeconds! * 1000)
  // In an array the earliest date counts, which is what `$lte` on any element asks for.
  const filter = compileFilter({ [path]: { $lte: limit } })
  const plan = choosePlan(collection, filter, [], index.name)
  const writer = new DocumentWriter(store, collection)
  let count = 0
  const due: { key: Buffer; raw: Buffer }[] = []
  for (const found of scan(store, collection, plan)) {
    if (filter.matches(decode(found.raw))) due.push(found)
    if (due.length === chunkDocuments) break
  }
  for (const { key, raw } of due) {
    writer.remove(key, raw)
    count++
  }
  if (count > 0) writer.finish()
  return count
}
