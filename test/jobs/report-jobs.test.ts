import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Officer } from '../../src/desk/officer.ts'
import { anchorAudit } from '../../src/jobs/anchor-audit.ts'
import { closeSilentReports } from '../../src/jobs/close-silent-reports.ts'
import type { Job } from '../../src/jobs/job.ts'
import { remindOfDeadlines } from '../../src/jobs/remind-of-deadlines.ts'
import { setMissingDeadlines } from '../../src/jobs/set-missing-deadlines.ts'
import { sweepEvidence } from '../../src/jobs/sweep-evidence.ts'
import { tellLeftOvers } from '../../src/jobs/tell-left-overs.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { timeOf } from '../../src/lib/working-days/day.ts'
import { isWorkingDay } from '../../src/lib/working-days/holiday-calendar.ts'
import { setReportDeadlines } from '../../src/reports/case/report-deadlines.ts'
import type { Report } from '../../src/reports/report.ts'
import { createAuditStore } from '../../src/storage/audit-store.ts'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createEvidenceFiles } from '../../src/storage/evidence-files.ts'
import { openTestNotices } from '../desk/notice-parts.ts'
import { openTestReports, type TestReports } from '../desk/report-parts.ts'
import { holidayFiles, instant, shippedClocks } from '../reports/read-clocks.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { keyRingNamed } from '../support/key-ring.ts'
import { madeOfficer } from '../support/made-officer.ts'
import { calendar, clocks, madeReport, usualClocks, withEvent } from '../support/made-report.ts'

let database: TestDatabase
let clock: FakeClock
let office: Officer[]
let parts: TestReports
const log = createLog({ level: 'silent' })
const never = new AbortController().signal
const minuteMs = 60_000

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())
beforeEach(async () => {
  clock = new FakeClock(instant('23/11/2026 09:00'))
  office = [
    madeOfficer('intake', ['intake']),
    madeOfficer('handler', ['handler'], { unit: 'Phòng Việc làm' }),
    madeOfficer('head', ['leader'], { unit: 'Phòng Việc làm' }),
    madeOfficer('leader', ['leader']),
  ]
  const officers = { list: async () => office } as never
  parts = openTestReports(database.connection, { officers, clock, log, agencyName: 'Sở' })
  openTestNotices(database.connection, { officers, reports: parts.store, clock })
  await ensureIndexes(database.connection)
  for (const name of ['reports', 'notices']) await database.connection.collection(name).deleteMany({})
})

const runNow = (job: Job) => job.run(clock.now(), never)
const stored = async (given: Partial<Report> = {}): Promise<Report> => {
  const report = madeReport({ receivedAt: clock.now(), ...given })
  expect(await parts.store.insert(report)).toBe('stored')
  return report
}
const assigned = { state: 'assigned', assignee: 'handler', unit: 'phòng việc làm' } as const

