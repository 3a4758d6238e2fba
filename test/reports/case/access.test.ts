import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  everyReport,
  isInScope,
  mayViewIdentity,
  type ReportScope,
  reportScope,
  unitKey,
  type Viewer,
} from '../../../src/reports/case/access.ts'
import {
  identityModes,
  isOpen,
  type Report,
  type ReportSummary,
  reportKinds,
  reportQueues,
  reportStates,
} from '../../../src/reports/report.ts'
import type { ReportFilter, ReportStore } from '../../../src/reports/report-store.ts'
import { ensureIndexes } from '../../../src/storage/connect.ts'
import { createReportStore } from '../../../src/storage/report-store.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { keyRingNamed } from '../../support/key-ring.ts'
import { madeReport } from '../../support/made-report.ts'
import { instant } from '../read-clocks.ts'

const officers = ['o1', 'o2', 'o3']
const unitNames = ['Phòng Việc làm', ' phòng  NGƯỜI CÓ CÔNG', 'Phòng Bảo trợ']
const units = unitNames.map(unitKey)
const roles = ['intake', 'handler', 'leader', 'admin', 'auditor']

const viewers: fc.Arbitrary<Viewer> = fc.record({
  officerId: fc.constantFrom(...officers),
  unit: fc.option(fc.constantFrom(...unitNames), { nil: undefined }),
  roles: fc.uniqueArray(fc.constantFrom(...roles)),
  mayOpenRestricted: fc.boolean(),
})

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const reports: fc.Arbitrary<Report> = fc
  .record({
    kind: fc.constantFrom(...reportKinds),
    queue: fc.constantFrom(...reportQueues),
    identityMode: fc.constantFrom(...identityModes),
    state: fc.constantFrom(...reportStates),
    receivedAt: fc
      .integer({ min: 0, max: 30 })
      .map((day) => new Date(instant('01/10/2026 09:00').getTime() + day * 86_400_000)),
    isSlowLane: fc.boolean(),
    assignee: optional(fc.constantFrom(...officers)),
    unit: optional(fc.constantFrom(...units)),
    concerns: fc.record({
      officers: fc.uniqueArray(fc.constantFrom(...officers), { maxLength: 2 }),
      units: fc.uniqueArray(fc.constantFrom(...units), { maxLength: 2 }),
    }),
    procedureCode: optional(fc.constantFrom('1.1', '1.2')),
    hasUnread: fc.boolean(),
  })
  .map((given) => madeReport(withoutUndefined(given)))

const scopes: fc.Arbitrary<ReportScope> = fc
  .record({
    queues: fc.uniqueArray(fc.constantFrom(...reportQueues)),
    only: optional(
      fc.record({ assignee: fc.constantFrom(...officers), unit: optional(fc.constantFrom(...units)) }),
    ),
    notAbout: optional(
      fc.record({ officerId: fc.constantFrom(...officers), unit: optional(fc.constantFrom(...units)) }),
    ),
  })
  .map(withoutUndefined)

const filters: fc.Arbitrary<ReportFilter> = fc
  .record({
    states: optional(
      fc.oneof(fc.constant('open' as const), fc.uniqueArray(fc.constantFrom(...reportStates))),
    ),
    kind: optional(fc.constantFrom(...reportKinds)),
    assignee: optional(fc.constantFrom(...officers)),
    unit: optional(fc.constantFrom(...units)),
    isUnassigned: optional(fc.boolean()),
    hasUnread: optional(fc.boolean()),
    dueBefore: optional(fc.constantFrom(instant('20/10/2026 00:00'), instant('30/10/2026 17:00'))),
    caseNumber: optional(fc.constantFrom('PA-', 'PA-2610', 'PA-261015', 'PA-2611', '$ne', '.*', '')),
    procedureCode: optional(fc.constantFrom('1.1', '1.2', '1.3')),
  })
  .map(withoutUndefined)

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}

