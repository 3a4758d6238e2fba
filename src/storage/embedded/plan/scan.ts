import type { Collection } from '../store/index-definition.ts'
import { idPrefix } from '../store/index-keys.ts'
import { afterPrefix, type ByteMap, type Store } from '../store/store.ts'
import type { IndexScan, Plan } from './choose-plan.ts'
import type { ByteRange } from './field-bounds.ts'

export interface Found {
  /** Key in `docs`. */
  key: Buffer
  raw: Buffer
}

/**
 * True: `raw` may be overwritten by whatever is read next, so it is looked at before anything else happens. Copying is
 * almost half of what a scan costs.
 */
type LendsBytes = boolean

/**
 * The documents of a plan, in its order, each once. It holds no snapshot: whoever pauses between two documents sees
 * changes made meanwhile, as on MongoDB.
 */
export function* scan(
  store: Store,
  collection: Collection,
  plan: Plan,
  lends: LendsBytes = false,
): Generator<Found> {
  if (plan.kind === 'full') {
    const prefix = idPrefix(collection.id)
    for (const { key, value } of readRange(
      store,
      store.docs,
      { start: prefix, end: afterPrefix(prefix) },
      plan.reverse,
    ))
      yield { key, raw: value }
    return
  }
  const isUnion = plan.kind === 'union'
  const scans = isUnion ? plan.scans : [plan]
  const needsDedupe = isUnion || scans.some((one) => one.index.isMultikey)
  const seen = new Set<string>()
  for (const one of scans) {
    for (const found of scanIndex(store, one, lends)) {
      if (needsDedupe) {
        const text = found.key.toString('latin1')
        if (seen.has(text)) continue
        seen.add(text)
      }
      yield found
    }
  }
}

function* scanIndex(store: Store, plan: IndexScan, lends: LendsBytes): Generator<Found> {
  const isPrimary = plan.index.id === 0
  for (const { key, value } of readRanges(store, isPrimary ? store.docs : store.entries, plan)) {
    if (isPrimary) yield { key, raw: value }
    else {
      // The document may have gone since its entry was read.
      const raw = lends ? store.docs.getBinaryFast(value) : store.docs.get(value)
      if (raw) yield { key: value, raw }
    }
  }
}

interface Entry {
  key: Buffer
  value: Buffer
}

function* readRanges(
  store: Store,
  map: ByteMap,
  { ranges, mergeFrom, reverse }: IndexScan,
): Generator<Entry> {
  if (mergeFrom) return yield* mergeRanges(store, map, ranges, mergeFrom, reverse)
  for (const range of reverse ? ranges.toReversed() : ranges) yield* readRange(store, map, range, reverse)
}

/** Takes the least (reverse: greatest) entry of all ranges by turns, comparing what follows each range's fixed fields. */
function* mergeRanges(
  store: Store,
  map: ByteMap,
  ranges: ByteRange[],
  mergeFrom: number[],
  reverse: boolean,
): Generator<Entry> {
  const heads: { rest: Buffer; entry: Entry; from: number; source: Generator<Entry> }[] = []
  for (const [i, range] of ranges.entries()) {
    const source = readRange(store, map, range, reverse)
    const { value } = source.next()
    if (value)
      heads.push({ rest: value.key.subarray(mergeFrom[i]!), entry: value, from: mergeFrom[i]!, source })
  }
  while (heads.length > 0) {
    let next = 0
    for (let i = 1; i < heads.length; i++) {
      const order = Buffer.compare(heads[i]!.rest, heads[next]!.rest)
      if (reverse ? order > 0 : order < 0) next = i
    }
    const head = heads[next]!
    yield head.entry
    const { value } = head.source.next()
    if (value) {
      head.entry = value
      head.rest = value.key.subarray(head.from)
    } else heads.splice(next, 1)
  }
}

/**
 * Reads ahead in growing steps and opens the range anew for each, so that no reader of LMDB stays open meanwhile. What
 * was read ahead is dropped when something was written before it was asked for.
 */
function* readRange(store: Store, map: ByteMap, range: ByteRange, reverse: boolean): Generator<Entry> {
  let step = 4
  let last: Buffer | undefined
  for (;;) {
    const [near, far] = reverse ? [range.end, range.start] : [range.start, range.end]
    const limit = last ? step + 1 : step
    // A range begins at its start, also when it is read backwards.
    const entries = [
      ...map.getRange({ start: last ?? near, end: far, reverse, inclusiveEnd: reverse, limit }),
    ]
    const { changes } = store
    let isStale = false
    for (const entry of entries) {
      if (last && entry.key.equals(last)) continue
      isStale = store.changes !== changes
      if (isStale) break
      last = entry.key
      yield entry
    }
    if (!isStale && entries.length < limit) return
    step = isStale ? 4 : Math.min(step * 4, 256)
  }
}
