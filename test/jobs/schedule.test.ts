import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Job } from '../../src/jobs/job.ts'
import type { LeaseStore } from '../../src/jobs/leases.ts'
import { newestPlanned, planJob } from '../../src/jobs/planned-times.ts'
import { leaseMs, runTick } from '../../src/jobs/run-tick.ts'
import { createScheduler } from '../../src/jobs/schedule.ts'
import { FakeClock, systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { createLeaseStore } from '../../src/storage/lease-store.ts'
import { instant } from '../reports/read-clocks.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let leases: LeaseStore
const log = createLog({ level: 'silent' })
const never = new AbortController().signal
const minuteMs = 60_000

beforeAll(async () => {
  database = await openTestDatabase()
  leases = createLeaseStore(database.connection)
})
afterAll(() => database?.close())
beforeEach(async () => void (await database.connection.collection('leases').deleteMany({})))

/** A job that remembers for when it ran; `now` is the planned time, since nothing moves the clock during a tick. */
function counting(cron = '* * * * *', run: Job['run'] = async () => {}): Job & { runs: Date[] } {
  const runs: Date[] = []
  return {
    name: 'counting',
    cron,
    runs,
    async run(now, signal) {
      runs.push(now)
      await run(now, signal)
    },
  }
}

const partsOf = (owner: string, clock = new FakeClock('2026-11-23T02:00:00Z')) => ({
  leases,
  clock,
  log,
  owner,
  stopping: never,
})

describe('a tick', () => {
  it('is run once by two schedulers: 100 ticks, 100 runs (feature 84)', async () => {
    const clock = new FakeClock('2026-11-23T02:00:00Z')
    const job = counting()
    const outcomes: string[] = []
    for (let tick = 0; tick < 100; tick++) {
      const plannedAt = clock.now()
      const both = ['a', 'b'].map((owner) => runTick(job, plannedAt, partsOf(owner, clock)))
      outcomes.push(...(await Promise.all(both)))
      clock.advanceMs(minuteMs)
    }
    expect(job.runs).toHaveLength(100)
    expect(new Set(job.runs.map(Number)).size).toBe(100)
    expect(outcomes.filter((outcome) => outcome === 'ran')).toHaveLength(100)
  }, 60_000)

  it('is run once by one that comes late, or comes again', async () => {
    const job = counting()
    const parts = partsOf('a')
    const plannedAt = parts.clock.now()
    expect(await runTick(job, plannedAt, parts)).toBe('ran')
    parts.clock.advanceMs(minuteMs)
    expect(await runTick(job, plannedAt, partsOf('b', parts.clock))).toBe('done')
    expect(await runTick(job, new Date(plannedAt.getTime() - minuteMs), parts)).toBe('done')
    expect(job.runs).toHaveLength(1)
  })

  it('never runs beside another run of the job, be it in this process or in another', async () => {
    const clock = new FakeClock('2026-11-23T02:00:00Z')
    let finish = () => {}
    const long = counting('* * * * *', () => new Promise<void>((resolve) => (finish = resolve)))
    const first = runTick(long, clock.now(), partsOf('a', clock))
    await vi.waitFor(() => expect(long.runs).toHaveLength(1))
    // Longer than a lease: it is renewed while the job runs.
    for (let step = 0; step < 9; step++) {
      clock.advanceMs(leaseMs / 3)
      await new Promise((resolve) => setTimeout(resolve, 20))
      for (const owner of ['a', 'b']) {
        expect(await runTick(long, clock.now(), partsOf(owner, clock))).toBe('held')
      }
    }
    finish()
    expect(await first).toBe('ran')
    expect(long.runs).toHaveLength(1)
    const next = runTick(long, clock.now(), partsOf('b', clock))
    await vi.waitFor(() => expect(long.runs).toHaveLength(2))
    finish()
    expect(await next).toBe('ran')
  })

  it('is taken over when the process that ran it is gone, after its lease', async () => {
    const clock = new FakeClock('2026-11-23T02:00:00Z')
    const plannedAt = clock.now()
    const until = new Date(plannedAt.getTime() + leaseMs)
    expect(await leases.take('counting', { owner: 'dead', plannedAt, now: plannedAt, until })).toBe('taken')
    const job = counting()
    clock.advanceMs(leaseMs - 1)
    expect(await runTick(job, plannedAt, partsOf('b', clock))).toBe('held')
    clock.advanceMs(1)
    expect(await runTick(job, plannedAt, partsOf('b', clock))).toBe('ran')
    // The dead one comes back from a long pause: the lease is not its own any more.
    expect(await leases.extend('counting', 'dead', clock.now())).toBe(false)
  })

  it('that fails is logged, counted and over; the next one mends the count', async () => {
    const lines: string[] = []
    const loud = createLog({ level: 'error', destination: { write: (line) => void lines.push(line) } })
    const outcomes: string[] = []
    const parts = {
      ...partsOf('a'),
      log: loud,
      onRun: (...told: unknown[]) => outcomes.push(String(told[1])),
    }
    const failing = counting('* * * * *', async () => {
      throw new Error('lời của người dân 0905123456')
    })
    expect(await runTick(failing, parts.clock.now(), parts)).toBe('failed')
    expect(lines.join()).toContain('"job":"counting"')
    expect(lines.join()).not.toContain('0905')
    expect(await leases.list()).toMatchObject([{ name: 'counting', failures: 1 }])
    expect(await runTick(failing, parts.clock.now(), parts)).toBe('done')
    parts.clock.advanceMs(minuteMs)
    expect(await runTick(counting(), parts.clock.now(), parts)).toBe('ran')
    expect(await leases.list()).toMatchObject([{ name: 'counting', failures: 0 }])
    expect(outcomes).toEqual(['failed', 'ran'])
  })
})

describe('planned times', () => {
  it.each([
    // 02:30 in Viet Nam is 19:30 UTC of the day before.
    ['30 2 * * *', '23/11/2026 02:29', '22/11/2026 02:30'],
    ['30 2 * * *', '23/11/2026 02:30', '23/11/2026 02:30'],
    ['*/5 * * * *', '23/11/2026 09:04', '23/11/2026 09:00'],
    ['0 8 * * 1', '29/11/2026 12:00', '23/11/2026 08:00'],
  ])('%s, at %s in Viet Nam', (cron, now, expected) => {
    const task = planJob(counting(cron), () => {})
    expect(newestPlanned(task, instant(now))).toEqual(instant(expected))
    void task.destroy()
  })
})

describe('the scheduler', () => {
  const schedulerOf = (job: Job, owner: string, clock: FakeClock) =>
    createScheduler({ jobs: [job], leases, clock, log, owner })

  it('makes up once for what was missed while no process ran, with two processes that start together', async () => {
    const clock = new FakeClock(instant('23/11/2026 09:00'))
    const job = counting('30 2 * * *')
    const first = schedulerOf(job, 'a', clock)
    await first.start()
    await first.stop(1_000)
    expect(job.runs).toHaveLength(0)

    // Nobody was there for four nights.
    clock.advanceMs(4 * 24 * 60 * minuteMs)
    const both = ['b', 'c'].map((owner) => schedulerOf(job, owner, clock))
    await Promise.all(both.map((one) => one.start()))
    await vi.waitFor(() => expect(job.runs).toHaveLength(1))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await Promise.all(both.map((one) => one.stop(1_000)))
    expect(job.runs).toEqual([instant('27/11/2026 09:00')])
    expect(await leases.list()).toMatchObject([{ lastRunFor: instant('27/11/2026 02:30') }])

    const later = schedulerOf(job, 'd', clock)
    await later.start()
    await later.stop(1_000)
    expect(job.runs).toHaveLength(1)
  })

  it('runs what a process that died had begun, without waiting for the next planned time', async () => {
    const clock = new FakeClock(instant('23/11/2026 02:31'))
    const plannedAt = instant('23/11/2026 02:30')
    await leases.begin('counting', instant('22/11/2026 02:30'))
    const until = new Date(clock.now().getTime() + leaseMs)
    await leases.take('counting', { owner: 'dead', plannedAt, now: clock.now(), until })
    const job = counting('30 2 * * *')
    const scheduler = schedulerOf(job, 'b', clock)
    await scheduler.start()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(job.runs).toHaveLength(0)
    clock.advanceMs(leaseMs)
    await vi.waitFor(() => expect(job.runs).toHaveLength(1))
    await scheduler.stop(1_000)
  })

  it('says when a job fails and when one is not run (for readiness)', async () => {
    const clock = new FakeClock(systemClock.now())
    let isBroken = true
    const job = counting('* * * * *', async () => {
      if (isBroken) throw new Error('broken')
    })
    const scheduler = schedulerOf(job, 'a', clock)
    await leases.begin(job.name, clock.now())
    expect(await scheduler.state()).toBe('ok')
    clock.advanceMs(minuteMs)
    await runTick(job, clock.now(), partsOf('a', clock))
    expect(await scheduler.state()).toBe('failing')
    isBroken = false
    clock.advanceMs(minuteMs)
    await runTick(job, clock.now(), partsOf('a', clock))
    expect(await scheduler.state()).toBe('ok')
    clock.advanceMs(12 * minuteMs)
    expect(await scheduler.state()).toBe('late')
    await scheduler.stop(1_000)
  })

  it('goes on when the database was away at the planned time', async () => {
    const clock = new FakeClock(instant('27/11/2026 09:00'))
    await leases.begin('counting', instant('26/11/2026 02:30'))
    let failures = 2
    const shaky: LeaseStore = {
      ...leases,
      take: (...given) => (failures-- > 0 ? Promise.reject(new Error('away')) : leases.take(...given)),
    }
    const job = counting('30 2 * * *')
    const scheduler = createScheduler({ jobs: [job], leases: shaky, clock, log, owner: 'a' })
    await scheduler.start()
    for (let tries = 0; tries < 2; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(job.runs).toHaveLength(0)
      clock.advanceMs(leaseMs)
    }
    await vi.waitFor(() => expect(job.runs).toHaveLength(1))
    await scheduler.stop(1_000)
  })

  it('tells the run under way to stop, and waits for it', async () => {
    const clock = new FakeClock(instant('27/11/2026 09:00'))
    await leases.begin('counting', instant('26/11/2026 02:30'))
    let isOver = false
    const job = counting('30 2 * * *', async (_now, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await new Promise((resolve) => setTimeout(resolve, 50))
      isOver = true
    })
    const scheduler = schedulerOf(job, 'a', clock)
    await scheduler.start()
    await vi.waitFor(() => expect(job.runs).toHaveLength(1))
    await scheduler.stop(60_000)
    expect(isOver).toBe(true)
  })

  it('keeps the times of node-cron', async () => {
    const job = counting('* * * * * *')
    const scheduler = createScheduler({ jobs: [job], leases, clock: systemClock, log, owner: 'a' })
    await scheduler.start()
    await vi.waitFor(() => expect(job.runs.length).toBeGreaterThanOrEqual(2), { timeout: 5_000 })
    await scheduler.stop(1_000)
    const after = job.runs.length
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect(job.runs).toHaveLength(after)
  })

  it('refuses two jobs of one name', () => {
    const jobs = [counting(), counting()]
    expect(() =>
      createScheduler({ jobs, leases, clock: new FakeClock('2026-11-23T02:00:00Z'), log, owner: 'a' }),
    ).toThrow('counting')
  })
})