describe('reminders of deadlines (feature 43)', () => {
  const scheduler = () => {
    const { notices } = openTestNotices(database.connection, {
      officers: { list: async () => office },
      reports: parts.store,
      clock,
    })
    const remind = notices.remind
    return remindOfDeadlines({ plan: clocks.reminders, calendar, reports: parts.store, remind, log })
  }
  const told = async () => {
    const found = await database.connection
      .collection<{ _id: string; officerId: string; at: Date; reminder: { percent: number; clock: string } }>(
        'notices',
      )
      .find({})
      .sort({ at: 1, officerId: 1 })
      .toArray()
    return found.map(({ officerId, at, reminder }) => ({ officerId, at, ...reminder }))
  }

  it('go out once each with two schedulers, restarts, and a tick every five minutes; never at night', async () => {
    await stored(assigned)
    // Ten working days from Monday 23/11 (Tuesday 24/11 is off) are over on 08/12 at 17:00.
    let both = [scheduler(), scheduler()]
    for (let tick = 0; clock.now() < instant('10/12/2026 09:00'); tick++) {
      await Promise.all(both.map(runNow))
      if (tick % 50 === 0) both = [scheduler(), scheduler()]
      clock.advanceMs(tick % 2 ? 115 * minuteMs : 5 * minuteMs)
    }
    const found = await told()
    expect(found.map(({ officerId, percent }) => [percent, officerId])).toEqual([
      [50, 'handler'],
      [80, 'handler'],
      [80, 'head'],
      [100, 'handler'],
      [100, 'head'],
      [100, 'leader'],
    ])
    for (const { at } of found) {
      expect(isWorkingDay(calendar, at.toISOString().slice(0, 10))).toBe(true)
      expect(timeOf(at) >= '08:00' && timeOf(at) < '20:00').toBe(true)
    }
  }, 60_000)

  it('wait for the morning when the service comes up at night, and then tell the highest step only', async () => {
    await stored({ ...assigned, receivedAt: instant('02/11/2026 09:00') })
    clock = new FakeClock(instant('20/11/2026 23:30'))
    const job = scheduler()
    // Friday night, the weekend, Monday before eight.
    for (const [, until] of [
      ['', '21/11/2026 12:00'],
      ['', '22/11/2026 12:00'],
      ['', '23/11/2026 07:55'],
    ] as const) {
      await runNow(job)
      clock.advanceMs(instant(until).getTime() - clock.now().getTime())
    }
    await runNow(job)
    expect(await told()).toEqual([])
    clock.advanceMs(5 * minuteMs)
    await runNow(job)
    expect((await told()).map(({ officerId, percent }) => [percent, officerId])).toEqual([
      [100, 'handler'],
      [100, 'head'],
      [100, 'leader'],
    ])
  })

  it('of sorting end when it is sorted; those of an answered report end altogether', async () => {
    const waiting = await stored()
    const answered = await stored({ ...assigned, state: 'answered', answeredAt: clock.now() })
    clock.advanceMs(instant('26/11/2026 11:00').getTime() - clock.now().getTime())
    await runNow(scheduler())
    const found = await told()
    // Nobody handles it yet: intake in the handler's place, the leader in that of a unit's head.
    expect(found.map(({ officerId, clock: timed, percent }) => [officerId, timed, percent])).toEqual([
      ['intake', 'office.classify', 80],
      ['leader', 'office.classify', 80],
    ])
    expect(await database.connection.collection('notices').countDocuments({ reportRef: waiting.ref })).toBe(2)
    expect(await database.connection.collection('notices').countDocuments({ reportRef: answered.ref })).toBe(
      0,
    )
  })

  it('never reach whom it is about, or who may not open it (feature 44)', async () => {
    await stored({ ...assigned, queue: 'restricted' })
    await stored({ ...assigned, concerns: { officers: ['leader'], units: ['phòng việc làm'] } })
    clock.advanceMs(instant('14/12/2026 09:00').getTime() - clock.now().getTime())
    await runNow(scheduler())
    expect((await told()).map(({ officerId }) => officerId)).toEqual(['intake'])
  })

  it('go to the deputy of an absent handler (feature 73)', async () => {
    office[1] = { ...office[1]!, absentUntil: '2026-12-31', deputy: 'deputy' }
    office.push(madeOfficer('deputy', ['handler']))
    await stored(assigned)
    clock.advanceMs(instant('02/12/2026 09:00').getTime() - clock.now().getTime())
    await runNow(scheduler())
    expect((await told()).map(({ officerId, percent }) => [officerId, percent])).toEqual([['deputy', 50]])
  })
})

describe('closing in silence', () => {
  const job = () => closeSilentReports({ reports: parts.reports, store: parts.store })
  const stateOf = async ({ ref }: Report) => (await parts.store.findByRef(ref))?.state

  it('closes an answered or forwarded report when it can be rejected no more, not before', async () => {
    const answeredAt = clock.now()
    const answered = await stored({ ...assigned, state: 'answered', answeredAt })
    const forwarded = await stored({ ...assigned, state: 'forwarded', forwardedAt: answeredAt })
    const open = await stored(assigned)
    const until = parts.reports.rejectableUntil(answeredAt)
    clock.advanceMs(until.getTime() - clock.now().getTime())
    await runNow(job())
    expect(await stateOf(answered)).toBe('answered')
    clock.advanceMs(1)
    await runNow(job())
    expect(await parts.store.findByRef(answered.ref)).toMatchObject({
      state: 'closed',
      closedBecause: 'silence',
      closedAt: clock.now(),
    })
    expect(await stateOf(forwarded)).toBe('closed')
    expect(await stateOf(open)).toBe('assigned')
    const [last] = (await parts.store.findByRef(answered.ref))!.events.slice(-1)
    expect(last).toMatchObject({ by: { kind: 'system' }, isNews: true, change: { because: 'silence' } })
    await runNow(job())
    expect((await parts.store.findByRef(answered.ref))!.revision).toBe(answered.revision + 1)
  })

  it('closes more than it takes at once', async () => {
    const answeredAt = instant('02/11/2026 09:00')
    for (let n = 0; n < 130; n++) await stored({ ...assigned, state: 'answered', answeredAt })
    await runNow(job())
    expect(await parts.store.count({ queues: ['general'] }, { states: ['closed'] })).toBe(130)
  })

  it('waits while the table of days off is lacking', async () => {
    const answeredAt = instant('23/12/2027 09:00')
    const report = await stored({ ...assigned, state: 'answered', answeredAt, deadlines: {} })
    clock.advanceMs(instant('01/06/2028 09:00').getTime() - clock.now().getTime())
    await runNow(job())
    expect(await stateOf(report)).toBe('answered')
  })
})

