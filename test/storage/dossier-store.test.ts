import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Dossier } from '../../src/dossiers/dossier.ts'
import {
  type DossierStore,
  rowsPerStage,
  type StagedChange,
  type StagedImport,
} from '../../src/dossiers/dossier-store.ts'
import { type ImportSummary, tallySummary } from '../../src/dossiers/import-summary.ts'
import { tallyOnTime } from '../../src/dossiers/on-time-figures.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createDossierStore } from '../../src/storage/dossier-store.ts'
import { dossier, numbered } from '../dossiers/made-dossier.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let store: DossierStore
let clock: FakeClock
const summary: ImportSummary = tallySummary().summary([])

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())
beforeEach(async () => {
  clock = new FakeClock('2026-11-23T03:00:00Z')
  for (const name of database.connection.modelNames()) database.connection.deleteModel(name)
  store = createDossierStore(database.connection, { clock })
  await ensureIndexes(database.connection)
  for (const name of ['dossiers', 'dossier_events', 'dossier_imports']) {
    await database.connection.collection(name).deleteMany({})
  }
})

async function begin(source = 'a.csv'): Promise<StagedImport> {
  const staged = await store.beginImport({ source })
  if (staged === 'busy') throw new Error('busy')
  return staged
}

async function importAll(changes: readonly StagedChange[], source = 'a.csv') {
  const staged = await begin(source)
  for (let start = 0; start < changes.length; start += rowsPerStage) {
    await staged.stage(changes.slice(start, start + rowsPerStage))
  }
  return staged.commit(summary)
}

const first = (count: number, parts: Partial<Dossier> = {}): StagedChange[] =>
  Array.from({ length: count }, (_, index) => ({ dossier: dossier({ code: numbered(index + 1), ...parts }) }))

/** The next version of each, with its event. */
const second = (count: number, revision = 2): StagedChange[] =>
  Array.from({ length: count }, (_, index) => {
    const code = numbered(index + 1)
    const at = new Date('2026-11-20T03:00:00Z')
    return {
      dossier: dossier({
        code,
        status: 'returned',
        doneDay: '2026-11-10',
        returnedDay: '2026-11-11',
        revision,
      }),
      event: {
        id: `${code}@${revision}`,
        code,
        at,
        status: { from: 'processing', to: 'returned' },
        isBackward: false,
      },
    }
  })

async function all(scope: Parameters<DossierStore['each']>[0] = { kind: 'all' }): Promise<Dossier[]> {
  const found: Dossier[] = []
  for await (const one of store.each(scope)) found.push(one)
  return found
}

