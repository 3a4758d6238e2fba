import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { NoticeStore, ReportNotice } from '../../src/desk/notices/notice.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createNoticeStore } from '../../src/storage/notice-store.ts'
import { itWithPlans, openTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let store: NoticeStore
const at = new Date('2026-11-23T02:00:00Z')
const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000)

const notice = (given: Partial<ReportNotice> = {}): ReportNotice => ({
  id: 'e1:lan',
  officerId: 'lan',
  kind: 'received',
  reportRef: 'r1',
  caseNumber: 'PA-261123-2345-6',
  at,
  delivery: { kind: 'in-app' },
  ...given,
})

beforeAll(async () => {
  database = await openTestDatabase()
  store = createNoticeStore(database.connection, { keepDays: 180 })
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())
beforeEach(async () => void (await database.connection.collection('notices').deleteMany({})))

it('keeps a notice as it was given, once for its id', async () => {
  const given = notice({
    kind: 'reminder',
    reminder: { clock: 'office.answer', percent: 80 },
    delivery: { kind: 'waiting', attempts: 0, nextAt: at },
  })
  expect(await store.add([given, notice({ id: 'e1:ha', officerId: 'ha' })])).toBe(2)
  expect(await store.add([notice(), notice({ id: 'e2:lan' })])).toBe(1)
  expect(await store.find(given.id)).toEqual(given)
  expect((await store.listOf('ha', 10)).map(({ id }) => id)).toEqual(['e1:ha'])
  const together = await Promise.all(Array.from({ length: 10 }, () => store.add([notice({ id: 'e3:lan' })])))
  expect(together.reduce((sum, added) => sum + added, 0)).toBe(1)
})

it('hands out what is due, each to one who asks, the longest waiting first', async () => {
  const waiting = (minutes: number) => ({ kind: 'waiting', attempts: 0, nextAt: later(minutes) }) as const
  await store.add([
    notice({ id: 'b', delivery: waiting(-1) }),
    notice({ id: 'a', delivery: waiting(-2) }),
    notice({ id: 'c', delivery: waiting(1) }),
    notice({ id: 'd' }),
  ])
  expect((await store.takeDue(at, later(5)))?.id).toBe('a')
  const others = await Promise.all([1, 2, 3].map(() => store.takeDue(at, later(5))))
  expect(others.map((taken) => taken?.id).filter(Boolean)).toEqual(['b'])
  // Whoever took it never said what came of it.
  expect(await store.takeDue(later(5), later(10))).toMatchObject({ id: 'c', delivery: { attempts: 1 } })
  expect(await store.takeDue(later(5), later(10))).toMatchObject({
    delivery: { kind: 'waiting', attempts: 2 },
  })
  await store.settle('a', { kind: 'sent', by: 'email', at })
  await store.settle('b', { kind: 'failed', by: 'email', at, fault: 'refused' })
  await store.settle('c', { kind: 'waiting', attempts: 1, nextAt: later(60), lastFault: 'unreachable' })
  expect(await store.takeDue(later(59), later(70))).toBeUndefined()
  expect((await store.takeDue(later(60), later(70)))?.id).toBe('c')
})

it('is forgotten after its days, or with its report', async () => {
  await store.add([
    notice(),
    notice({ id: 'e2:ha', officerId: 'ha' }),
    notice({ id: 'e3:lan', reportRef: 'r2' }),
  ])
  const stored = await database.connection.collection<{ _id: string; expiresAt: Date }>('notices').findOne({})
  expect(stored?.expiresAt).toEqual(new Date(at.getTime() + 180 * 86_400_000))
  await store.removeOf('r1', ['ha'])
  expect(await store.find('e1:lan')).toBeDefined()
  expect(await store.find('e2:ha')).toBeUndefined()
  await store.removeOf('r1')
  expect((await store.listOf('lan', 10)).map(({ id }) => id)).toEqual(['e3:lan'])
})

itWithPlans('has an index for every question that is asked often', async () => {
  const plans = [
    [{ officerId: 'lan' }, { isRead: 1, at: -1, _id: 1 }, 'officerId_1_isRead_1_at_-1__id_1'],
    [{ nextAt: { $lte: at } }, { nextAt: 1 }, 'nextAt_1'],
    [{ reportRef: 'r1' }, {}, 'reportRef_1'],
  ] as const
  for (const [filter, sort, index] of plans) {
    const plan = await database.connection.db!.command({ explain: { find: 'notices', filter, sort } })
    expect(JSON.stringify(plan)).toContain(index)
    expect(JSON.stringify(plan)).not.toContain('COLLSCAN')
  }
})
