import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decode, encode } from '../../../src/storage/embedded/bson/codec.ts'
import type { Document } from '../../../src/storage/embedded/bson/value-types.ts'
import { ServerError } from '../../../src/storage/embedded/errors.ts'
import { compileFilter } from '../../../src/storage/embedded/match/compile-filter.ts'
import { choosePlan, type SortOrder } from '../../../src/storage/embedded/plan/choose-plan.ts'
import { findDocuments } from '../../../src/storage/embedded/query/find-documents.ts'
import { Pace } from '../../../src/storage/embedded/query/pace.ts'
import { compileSort } from '../../../src/storage/embedded/query/sort-documents.ts'
import { createIndex } from '../../../src/storage/embedded/store/build-index.ts'
import { DocumentWriter } from '../../../src/storage/embedded/store/documents.ts'
import type { Collection, IndexOptions } from '../../../src/storage/embedded/store/index-definition.ts'
import { Store } from '../../../src/storage/embedded/store/store.ts'

/**
 * Whatever plan is chosen must give what a full scan gives, in an order that the sort allows. Random documents, updates,
 * deletes and indexes; the seed is fixed, so that a failure can be repeated (PLANNER_SEED and PLANNER_ROUNDS change it).
 */
const seed = Number(process.env.PLANNER_SEED ?? 20260813)
const rounds = Number(process.env.PLANNER_ROUNDS ?? 40)
const queriesPerRound = 120

