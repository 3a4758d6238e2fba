import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CatalogueStore } from '../src/catalogue/catalogue-store.ts'
import { type Procedure, procedureSchema } from '../src/catalogue/procedure.ts'
import type { ProcedureSearch } from '../src/catalogue/search-outcome.ts'
import { createLog } from '../src/lib/log.ts'
import { openLiveCatalogue } from '../src/live-catalogue.ts'
import { createCatalogueStore } from '../src/storage/catalogue-store.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { openTestDatabase, type TestDatabase } from './support/database.ts'
import { FastClock } from './support/fast-clock.ts'
import { waitUntil } from './support/wait-until.ts'

let database: TestDatabase
let store: CatalogueStore

beforeAll(async () => {
  database = await openTestDatabase()
  store = createCatalogueStore(database.connection)
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())
beforeEach(async () => {
  await database.connection.collection('procedures').deleteMany({})
  await database.connection.collection('catalogue_versions').deleteMany({})
})

function procedures(count: number, name: string, parts: object = {}): Procedure[] {
  return Array.from({ length: count }, (_, index) =>
    procedureSchema.parse({
      code: `1.${String(index).padStart(6, '0')}`,
      name,
      field: 'Việc làm',
      sourceDate: '2026-07',
      ...parts,
    }),
  )
}

/** Finds by code only; what is tested is which catalogue answers. */
function plainSearch(all: readonly Procedure[]): ProcedureSearch {
  const byCode = new Map(all.map((procedure) => [procedure.code, procedure]))
  return {
    search: () => ({ kind: 'not-found' }),
    byCode: (code) => byCode.get(code),
    sectionsAsked: () => [],
  }
}

const open = (shipped: readonly Procedure[]) =>
  openLiveCatalogue({
    store,
    shipped,
    build: plainSearch,
    clock: FastClock.startingNow('2026-11-23T02:00:00Z', 1_000),
    log: createLog({ level: 'silent' }),
  })
const meta = (source: string) => ({ source, importedAt: new Date('2026-11-23T02:00:00Z') })

test('feature 30: questions go on being answered while an import runs, from the old catalogue or the new, and a rollback is followed', async () => {
  const live = await open(procedures(900, 'Cũ'))
  const answers: string[] = []
  let isDone = false
  const asking = (async () => {
    while (!isDone) {
      const { search, procedures: listed } = live.current()
      // The first and the last of one look come from the same catalogue.
      const names = [search.byCode('1.000000')!.name, search.byCode('1.000899')!.name, listed[450]!.name]
      answers.push([...new Set(names)].join('+'))
      await wait(1)
    }
  })()
  await store.replace(procedures(950, 'Mới'), meta('b'))
  await waitUntil('the service follows', () => live.current().search.byCode('1.000949') !== undefined)
  await store.rollBack(1)
  await waitUntil('the service goes back', () => live.current().search.byCode('1.000949') === undefined)
  isDone = true
  await asking
  live.stop()
  expect(new Set(answers)).toEqual(new Set(['Cũ', 'Mới']))
  expect(answers[0]).toBe('Cũ')
})

test('what is no longer published is found by its code and not offered in lists', async () => {
  const live = await open([...procedures(2, 'A').slice(1), ...procedures(1, 'B', { goneSince: '2026-08' })])
  expect(live.current().search.byCode('1.000000')).toMatchObject({ name: 'B', goneSince: '2026-08' })
  expect(live.current().procedures.map(({ name }) => name)).toEqual(['A'])
  live.stop()
})

test("an office's own import is not replaced by the shipped catalogue; a newer shipped one replaces the old", async () => {
  ;(await open(procedures(1, 'Kèm theo 1'))).stop()
  const second = await open(procedures(1, 'Kèm theo 2'))
  expect(second.current().search.byCode('1.000000')?.name).toBe('Kèm theo 2')
  second.stop()
  await store.replace(procedures(1, 'Cơ quan nạp'), meta('danh-sach.csv'))
  const third = await open(procedures(1, 'Kèm theo 3'))
  expect(third.current().search.byCode('1.000000')?.name).toBe('Cơ quan nạp')
  third.stop()
})