describe('who sees which reports', () => {
  it('never shows a report to whom it is about, whatever else they are (row 44)', () => {
    fc.assert(
      fc.property(viewers, reports, (viewer, report) => {
        const isConcerned =
          report.concerns.officers.includes(viewer.officerId) ||
          (viewer.unit !== undefined && report.concerns.units.includes(unitKey(viewer.unit)))
        const scope = reportScope(viewer)
        fc.pre(isConcerned)
        expect(scope !== undefined && isInScope(report, scope)).toBe(false)
        expect(mayViewIdentity(viewer, report)).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  it('shows reports about leaders to no leader and to nobody without the right', () => {
    fc.assert(
      fc.property(viewers, reports, (viewer, report) => {
        const scope = reportScope(viewer)
        if (!scope || !isInScope(report, scope)) return
        if (report.queue !== 'general') expect(viewer.mayOpenRestricted).toBe(true)
        if (report.queue === 'outside') expect(viewer.roles).not.toContain('leader')
        const isWorkingHere = ['intake', 'leader', 'handler'].some((role) => viewer.roles.includes(role))
        expect(isWorkingHere).toBe(true)
        if (viewer.roles.includes('intake') || viewer.roles.includes('leader')) return
        const isOfTheirUnit = viewer.unit !== undefined && report.unit === unitKey(viewer.unit)
        expect(report.assignee === viewer.officerId || isOfTheirUnit).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('shows who reported only where the report is seen, and of the confidential to few', () => {
    fc.assert(
      fc.property(viewers, reports, (viewer, report) => {
        if (!mayViewIdentity(viewer, report)) return
        expect(isInScope(report, reportScope(viewer)!)).toBe(true)
        expect(report.identityMode).not.toBe('anonymous')
        if (report.identityMode === 'confidential') expect(viewer.mayOpenRestricted).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([['admin', 'auditor'], ['admin'], ['auditor'], []])('gives %s %s no scope at all', (...given) => {
    const viewer: Viewer = { officerId: 'o1', roles: given, mayOpenRestricted: true }
    expect(reportScope(viewer)).toBeUndefined()
  })

  it('compares units as people type them', () => {
    const viewer: Viewer = {
      officerId: 'o9',
      unit: 'phòng  việc LÀM ',
      roles: ['handler'],
      mayOpenRestricted: false,
    }
    const scope = reportScope(viewer)!
    expect(isInScope(madeReport({ unit: unitKey('Phòng Việc làm') }), scope)).toBe(true)
    const decomposed = unitKey('Phòng Việc làm'.normalize('NFD'))
    expect(isInScope(madeReport({ unit: decomposed }), scope)).toBe(true)
    expect(
      isInScope(madeReport({ unit: decomposed, concerns: { officers: [], units: [decomposed] } }), scope),
    ).toBe(false)
  })
})

describe('the store', () => {
  let database: TestDatabase
  let store: ReportStore
  let all: Report[]

  beforeAll(async () => {
    database = await openTestDatabase()
    store = createReportStore(database.connection, keyRingNamed('access'))
    await ensureIndexes(database.connection)
    all = fc.sample(reports, { numRuns: 200, seed: 44 })
    await Promise.all(all.map((report) => store.insert(report)))
    expect(await store.count(everyReport, {})).toBe(all.length)
  }, 60_000)
  afterAll(() => database?.close())

  const refs = (found: readonly ReportSummary[]) => found.map(({ ref }) => ref)

  it('lists and counts exactly what the rule says, in order of urgency', async () => {
    await fc.assert(
      fc.asyncProperty(scopes, filters, async (scope, filter) => {
        const expected = all
          .filter((report) => isInScope(report, scope) && meets(report, filter))
          .sort(byUrgency)
        const listed = await store.list(scope, filter, { skip: 0, limit: 1000 })
        expect(refs(listed)).toEqual(refs(expected))
        expect(await store.count(scope, filter)).toBe(expected.length)
        const part = await store.list(scope, filter, { skip: 3, limit: 5 })
        expect(refs(part)).toEqual(refs(expected.slice(3, 8)))
      }),
      { numRuns: 150 },
    )
  }, 60_000)

  it('gives figures of exactly what the rule says', async () => {
    const [from, to] = [instant('05/10/2026 00:00'), instant('25/10/2026 09:00')]
    await fc.assert(
      fc.asyncProperty(scopes, async (scope) => {
        const found: ReportSummary[] = []
        for await (const report of store.receivedBetween(scope, from, to)) found.push(report)
        const expected = all.filter(
          (report) => isInScope(report, scope) && report.receivedAt >= from && report.receivedAt < to,
        )
        expect(refs(found).sort()).toEqual(refs(expected).sort())
        const receivedAt = found.map((report) => report.receivedAt.getTime())
        expect(receivedAt).toEqual(receivedAt.toSorted((a, b) => a - b))
      }),
      { numRuns: 50 },
    )
  }, 60_000)

  it('suggests no similar report that the officer may not see (rows 44, 48)', async () => {
    const since = instant('08/10/2026 00:00')
    await fc.assert(
      fc.asyncProperty(scopes, fc.nat({ max: 199 }), async (scope, n) => {
        const report = all[n]!
        const others = all.filter(
          (other) =>
            other.ref !== report.ref &&
            other.kind === report.kind &&
            other.receivedAt >= since &&
            isInScope(other, scope),
        )
        const near = others.filter(
          (other) =>
            (report.procedureCode !== undefined && other.procedureCode === report.procedureCode) ||
            other.concerns.units.some((unit) => report.concerns.units.includes(unit)),
        )
        const expected = (near.length > 0 ? near : others).sort(newestFirst)
        expect(refs(await store.similarTo(report, scope, since, 1000))).toEqual(refs(expected))
        expect(refs(await store.similarTo(report, scope, since, 3))).toEqual(refs(expected.slice(0, 3)))
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})

/** The filter as its comments say it, without any query. */
function meets(report: Report, filter: ReportFilter): boolean {
  const { states, kind, assignee, unit, isUnassigned, hasUnread, dueBefore, caseNumber, procedureCode } =
    filter
  if (states === 'open' && !isOpen(report.state)) return false
  if (Array.isArray(states) && !states.includes(report.state)) return false
  if (kind !== undefined && report.kind !== kind) return false
  if (assignee !== undefined && report.assignee !== assignee) return false
  if (unit !== undefined && report.unit !== unit) return false
  if (isUnassigned !== undefined && (report.assignee === undefined) !== isUnassigned) return false
  if (hasUnread !== undefined && report.hasUnread !== hasUnread) return false
  if (dueBefore !== undefined && !(report.dueAt && report.dueAt < dueBefore)) return false
  if (caseNumber !== undefined && !report.caseNumber.startsWith(caseNumber)) return false
  return procedureCode === undefined || report.procedureCode === procedureCode
}

function byUrgency(a: Report, b: Report): number {
  return (
    Number(isOpen(b.state)) - Number(isOpen(a.state)) ||
    Number(a.isSlowLane) - Number(b.isSlowLane) ||
    (a.dueAt?.getTime() ?? 0) - (b.dueAt?.getTime() ?? 0) ||
    (a.caseNumber < b.caseNumber ? -1 : 1)
  )
}

function newestFirst(a: Report, b: Report): number {
  return b.receivedAt.getTime() - a.receivedAt.getTime() || (a.ref < b.ref ? -1 : 1)
}
