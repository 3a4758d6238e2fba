import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CatalogueStore } from '../../src/catalogue/catalogue-store.ts'
import { importCatalogue } from '../../src/catalogue/import-catalogue.ts'
import { type Procedure, procedureSchema } from '../../src/catalogue/procedure.ts'
import { createCatalogueStore } from '../../src/storage/catalogue-store.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { checkTexts, shippedProcedures } from '../catalogue/read-content.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let store: CatalogueStore

beforeAll(async () => {
  database = await openTestDatabase()
  store = createCatalogueStore(database.connection, { versionsKept: 3 })
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())
beforeEach(async () => {
  await database.connection.collection('procedures').deleteMany({})
  await database.connection.collection('catalogue_versions').deleteMany({})
})

const importedAt = new Date('2026-11-23T02:00:00Z')
const meta = (source: string, minutes = 0) => ({
  source,
  importedAt: new Date(importedAt.getTime() + minutes * 60_000),
})

function procedures(count: number, name = 'Tên'): Procedure[] {
  return Array.from({ length: count }, (_, index) =>
    procedureSchema.parse({
      code: `1.${String(index).padStart(6, '0')}`,
      name: `${name} ${index}`,
      field: 'Việc làm',
      sourceDate: '2026-07',
    }),
  )
}

test('an empty store has no catalogue', async () => {
  expect(await store.current()).toBeUndefined()
  expect(await store.currentNumber()).toBeUndefined()
  expect(await store.versions()).toEqual([])
})

test('what is put in comes out the same, by code', async () => {
  const shipped = shippedProcedures()
  const version = await store.replace([...shipped].reverse(), meta('data/catalogue'))
  expect(version).toEqual({ number: 1, importedAt, source: 'data/catalogue', procedureCount: shipped.length })
  const current = await store.current()
  expect(current?.version).toEqual(version)
  expect(current?.procedures).toEqual([...shipped].sort((a, b) => (a.code < b.code ? -1 : 1)))
})

test('a catalogue of many writes is switched to as a whole, while readers see the old one or the new one', async () => {
  await store.replace(procedures(1_200, 'Cũ'), meta('a'))
  let isDone = false
  const seen = new Set<string>()
  const reading = (async () => {
    while (!isDone) {
      const current = await store.current()
      const names = new Set(current!.procedures.map((procedure) => procedure.name.split(' ')[0]))
      seen.add([...names].join('+'))
      expect(current!.procedures.length).toBe(current!.version.procedureCount)
    }
  })()
  await store.replace(procedures(1_300, 'Mới'), meta('b', 1))
  isDone = true
  await reading
  expect([...seen].filter((names) => names !== 'Cũ' && names !== 'Mới')).toEqual([])
  expect((await store.current())?.procedures).toHaveLength(1_300)
})

test('an import that dies half-way leaves the old catalogue in use, and the next one sweeps its rows away', async () => {
  await store.replace(procedures(3, 'Cũ'), meta('a'))
  const rows = database.connection.collection<{ _id: string; version: number; code: string }>('procedures')
  await database.connection
    .collection<{ _id: string; lastNumber?: number }>('catalogue_versions')
    .updateOne({ _id: 'current' }, { $inc: { lastNumber: 1 } })
  await rows.insertOne({ _id: '2:1.000000', version: 2, code: '1.000000' })
  expect((await store.current())?.procedures).toHaveLength(3)

  for (let minute = 1; minute <= 3; minute++) await store.replace(procedures(minute), meta('b', minute))
  expect(await rows.countDocuments({ version: 2 })).toBe(0)
  expect((await store.current())?.version.number).toBe(5)
})

test('old versions are kept for going back, at most so many', async () => {
  for (let minute = 1; minute <= 5; minute++)
    await store.replace(procedures(minute), meta(`${minute}`, minute))
  expect((await store.versions()).map((version) => version.number)).toEqual([5, 4, 3])
  expect(await database.connection.collection('procedures').countDocuments({ version: { $lt: 3 } })).toBe(0)

  expect(await store.rollBack(3)).toMatchObject({ number: 3, source: '3' })
  expect((await store.current())?.procedures).toHaveLength(3)
  expect(await store.rollBack(1)).toBeUndefined()
  expect(await store.currentNumber()).toBe(3)

  // Going back does not reuse numbers.
  expect((await store.replace(procedures(9), meta('9', 9))).number).toBe(6)
  expect((await store.current())?.procedures).toHaveLength(9)
})

test('imports at the same time end with one of them, whole', async () => {
  await Promise.all([10, 20, 30].map((count) => store.replace(procedures(count), meta(`${count}`))))
  const current = await store.current()
  expect(current?.version.number).toBe(3)
  expect(current?.procedures).toHaveLength(current!.version.procedureCount)
})

test('an import tells what it changed; a dry run only tells; the same again makes no version', async () => {
  await store.replace(procedures(3), meta('a'))
  const next = procedures(4).slice(1)
  next[0] = { ...next[0]!, name: 'Tên khác', fee: { kind: 'free' } }
  const scopes = [{ file: 'b', date: '2026-08' }]
  const layers = { listed: [], scopes, details: [], own: next }
  const facts = (source: string, minutes: number) => ({ ...meta(source, minutes), texts: checkTexts })
  const dry = await importCatalogue(store, layers, { ...facts('b', 1), isDryRun: true })
  expect(dry).toMatchObject({
    kind: 'dry-run',
    diff: {
      added: [{ code: '1.000003', name: 'Tên 3' }],
      changed: [{ code: '1.000001', name: 'Tên khác', parts: ['name', 'fee'] }],
      removed: [{ code: '1.000000', name: 'Tên 0', goneSince: '2026-08' }],
      redated: 0,
    },
  })
  expect(await store.currentNumber()).toBe(1)
  const shares: number[] = []
  const onProgress = (share: number) => shares.push(share)
  expect(await importCatalogue(store, layers, { ...facts('b', 1), onProgress })).toMatchObject({
    kind: 'imported',
    version: { number: 2 },
  })
  expect(shares.at(-1)).toBe(1)
  expect(await importCatalogue(store, layers, facts('b', 2))).toEqual({ kind: 'unchanged', total: 4 })
  expect(await store.currentNumber()).toBe(2)
})

test('two imports at once: both are in what is in use afterwards, and no half of one is left', async () => {
  await store.replace(procedures(3), meta('a'))
  const adding = (code: string) => {
    const own = [{ ...procedures(1)[0]!, code, name: code }]
    const layers = { listed: [], scopes: [], details: [], own }
    return importCatalogue(store, layers, { ...meta(code, 1), texts: checkTexts })
  }
  const codes = ['2.000001', '2.000002', '2.000003']
  const outcomes = await Promise.all(codes.map(adding))
  expect(outcomes.map(({ kind }) => kind)).toEqual(['imported', 'imported', 'imported'])
  const current = await store.current()
  expect(current?.procedures.map(({ code }) => code).slice(3)).toEqual(codes)
  const kept = (await store.versions()).map(({ number }) => number)
  const versions = await database.connection.collection('procedures').distinct('version')
  expect(versions.every((version) => kept.includes(Number(version)))).toBe(true)
})

itWithPlans('rows are found by index', async () => {
  await store.replace(procedures(50), meta('a'))
  const plan = await database.connection
    .collection('procedures')
    .find({ version: 1 })
    .sort({ code: 1, _id: 1 })
    .explain()
  expect(JSON.stringify(plan)).not.toContain('COLLSCAN')
})
