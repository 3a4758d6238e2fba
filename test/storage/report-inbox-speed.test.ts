import { afterAll, beforeAll, describe, expect } from 'vitest'
import { reportScope, type Viewer } from '../../src/reports/case/access.ts'
import { reportKinds } from '../../src/reports/report.ts'
import type { ReportFilter, ReportStore } from '../../src/reports/report-store.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createReportStore } from '../../src/storage/report-store.ts'
import { instant } from '../reports/read-clocks.ts'
import { itWithTimes, openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { hex, madeReport, withEvent } from '../support/made-report.ts'

/**
 * Features row 64: 10,000 open cases, page < 300 ms at p95. That of the page is judged in `desk/report-inbox.test.ts`; here
 * each list with its exact count, more than a page asks for, by the middle of its times, since other tests run beside it.
 */
const openReports = 10_000
const budgetMs = 300

let database: TestDatabase
let store: ReportStore

const units = Array.from({ length: 12 }, (_, n) => `phòng nghiệp vụ ${n}`)
const officers = Array.from({ length: 60 }, (_, n) => `officer-${n}`)
const story = 'Tôi nộp hồ sơ từ đầu tháng, bốn lần đến hỏi đều được hẹn lại mà không có giấy hẹn. '.repeat(8)

function realistic(n: number) {
  const officer = officers[n % officers.length]!
  const day = String(1 + (n % 28)).padStart(2, '0')
  let report = madeReport({
    kind: reportKinds[n % 3]!,
    queue: n % 3 === 2 ? 'restricted' : 'general',
    receivedAt: instant(`${day}/10/2026 09:00`),
    caseNumber: `PA-2610${day}-${n.toString(36).toUpperCase().padStart(4, '2')}-A`,
    isSlowLane: n % 50 === 0,
    concerns:
      n % 10 === 0
        ? { officers: [officers[(n + 7) % 60]!], units: [units[(n + 5) % 12]!] }
        : { officers: [], units: [] },
    procedureCode: `1.00${1000 + (n % 180)}`,
    evidenceNames: n % 4 === 0 ? [`${hex(16)}.sealed`, `${hex(16)}.sealed`] : [],
    content: { story, place: 'Bộ phận một cửa', people: 'một cán bộ nữ', evidence: [] },
    untold: [],
  })
  if (n % 5 === 0) return report
  const handler = { state: 'assigned', assignee: officer, unit: units[n % units.length]! } as const
  report = withEvent(report, { kind: 'assigned', to: officer }, handler)
  report = withEvent(report, { kind: 'started' }, { state: 'in-progress', hasUnread: n % 6 === 0 })
  report = withEvent(report, { kind: 'asked', text: 'Ông/bà cho biết ngày nộp hồ sơ.' })
  report = withEvent(report, { kind: 'reporter-wrote', text: 'Ngày 03/10, buổi sáng.', evidence: [] })
  return { ...report, untold: [] }
}

beforeAll(async () => {
  if (process.env.MONGODB_TEST_URI) return
  database = await openTestDatabase()
  store = createReportStore(database.connection, keyRingNamed('speed'))
  await ensureIndexes(database.connection)
  for (let n = 0; n < openReports; n += 200) {
    await Promise.all(Array.from({ length: 200 }, (_, i) => store.insert(realistic(n + i))))
  }
}, 180_000)
afterAll(() => database?.close())

const viewers: Record<string, Viewer> = {
  intake: { officerId: 'officer-1', unit: units[1]!, roles: ['intake'], mayOpenRestricted: false },
  leader: { officerId: 'officer-2', unit: units[2]!, roles: ['leader'], mayOpenRestricted: true },
  handler: { officerId: 'officer-3', unit: units[3]!, roles: ['handler'], mayOpenRestricted: true },
  investigator: { officerId: 'officer-4', unit: units[4]!, roles: ['intake'], mayOpenRestricted: true },
}

const filters: Record<string, ReportFilter> = {
  open: { states: 'open' },
  unassigned: { states: 'open', isUnassigned: true },
  late: { states: 'open', dueBefore: instant('20/10/2026 00:00') },
  unread: { states: 'open', hasUnread: true },
  kind: { states: 'open', kind: 'delay' },
  everything: {},
}

const rounds = 21

describe('the inbox over 10,000 open reports', () => {
  for (const [who, viewer] of Object.entries(viewers)) {
    itWithTimes(
      `lists a page and counts in time for ${who}`,
      async () => {
        const scope = reportScope(viewer)!
        const mine: ReportFilter = { states: 'open', assignee: viewer.officerId }
        for (const [name, filter] of Object.entries({ ...filters, mine })) {
          const { p50, p95, total } = await measure(async (round) => {
            const page = { skip: (round % 3) * 50, limit: 50 }
            const [rows, count] = await Promise.all([
              store.list(scope, filter, page),
              store.count(scope, filter),
            ])
            expect(rows).toHaveLength(Math.max(0, Math.min(50, count - page.skip)))
            return count
          })
          console.log(`${who}, ${name}: ${total} reports, p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`)
          expect(p50, `${who}, ${name}`).toBeLessThan(budgetMs)
        }
      },
      120_000,
    )
  }
})

async function measure(work: (round: number) => Promise<number>) {
  const timesMs: number[] = []
  let total = 0
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    total = await work(round)
    timesMs.push(performance.now() - start)
  }
  timesMs.sort((a, b) => a - b)
  return { p50: timesMs[Math.floor(rounds / 2)]!, p95: timesMs[Math.floor(rounds * 0.95)]!, total }
}