/** mulberry32: small, and good enough that ranges overlap evenly. */
function randomSource(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = randomSource(seed)
const below = (limit: number) => Math.floor(random() * limit)
const pick = <T>(items: readonly T[]): T => items[below(items.length)]!
const chance = (probability: number) => random() < probability

function scalar(): unknown {
  return pick<() => unknown>([
    () => below(8),
    () => below(8),
    () => below(8) + 0.5,
    () => pick(['a', 'ab', 'abc', 'b', 'ba', '']),
    () => pick(['a', 'ab', 'abc', 'b']),
    () => new Date(below(6) * 1000),
    () => null,
    () => chance(0.5),
  ])()
}

function value(depth = 0): unknown {
  if (chance(0.25))
    return Array.from({ length: below(4) }, () =>
      depth < 1 && chance(0.5)
        ? { x: pick([below(3), scalar()]), y: pick([below(3), scalar()]) }
        : pick([below(8), scalar()]),
    )
  if (depth < 1 && chance(0.15)) return { x: value(depth + 1), y: scalar() }
  return scalar()
}

function randomDocument(id: number, withArrays: boolean): Document {
  const document: Document = { _id: id }
  for (const name of ['a', 'b', 'c']) {
    if (chance(0.15)) continue
    document[name] = withArrays ? value() : chance(0.1) ? { x: scalar(), y: scalar() } : scalar()
  }
  return document
}

const paths = ['a', 'b', 'c', 'a.x', 'a.y', 'b.x', 'b.y', '_id']

function condition(): unknown {
  return pick<() => unknown>([
    () => scalar(),
    () => scalar(),
    () => ({ $gt: scalar() }),
    () => ({ $gte: scalar(), $lt: scalar() }),
    () => ({ $gte: below(4), $lte: 3 + below(4) }),
    () => ({ $gt: below(8), $ne: below(8) }),
    () => ({ $in: Array.from({ length: below(4) }, scalar) }),
    () => ({ $in: Array.from({ length: 1 + below(3) }, () => below(8)) }),
    () => ({ $exists: chance(0.5) }),
    () => ({ $ne: scalar() }),
    () => ({ $not: { $gt: scalar() } }),
    () => ({ $regex: pick(['^a', '^ab', 'b', '^a?b', '^(a|b)']) }),
    () => ({ $elemMatch: { $gt: below(4), $lt: 4 + below(4) } }),
    () => ({ $nin: [scalar(), scalar()] }),
    () => [scalar()],
    () => ({ $lte: null }),
  ])()
}

/** Conditions on the first fields of an index and a sort by the next: what plans are made for. */
function aimedQuery(collection: Collection): { filterDocument: Document; sort: SortOrder } {
  const fields = pick(collection.indexes).fields
  const bound = chance(0.5) ? Math.min(1, fields.length - 1) : below(fields.length + 1)
  const filterDocument: Document = chance(0.2) ? randomFilter() : {}
  for (const { path } of fields.slice(0, bound))
    filterDocument[path] = pick<() => unknown>([
      () => ({ $gte: 1 + below(4), $lte: 3 + below(4) }),
      () => below(4),
      () => ({ $gte: below(60) }),
      scalar,
      () => below(8),
      () => ({ $in: [below(8), below(8), scalar()] }),
      () => ({ $in: [below(4), 4 + below(4), 'a', 'ab', null] }),
      condition,
    ])()
  if (chance(0.3)) filterDocument[pick(['a', 'b'])] = pick([{ $gt: 3 }, { $gte: 3 }, { $gte: 'a' }, 2])
  const direction = chance(0.5) ? 1 : -1
  const sort = fields
    .slice(bound)
    .map(({ path, descending }) => [path, descending ? (-direction as 1 | -1) : direction] as const)
  return { filterDocument, sort: chance(0.2) ? randomSort() : sort }
}

/** Queries that wrong plans were seen to answer wrongly. */
function trap(): { filterDocument: Document; sort: SortOrder } {
  const array = pick(['a', 'b'])
  return pick<() => { filterDocument: Document; sort: SortOrder }>([
    () => ({ filterDocument: { [`${array}.x`]: below(3), [`${array}.y`]: below(3) }, sort: [] }),
    () => ({ filterDocument: { [`${array}.x`]: { $gte: 1, $lte: 2 }, [`${array}.y`]: below(3) }, sort: [] }),
    () => ({ filterDocument: { [pick(paths)]: null }, sort: randomSort() }),
    () => ({ filterDocument: { [pick(paths)]: { $in: [null, below(8)] } }, sort: [] }),
    () => ({ filterDocument: { _id: pick([below(60), { $gte: below(60) }]) }, sort: [['_id', -1]] }),
  ])()
}

function randomFilter(depth = 0): Document {
  const filter: Document = {}
  for (let i = below(3) + (depth === 0 ? 0 : 1); i > 0; i--) filter[pick(paths)] = condition()
  if (depth === 0 && chance(0.2)) filter.$or = [randomFilter(1), randomFilter(1)]
  if (depth === 0 && chance(0.1)) filter.$and = [randomFilter(1), randomFilter(1)]
  return filter
}

const partialFilters: Document[] = [
  { b: { $exists: true } },
  { a: { $gt: 3 } },
  { b: 2 },
  { a: { $gte: 'a' }, b: { $lt: 6 } },
  { c: { $in: [1, 2, null] } },
]

function randomIndex(n: number): IndexOptions {
  // Two fields of the same array are what compound bounds go wrong on.
  const twins = pick([['a.x', 'a.y'], ['b.y', 'b.x'], ['_id']])
  const fields = chance(0.3) ? twins : [...new Set(Array.from({ length: 1 + below(3) }, () => pick(paths)))]
  const partial = chance(0.25) ? pick(partialFilters) : undefined
  return {
    name: `index${n}`,
    key: Object.fromEntries(fields.map((path) => [path, chance(0.7) ? 1 : -1])),
    unique: false,
    sparse: !partial && chance(0.25),
    hidden: false,
    ...(partial ? { partialFilterExpression: partial } : {}),
  }
}

function randomSort(): SortOrder {
  if (chance(0.4)) return []
  const sort = [...new Set(Array.from({ length: 1 + below(2) }, () => pick(paths)))].map(
    (path) => [path, chance(0.6) ? 1 : -1] as const,
  )
  return chance(0.4) && !sort.some(([path]) => path === '_id')
    ? [...sort, ['_id', chance(0.7) ? 1 : -1]]
    : sort
}

const folder = mkdtempSync(join(tmpdir(), 'planner-'))
let store: Store

beforeAll(() => {
  store = new Store(folder, (error) => {
    throw error
  })
})

afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function fill(round: number): Promise<{ collection: Collection; mirror: Map<number, Document> }> {
  const mirror = new Map<number, Document>()
  const collection = await store.write(() => store.catalog.create('planner', `round${round}`))
  const withArrays = chance(0.5)
  const early = below(2)
  for (let i = 0; i < early; i++) await tryIndex(collection, i)
  await store.write(() => {
    const writer = new DocumentWriter(store, collection)
    for (let step = 0; step < 120; step++) change(writer, collection, mirror, withArrays)
    writer.finish()
  })
  for (let i = early; i < 1 + below(4); i++) await tryIndex(collection, i)
  await store.write(() => {
    const writer = new DocumentWriter(store, collection)
    for (let step = 0; step < 40; step++) change(writer, collection, mirror, withArrays)
    writer.finish()
  })
  return { collection, mirror }
}

function change(
  writer: DocumentWriter,
  collection: Collection,
  mirror: Map<number, Document>,
  withArrays: boolean,
): void {
  const id = below(60)
  const key = writer.documentKey(id).bytes
  const old = mirror.get(id)
  const document = randomDocument(id, withArrays)
  try {
    if (!old) writer.insert(encode(document))
    else if (chance(0.25)) writer.remove(key, store.docs.get(key)!)
    else writer.replace(key, store.docs.get(key)!, encode(document))
  } catch (error) {
    // Two arrays in one compound index: refused, and nothing must have changed.
    if (error instanceof ServerError && error.code === 171) return
    throw error
  }
  if (store.docs.get(key)) mirror.set(id, document)
  else mirror.delete(id)
  expect(collection.count).toBe(mirror.size)
}

async function tryIndex(collection: Collection, n: number): Promise<void> {
  try {
    await createIndex(store, collection, randomIndex(n))
  } catch (error) {
    if (!(error instanceof ServerError && error.code === 171)) throw error
  }
}

describe('planner', () => {
  it('gives with every plan what a full scan gives', { timeout: 120_000 }, async () => {
    const used = { full: 0, index: 0, union: 0, sortedByIndex: 0, merged: 0 }
    for (let round = 0; round < rounds; round++) {
      const { collection, mirror } = await fill(round)
      const documents = [...mirror.values()].map((document) => decode(encode(document)))
      for (let n = 0; n < queriesPerRound; n++) await check(collection, documents, used)
    }
    console.log(
      `planner test: seed ${seed}, ${rounds * queriesPerRound} queries, plans ${JSON.stringify(used)}`,
    )
    expect(used.index).toBeGreaterThan(rounds * 10)
    expect(used.sortedByIndex).toBeGreaterThan(rounds * 3)
    expect(used.merged).toBeGreaterThan(rounds / 4)
    expect(used.union).toBeGreaterThan(rounds / 4)
  })
})

async function check(
  collection: Collection,
  documents: Document[],
  used: Record<string, number>,
): Promise<void> {
  const aimed = chance(0.25)
    ? trap()
    : chance(0.6)
      ? aimedQuery(collection)
      : { filterDocument: randomFilter(), sort: randomSort() }
  const { filterDocument, sort } = aimed
  const filter = compileFilter(filterDocument)
  const plan = choosePlan(collection, filter, sort)
  used[plan.kind]!++
  if (plan.kind === 'index' && plan.providesSort && sort.length > 0) used.sortedByIndex!++
  if (plan.kind === 'index' && plan.mergeFrom) used.merged!++
  const found: Document[] = []
  for await (const { raw } of findDocuments(
    store,
    collection,
    { filter, sort, skip: 0, limit: 0 },
    new Pace(),
  ))
    found.push(decode(raw))
  const expected = documents.filter(filter.matches)
  const what = JSON.stringify({ filterDocument, sort, plan: plan.kind === 'index' ? plan.index : plan.kind })
  const ids = (list: Document[]) => list.map((document) => Number(document._id)).toSorted((a, b) => a - b)
  expect(ids(found), what).toEqual(ids(expected))
  const { keyOf, compare } = compileSort(sort)
  for (let i = 1; i < found.length; i++)
    expect(compare(keyOf(found[i - 1]!), keyOf(found[i]!)), `order of ${what}`).toBeLessThanOrEqual(0)
  // A limit keeps the first ones of the same order.
  const first: unknown[][] = []
  for await (const { raw } of findDocuments(
    store,
    collection,
    { filter, sort, skip: 1, limit: 3 },
    new Pace(),
  ))
    first.push(keyOf(decode(raw)))
  const wanted = expected.map(keyOf).toSorted(compare).slice(1, 4)
  expect(first.length, what).toBe(wanted.length)
  if (sort.length > 0) for (const [i, key] of first.entries()) expect(compare(key, wanted[i]!), what).toBe(0)
}
