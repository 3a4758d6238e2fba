import type { ScheduledTask } from 'node-cron'
import type { Job } from './job.ts'
import { newestPlanned, periodMs, planJob } from './planned-times.ts'
import { leaseMs, runTick, type TickOutcome, type TickParts } from './run-tick.ts'

export interface Scheduler {
  /** Makes up for what was missed while no process ran, each job once, and then keeps the times. */
  start(): Promise<void>
  /** Runs what is due by the clock and has not run: for a clock that jumps, which the timers do not follow. */
  catchUp(): Promise<void>
  /** Waits for the runs under way, `timeoutMs` at most. */
  stop(timeoutMs: number): Promise<void>
  /** Over all processes. `failing`: the last run of a job failed · `late`: a job has not run when it should have. */
  state(): Promise<'ok' | 'failing' | 'late'>
}

export type SchedulerParts = Omit<TickParts, 'stopping'> & { jobs: readonly Job[] }

/** A start, a long run before it, and clocks that differ. */
const graceMs = 10 * 60_000

export function createScheduler({ jobs, ...parts }: SchedulerParts): Scheduler {
  const { leases, clock, log } = parts
  const stopping = new AbortController()
  const running = new Set<Promise<unknown>>()
  const newest = new Map<string, number>()
  const tasks = new Map<string, ScheduledTask>()
  const periods = new Map<string, number>()
  for (const job of jobs) {
    if (tasks.has(job.name)) throw new RangeError(`two jobs are named ${job.name}`)
    tasks.set(
      job.name,
      planJob(job, (planned) => track(keepTick(job, planned))),
    )
  }

  /** Looked up once: readiness is asked for often. */
  function periodOf(name: string): number {
    const known = periods.get(name) ?? periodMs(tasks.get(name)!)
    periods.set(name, known)
    return known
  }

  function track(work: Promise<unknown>): void {
    running.add(work)
    void work.finally(() => running.delete(work))
  }

  /**
   * Until the job has run for this time or a newer time has come: whoever holds the lease may crash, and the database may
   * be away for a while.
   */
  async function keepTick(job: Job, plannedAt: Date): Promise<void> {
    newest.set(job.name, plannedAt.getTime())
    while (!stopping.signal.aborted && newest.get(job.name) === plannedAt.getTime()) {
      const outcome = await runTick(job, plannedAt, { ...parts, stopping: stopping.signal }).catch(
        (err: unknown): TickOutcome => {
          log.warn({ err, job: job.name }, 'jobs: the lease was not reached; tried again')
          return 'held'
        },
      )
      if (outcome !== 'held') return
      await clock.sleep(leaseMs, stopping.signal)
    }
  }

  async function makeUp(job: Job, task: ScheduledTask): Promise<void> {
    const planned = newestPlanned(task, clock.now())
    if (!planned) return
    await leases.begin(job.name, planned)
    const record = (await leases.list()).find(({ name }) => name === job.name)
    if (record && record.lastRunFor >= planned) return
    log.info({ job: job.name, plannedAt: planned }, 'jobs: a missed run is made up for')
    track(keepTick(job, planned))
  }

  return {
    async start() {
      for (const job of jobs) {
        const task = tasks.get(job.name)!
        await makeUp(job, task)
        await task.start()
      }
    },

    async catchUp() {
      for (const job of jobs) await makeUp(job, tasks.get(job.name)!)
    },

    async stop(timeoutMs) {
      stopping.abort()
      for (const task of tasks.values()) await task.destroy()
      const isOver = new AbortController()
      await Promise.race([Promise.allSettled(running), clock.sleep(timeoutMs, isOver.signal)])
      isOver.abort()
    },

    async state() {
      const records = new Map((await leases.list()).map((record) => [record.name, record]))
      const nowMs = clock.now().getTime()
      const isLate = jobs.some(({ name }) => {
        const record = records.get(name)
        const allowedMs = periodOf(name) + graceMs
        return record !== undefined && nowMs - record.lastRunFor.getTime() > allowedMs
      })
      if (isLate) return 'late'
      return jobs.some(({ name }) => (records.get(name)?.failures ?? 0) > 0) ? 'failing' : 'ok'
    },
  }
}
