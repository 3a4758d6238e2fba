import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dossier } from '../../src/dossiers/dossier.ts'
import {
  type DossierFilter,
  type DossierLists,
  dossierListings,
  placeOf,
  shelfOf,
  shelvesOf,
} from '../../src/dossiers/dossier-list.ts'
import type { DossierStore } from '../../src/dossiers/dossier-store.ts'
import { tallySummary } from '../../src/dossiers/import-summary.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { addDays } from '../../src/lib/working-days/day.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createDossierLists } from '../../src/storage/dossier-lists.ts'
import { createDossierStore } from '../../src/storage/dossier-store.ts'
import { codeOf, dossier } from '../dossiers/made-dossier.ts'
import { itWithPlans, itWithTimes, openTestDatabase, type TestDatabase } from '../support/database.ts'

const today = '2026-11-23'
let database: TestDatabase
let store: DossierStore
let lists: DossierLists

beforeAll(async () => {
  database = await openTestDatabase()
  store = createDossierStore(database.connection, { clock: new FakeClock('2026-11-23T03:00:00Z') })
  lists = createDossierLists(database.connection)
  await ensureIndexes(database.connection)
}, 60_000)
afterAll(() => database?.close())

const units = ['Phòng Việc làm', 'Phòng Người có công', 'Phòng Bảo trợ']

/** A town's dossiers: most are done, some late, some open, some re-dated. */
function madeDossiers(count: number, prefix = '000.00.06.H32', revision = 1): Dossier[] {
  return Array.from({ length: count }, (_, n) => {
    const receivedDay = addDays('2026-06-01', n % 170)
    const due = addDays(receivedDay, 10)
    const number = String(n).padStart(6, '0')
    const code = codeOf(`${prefix}-${receivedDay.slice(2).replaceAll('-', '')}-${number}`)
    const { unit: _unit, ...bare } = dossier({ code, receivedDay, firstDueDay: due, dueDay: due, revision })
    return {
      ...bare,
      ...(n % 4 === 3 ? {} : { unit: units[n % 3]! }),
      field: n % 5 === 0 ? 'Lao động' : 'Việc làm',
      ...(n % 3 === 0
        ? { status: n % 2 ? ('processing' as const) : ('supplement' as const) }
        : n % 11 === 0
          ? { status: 'withdrawn' as const }
          : { status: 'returned' as const, doneDay: addDays(receivedDay, n % 7 === 0 ? 12 : 8) }),
    }
  })
}

async function take(dossiers: readonly Dossier[]): Promise<void> {
  const staged = await store.beginImport({ source: 'a.csv' })
  if (staged === 'busy') throw new Error('busy')
  for (let start = 0; start < dossiers.length; start += 1_000) {
    await staged.stage(dossiers.slice(start, start + 1_000).map((dossier) => ({ dossier })))
  }
  await staged.commit(tallySummary().summary([]))
}

/** The same list by looking at every dossier. */
function naive(all: readonly Dossier[], filter: DossierFilter): string[] {
  const { shelves, first = '', last = '9999', isNewestFirst } = shelvesOf(filter)
  const found = all.filter((one) => {
    const { shelf, shelfDay } = shelfOf(one)
    return (
      shelves.includes(shelf) &&
      shelfDay >= first &&
      shelfDay <= last &&
      (filter.unit === undefined || one.unit === filter.unit) &&
      (filter.field === undefined || one.field === filter.field)
    )
  })
  const key = (one: Dossier) => `${placeOf(one).day} ${one.code}`
  const sorted = found.sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ code }) => code)
  return isNewestFirst ? sorted.reverse() : sorted
}

async function allPages(filter: DossierFilter, limit: number): Promise<string[]> {
  const codes: string[] = []
  for (let after = undefined as ReturnType<typeof placeOf> | undefined; ; ) {
    const page = await lists.page(filter, { after, limit })
    codes.push(...page.map(({ code }) => code))
    if (page.length < limit) return codes
    after = placeOf(page.at(-1)!)
  }
}