describe('an import', () => {
  it('is read back as it was', async () => {
    const full = dossier({
      updatedAt: new Date('2026-11-20T03:00:00Z'),
      field: 'Việc làm',
      channel: 'online',
      dueDay: '2026-11-20',
      dueChanges: [{ kind: 'pause', from: '2026-11-12', to: '2026-11-20', decision: '1/TB' }],
      digitsHashes: ['abc'],
    })
    const done = await importAll([{ dossier: full }, ...first(2).slice(1)], 'tháng 11.csv')
    expect(done).toEqual({ number: 1, committedAt: clock.now(), source: 'tháng 11.csv', summary })
    expect(await store.find(numbered(1))).toEqual(full)
    expect(await store.find(numbered(9))).toBeUndefined()
    expect(
      (await store.findMany([numbered(2), numbered(1), numbered(9)])).map(({ code }) => code).sort(),
    ).toEqual([numbered(1), numbered(2)])
    expect(await store.imports(5)).toEqual([done])
  })

  it('is seen by nobody before it is committed, and by all with one write', async () => {
    await importAll(first(2_500))
    const seen = new Set<string>()
    let isDone = false
    const reading = (async () => {
      while (!isDone) {
        const found = await store.findMany([numbered(1), numbered(1_200), numbered(2_500)])
        seen.add(found.map(({ status }) => status).join('+'))
        // A look at all of it, one after the other, while the other versions are written and shown.
        const statuses = new Set((await all()).map(({ status }) => status))
        seen.add([...statuses].join('|'))
      }
    })()
    const changes = second(2_500)
    const staged = await begin('b.csv')
    for (let start = 0; start < changes.length; start += 500)
      await staged.stage(changes.slice(start, start + 500))
    expect((await store.find(numbered(1)))?.status).toBe('processing')
    expect(await store.untoldEvents(10)).toEqual([])
    expect(await store.count({ kind: 'all' })).toBe(2_500)
    await staged.commit(summary)
    expect((await store.find(numbered(1)))?.status).toBe('returned')
    isDone = true
    await reading
    const whole = ['processing', 'returned']
    for (const statuses of seen) {
      expect([...whole, ...whole.map((status) => `${status}+${status}+${status}`)]).toContain(statuses)
    }
    expect(await store.count({ kind: 'all' })).toBe(2_500)
  }, 60_000)

  it('that is abandoned leaves everything as it was', async () => {
    await importAll(first(20))
    const before = await all()
    const staged = await begin()
    await staged.stage([...second(20), { dossier: dossier({ code: numbered(99) }) }])
    await staged.abandon()
    expect(await all()).toEqual(before)
    expect(await store.untoldEvents(10)).toEqual([])
    // The same again goes through, with the same ids.
    await importAll(second(20))
    expect((await store.untoldEvents(1))[0]?.id).toBe(`${numbered(1)}@2`)
    expect((await store.imports(5)).map(({ number }) => number)).toEqual([3, 1])
  })

  it('that dies half-way leaves everything as it was, and the next one sweeps it away', async () => {
    await importAll(first(2_500))
    const dead = await begin()
    for (let start = 0; start < 2_000; start += 1_000)
      await dead.stage(second(2_500).slice(start, start + 1_000))
    expect(await store.beginImport({ source: 'b' })).toBe('busy')
    clock.advanceMs(60_000)
    const before = await all()
    expect(before.every(({ status }) => status === 'processing')).toBe(true)

    const staged = await begin()
    expect(await database.connection.collection('dossiers').countDocuments({})).toBe(2_500)
    expect(await database.connection.collection('dossier_events').countDocuments({})).toBe(0)
    expect([...(await staged.stored([numbered(1)])).values()]).toEqual([await store.find(numbered(1))])
    // The dead one wakes up: it may neither write nor show anything.
    await expect(dead.stage(second(1))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await expect(dead.commit(summary)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await dead.abandon()
    await staged.stage([{ dossier: dossier({ code: numbered(3_000) }) }])
    await staged.commit(summary)
    expect(await all()).toHaveLength(2_501)
  }, 60_000)

  it('that writes after it was taken over is taken back by the next one', async () => {
    await importAll(first(3))
    const dead = await begin()
    await dead.stage(second(1))
    clock.advanceMs(60_000)
    await importAll([{ dossier: dossier({ code: numbered(4) }) }])
    // What a process that was asleep between its look at the lease and its write leaves behind.
    const rows = database.connection.collection<{ _id: string; code: string; from: number; until: number }>(
      'dossiers',
    )
    await rows.updateOne({ code: numbered(2) }, { $set: { until: 2 } })
    await rows.updateOne({ code: numbered(3) }, { $set: { until: 2 } })
    await rows.insertOne({
      ...dossier(),
      _id: `0000000003:${numbered(3)}`,
      code: numbered(3),
      from: 3,
      until: 2_000_000_000,
    })
    await rows.insertOne({
      ...dossier({ code: numbered(9) }),
      _id: `0000000002:${numbered(9)}`,
      from: 2,
      until: 2_000_000_000,
    })

    await importAll([{ dossier: dossier({ code: numbered(5) }) }])
    expect((await all()).map(({ code }) => code).sort()).toEqual(
      [1, 2, 3, 4, 5].map((index) => numbered(index)),
    )
  })

  it('stays alive while it only compares', async () => {
    await importAll(first(1))
    const staged = await begin()
    for (let minutes = 0; minutes < 5; minutes++) {
      clock.advanceMs(50_000)
      await staged.stored([numbered(1)])
      expect(await store.beginImport({ source: 'b' })).toBe('busy')
    }
    await staged.stage(second(1))
    expect((await staged.commit(summary)).number).toBe(2)
  })

  it('is one at a time, however many begin at once', async () => {
    const begun = await Promise.all(Array.from({ length: 10 }, () => store.beginImport({ source: 'a' })))
    const [mine] = begun.filter((staged) => staged !== 'busy')
    expect(begun.filter((staged) => staged === 'busy')).toHaveLength(9)
    await mine!.abandon()
    expect(await store.beginImport({ source: 'b' })).not.toBe('busy')
  })

  it('keeps no old versions for long', async () => {
    await importAll(first(5))
    await importAll(second(5))
    const rows = database.connection.collection('dossiers')
    expect(await rows.countDocuments({})).toBe(10)
    clock.advanceMs(9 * 60_000)
    await (await begin()).abandon()
    expect(await rows.countDocuments({})).toBe(10)
    clock.advanceMs(60_000)
    await (await begin()).abandon()
    expect(await rows.countDocuments({})).toBe(5)
    expect((await all()).map(({ status }) => status)).toEqual(Array(5).fill('returned'))
  })
})

describe('events', () => {
  it('wait until they are told, oldest import first', async () => {
    await importAll(first(3))
    await importAll(second(3))
    const [a, b, c] = await store.untoldEvents(10)
    expect(await store.untoldEvents(2)).toEqual([a, b])
    expect(a).toEqual(second(1)[0]!.event)
    await store.markTold([a!.id, c!.id])
    await store.markTold([a!.id])
    expect(await store.untoldEvents(10)).toEqual([b])
  })
})

describe('a scope', () => {
  const days: [string, Partial<Dossier>][] = [
    ['open, due 12', {}],
    ['open, due 10', { dueDay: '2026-11-10' }],
    ['open, no due', { dueDay: undefined, firstDueDay: undefined }],
    ['paused, due 11', { status: 'supplement', dueDay: '2026-11-11' }],
    ['registered', { status: 'registered' }],
    ['withdrawn', { status: 'withdrawn' }],
    ['done 9', { status: 'returned', doneDay: '2026-11-09' }],
    ['done 5', { status: 'ready', doneDay: '2026-11-05' }],
  ]
  beforeEach(async () => {
    await importAll(
      days.map(([unit, parts], index) => {
        const made = { ...dossier({ code: numbered(index + 1), unit }), ...parts }
        return {
          dossier: Object.fromEntries(
            Object.entries(made).filter(([, value]) => value !== undefined),
          ) as unknown as Dossier,
        }
      }),
    )
  })

  it.each([
    [{ kind: 'all' }, days.map(([unit]) => unit)],
    [{ kind: 'open' }, ['open, no due', 'open, due 10', 'paused, due 11', 'open, due 12']],
    [{ kind: 'open-due', until: '2026-11-11' }, ['open, due 10', 'paused, due 11']],
    [{ kind: 'done', from: '2026-11-05', until: '2026-11-09' }, ['done 5', 'done 9']],
    [{ kind: 'done', from: '2026-11-06', until: '2026-11-30' }, ['done 9']],
  ] as const)('%o', async (scope, units) => {
    expect((await all(scope)).map(({ unit }) => unit)).toEqual(units)
    expect(await store.count(scope)).toBe(units.length)
  })

  it('loses who the erased results are of, with their events, and keeps what figures are made of', async () => {
    const figures = async () => {
      const tally = tallyOnTime({ from: '2026-11-01', until: '2026-11-30', today: '2026-12-01' })
      for await (const one of store.each({ kind: 'all' })) tally.add(one)
      return tally.figure()
    }
    await importAll([
      {
        ...second(7)[6]!,
        dossier: dossier({ code: numbered(7), status: 'returned', doneDay: '2026-11-08', revision: 2 }),
      },
    ])
    const before = await figures()
    expect(before.n + before.withoutDue).toBeGreaterThan(0)
    expect(await store.countErasable('2026-11-09')).toBe(2)
    expect(await store.eraseDoneBefore('2026-11-09')).toBe(2)
    expect(await store.find(numbered(7))).toBeUndefined()
    expect(await store.untoldEvents(10)).toEqual([])
    expect(await figures()).toEqual(before)
    expect(await store.count({ kind: 'all' })).toBe(8)
    expect(await store.eraseDoneBefore('2026-11-09')).toBe(0)
    const all = await database.connection.collection('dossiers').find().toArray()
    const left = all.filter(({ code }) => code.startsWith('erased:'))
    expect(left.map(({ digitsHashes, shelf }) => [digitsHashes, shelf])).toEqual([
      [[], undefined],
      [[], undefined],
    ])
    expect(await database.connection.collection('dossiers').countDocuments({ code: numbered(7) })).toBe(0)
  })
})

itWithPlans('every query has an index', async () => {
  await importAll(first(50))
  await importAll(second(50))
  const never = 2_000_000_000
  const seen = { from: { $lte: 2 }, until: { $gt: 2 } }
  const rows = database.connection.collection('dossiers')
  const events = database.connection.collection('dossier_events')
  const imports = database.connection.collection('dossier_imports')
  const plans = await Promise.all([
    rows.find({ code: numbered(1), ...seen }).explain(),
    rows.find({ code: { $in: [numbered(1), numbered(2)] }, until: never }).explain(),
    rows
      .find({ doneDay: { $gte: '2026-11-01', $lte: '2026-11-30' }, ...seen })
      .sort({ doneDay: 1, _id: 1 })
      .explain(),
    rows
      .find({ openDueDay: { $gt: '', $lte: '2026-11-30' }, ...seen })
      .sort({ openDueDay: 1, _id: 1 })
      .explain(),
    rows
      .find({ openDueDay: { $gte: '' }, ...seen })
      .sort({ openDueDay: 1, _id: 1 })
      .explain(),
    rows.find({ until: { $lte: 1 } }).explain(),
    rows.find({ until: { $gt: 2, $lt: never } }).explain(),
    rows.find({ doneDay: { $gte: '', $lt: '2026-11-30' }, ...seen }).explain(),
    events
      .find({ untoldOf: { $gte: 0, $lte: 2 } })
      .sort({ untoldOf: 1, _id: 1 })
      .explain(),
    events.find({ import: { $gt: 2 } }).explain(),
    events.find({ code: { $in: [numbered(1)] } }).explain(),
    imports
      .find({ committedAt: { $gte: new Date(0) } })
      .sort({ committedAt: -1, number: -1 })
      .explain(),
  ])
  for (const plan of plans) expect(JSON.stringify(plan)).not.toContain('COLLSCAN')
})