describe('deadlines that waited for a table of days off', () => {
  it('are set once it is there', async () => {
    const receivedAt = instant('29/12/2026 09:00')
    const only2026 = shippedClocks(
      [],
      holidayFiles.filter(({ name }) => /2026/.test(name)),
    ).calendar
    const deadlines = setReportDeadlines(clocks.rules, only2026, receivedAt, usualClocks)
    expect(deadlines.missingYear).toBe(2027)
    const report = await stored({ receivedAt, deadlines })
    const other = await stored()
    const jobWith = (given: typeof calendar) =>
      setMissingDeadlines({ reports: parts.reports, store: parts.store, calendar: given })
    await runNow(jobWith(only2026))
    expect((await parts.store.findByRef(report.ref))!.revision).toBe(1)
    await runNow(jobWith(calendar))
    const after = (await parts.store.findByRef(report.ref))!
    expect(after.deadlines).toEqual(setReportDeadlines(clocks.rules, calendar, receivedAt, usualClocks))
    expect(after.events.at(-1)!.change.kind).toBe('deadlines-set')
    expect((await parts.store.findByRef(other.ref))!.revision).toBe(1)
  })
})

describe('left over news', () => {
  it('is told by the job', async () => {
    const report = await stored()
    await runNow(tellLeftOvers(parts.reports))
    expect(parts.told.map(({ event }) => event.id)).toEqual(report.untold)
    await runNow(tellLeftOvers(parts.reports))
    expect(parts.told).toHaveLength(1)
  })
})

describe('the anchor of the audit', () => {
  it('is kept daily', async () => {
    const audit = createAuditStore(database.connection, { clock, log })
    await audit.log.append({ officer: 'system', action: 'sign-out', subject: 'officer:x' })
    await runNow(anchorAudit(audit.log))
    expect(await audit.archive.anchors()).toHaveLength(1)
  })
})

describe('files of drafts that were never sent', () => {
  it('are removed once no draft can hold them; those of reports stay', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'motcua-evidence-'))
    try {
      const files = createEvidenceFiles({ directory, clock })
      const keyRing = keyRingNamed('evidence')
      const put = () => files.put(keyRing.seal(randomBytes(100), 'evidence'))
      const [held, later, draft, young] = [await put(), await put(), await put(), await put()]
      await writeFile(join(directory, 'readme.txt'), 'not ours')
      const dayMs = 86_400_000
      const filedAt = (name: string, days: number) => {
        const at = new Date(clock.now().getTime() - days * dayMs)
        return utimes(join(directory, name), at, at)
      }
      for (const name of [held, later, draft, 'readme.txt']) await filedAt(name, 8)
      await filedAt(young, 7.9)
      await stored({ evidenceNames: [held] })
      const evidence = [
        { name: later, type: 'jpeg', sizeBytes: 1, sha256: 'x', metadata: 'removed' },
      ] as never
      const report = await stored()
      await parts.store.update(
        withEvent(report, { kind: 'reporter-wrote', text: '', evidence }, { evidenceNames: [later] }),
      )
      await runNow(sweepEvidence({ files, store: parts.store, draftDays: 7 }))
      expect((await readdir(directory)).sort()).toEqual([held, later, young, 'readme.txt'].sort())
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})