describe('lists of dossiers', () => {
  let all: Dossier[]
  beforeAll(async () => {
    all = madeDossiers(700)
    await take(all)
    // A later import ends some of them: what was replaced stands beside it and is not to be seen.
    const ended = all
      .slice(0, 90)
      .filter(({ status }) => status === 'processing')
      .map((one) => ({ ...one, status: 'ready' as const, doneDay: '2026-11-20', revision: 2 }))
    await take(ended)
    all = [...all.filter(({ code }) => !ended.some((one) => one.code === code)), ...ended]
  })

  it.each(dossierListings)(
    '%s: page by page the same as all looked at, with every filter',
    async (listing) => {
      const filters: DossierFilter[] = [
        { listing, today },
        { listing, today, unit: units[0] },
        { listing, today, field: 'Lao động' },
        { listing, today, unit: units[1], field: 'Việc làm' },
        { listing, today, from: '2026-08-01', until: '2026-09-15' },
        { listing, today: '2026-09-01' },
      ]
      for (const filter of filters) {
        const wanted = naive(all, filter)
        expect(await allPages(filter, 17)).toEqual(wanted)
        expect(await lists.count(filter, 10_000)).toBe(wanted.length)
        expect(await lists.count(filter, 5)).toBe(Math.min(5, wanted.length))
      }
    },
  )

  it('find by the beginning of the code, page by page', async () => {
    const beginning = '000.00.06.H32-2606'
    const wanted = all.map(({ code }) => code as string).filter((code) => code.startsWith(beginning))
    const first = await lists.beginningWith(beginning, { limit: 10 })
    const second = await lists.beginningWith(beginning, { after: first.at(-1)!.code, limit: 1_000 })
    expect([...first, ...second].map(({ code }) => code)).toEqual(wanted.sort())
    expect(await lists.beginningWith('H99', { limit: 10 })).toEqual([])
  })

  it('know what was received on a day, and the names of units and fields', async () => {
    const ofDay = all.filter(({ receivedDay }) => receivedDay === '2026-07-01')
    expect(await lists.receivedOn('2026-07-01', { limit: 100 })).toEqual(ofDay.map(({ code }) => code).sort())
    const ofUnit = ofDay.filter(({ unit }) => unit === units[0])
    expect(await lists.receivedOn('2026-07-01', { unit: units[0], limit: 100 })).toEqual(
      ofUnit.map(({ code }) => code).sort(),
    )
    expect(await lists.names('unit', 100)).toEqual([...units].sort())
    expect(await lists.names('field', 100)).toEqual(['Lao động', 'Việc làm'])
    expect(await lists.names('unit', 2)).toHaveLength(2)
  })

  it('show nothing of an import that is not committed', async () => {
    const filter = { listing: 'done', today, unit: 'Phòng mới' } as const
    const staged = await store.beginImport({ source: 'b.csv' })
    if (staged === 'busy') throw new Error('busy')
    const [one] = madeDossiers(1, 'H32.14')
    await staged.stage([{ dossier: { ...one!, unit: 'Phòng mới', status: 'ready', doneDay: '2026-11-20' } }])
    expect(await lists.page(filter, { limit: 5 })).toEqual([])
    expect(await lists.names('unit', 100)).not.toContain('Phòng mới')
    await staged.abandon()
  })

  itWithPlans('have an index for every query', async () => {
    const rows = database.connection.collection('dossiers')
    const seen = { from: { $lte: 2 }, until: { $gt: 2 } }
    const days = { shelfDay: { $gte: '2026-01-01' } }
    const sort = { shelfDay: 1, code: 1 } as const
    const plans = await Promise.all([
      rows
        .find({ shelf: 'watched', ...days, ...seen })
        .sort(sort)
        .explain(),
      rows
        .find({ shelf: { $in: ['watched', 'waiting'] }, ...days, ...seen })
        .sort(sort)
        .explain(),
      rows
        .find({ unit: units[0], shelf: { $in: ['done', 'done-late'] }, ...days, ...seen })
        .sort(sort)
        .explain(),
      rows
        .find({ field: 'Lao động', shelf: 'done', ...days, ...seen })
        .sort(sort)
        .explain(),
      rows
        .find({ unit: units[0], field: 'Lao động', shelf: 'done', ...days, ...seen })
        .sort(sort)
        .explain(),
      rows
        .find({ unit: { $gt: '' }, ...seen })
        .sort({ unit: 1, shelf: 1, shelfDay: 1, code: 1 })
        .explain(),
      rows
        .find({ code: { $gte: 'H32', $lt: 'H33' }, ...seen })
        .sort({ code: 1 })
        .explain(),
      rows
        .find({ receivedDay: '2026-07-01', ...seen })
        .sort({ code: 1 })
        .explain(),
    ])
    for (const plan of plans) {
      const text = JSON.stringify(plan)
      expect(text).not.toContain('COLLSCAN')
      expect(text).not.toMatch(/"stage":"SORT"/)
    }
  })

  itWithTimes(
    'cost the same with 100,000 dossiers',
    async () => {
      await take(madeDossiers(100_000, 'H32.15'))
      const filters: DossierFilter[] = dossierListings.flatMap((listing) => [
        { listing, today },
        { listing, today, unit: units[2] },
        { listing, today, field: 'Lao động' },
        { listing, today, unit: units[2], field: 'không có' },
      ])
      const times: number[] = []
      for (const filter of [...filters, ...filters, ...filters]) {
        const start = performance.now()
        const page = await lists.page(filter, { limit: 50 })
        const last = page.at(-1)
        if (last) await lists.page(filter, { after: placeOf(last), limit: 50 })
        await lists.count(filter, 2_000)
        times.push(performance.now() - start)
      }
      const p95 = times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)]!
      console.log(`two pages and a count of 100,000 dossiers: p95 ${p95.toFixed(0)} ms`)
      expect(p95).toBeLessThan(150)
    },
    180_000,
  )
})
