import { decode, decodeExact } from '../bson/codec.ts'
import { fieldPicker } from '../bson/raw-document.ts'
import type { Document } from '../bson/value-types.ts'
import type { Filter } from '../match/compile-filter.ts'
import { choosePlan, type Plan, type SortOrder } from '../plan/choose-plan.ts'
import { type Found, scan } from '../plan/scan.ts'
import type { Collection } from '../store/index-definition.ts'
import type { Store } from '../store/store.ts'
import type { Pace } from './pace.ts'
import { compileSort, type SortKey, sortFields } from './sort-documents.ts'

export interface Query {
  filter: Filter
  sort: SortOrder
  skip: number
  /** 0: no limit. */
  limit: number
  hint?: unknown
}

export interface Examined {
  keys: number
}

/** Decodes what the filter (and `more`) looks at, and nothing else of a large document. */
export function decoderFor(filter: Filter, more: ReadonlySet<string> | undefined): (raw: Buffer) => Document {
  const decodeAs = filter.needsExactTypes ? decodeExact : decode
  if (!filter.fields || !more) return decodeAs
  const fields = new Set([...filter.fields, ...more])
  if (fields.size === 0) return () => ({})
  const pick = fieldPicker(fields)
  return (raw) => decodeAs(pick(raw))
}

/** The matches in the wanted order, each read as late as possible. */
export async function* findDocuments(
  store: Store,
  collection: Collection,
  query: Query,
  pace: Pace,
  examined?: Examined,
): AsyncGenerator<Found> {
  const plan = choosePlan(collection, query.filter, query.sort, query.hint)
  if (providesSort(plan, query.sort)) yield* inPlanOrder(store, collection, query, plan, pace, examined)
  else yield* sorted(store, collection, query, plan, pace, examined)
}

/** How many there are. Hands out no document, so it copies none. */
export async function countDocuments(
  store: Store,
  collection: Collection,
  { filter, skip, limit, hint }: Query,
  pace: Pace,
): Promise<number> {
  const plan = choosePlan(collection, filter, [], hint)
  const read = decoderFor(filter, new Set())
  const most = limit > 0 ? skip + limit : Number.POSITIVE_INFINITY
  let passed = 0
  for (const { raw } of scan(store, collection, plan, true)) {
    if (filter.matches(read(raw)) && ++passed === most) break
    if (pace.isDue()) await pace.pause()
  }
  return Math.max(0, passed - skip)
}

export function providesSort(plan: Plan, sort: SortOrder): boolean {
  return sort.length === 0 || (plan.kind === 'index' && plan.providesSort)
}

async function* inPlanOrder(
  store: Store,
  collection: Collection,
  { filter, skip, limit }: Query,
  plan: Plan,
  pace: Pace,
  examined: Examined | undefined,
): AsyncGenerator<Found> {
  const read = decoderFor(filter, new Set())
  let passed = 0
  for (const found of scan(store, collection, plan)) {
    if (examined) examined.keys++
    if (pace.isDue()) await pace.pause()
    if (!filter.matches(read(found.raw))) continue
    if (++passed <= skip) continue
    yield found
    if (limit > 0 && passed === skip + limit) return
  }
}

async function* sorted(
  store: Store,
  collection: Collection,
  { filter, sort, skip, limit }: Query,
  plan: Plan,
  pace: Pace,
  examined: Examined | undefined,
): AsyncGenerator<Found> {
  const read = decoderFor(filter, sortFields(sort))
  const { keyOf, compare } = compileSort(sort)
  const order = (a: { sortKey: SortKey }, b: { sortKey: SortKey }) => compare(a.sortKey, b.sortKey)
  let kept: { key: Buffer; raw: Buffer | undefined; sortKey: SortKey }[] = []
  const wanted = limit > 0 ? skip + limit : Number.POSITIVE_INFINITY
  for (const { key, raw } of scan(store, collection, plan)) {
    if (examined) examined.keys++
    if (pace.isDue()) await pace.pause()
    const document = read(raw)
    if (!filter.matches(document)) continue
    // Few results keep their bytes; of many only the keys stay in memory.
    kept.push({ key, raw: kept.length < 10_000 ? raw : undefined, sortKey: keyOf(document) })
    if (kept.length >= wanted * 2 + 1000) kept = kept.sort(order).slice(0, wanted)
  }
  kept.sort(order)
  for (const { key, raw } of kept.slice(skip, wanted)) {
    if (pace.isDue()) await pace.pause()
    const current = raw ?? store.docs.get(key)
    if (current) yield { key, raw: current }
  }
}
