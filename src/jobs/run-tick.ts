import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Job } from './job.ts'
import type { LeaseStore } from './leases.ts'

export interface TickParts {
  leases: LeaseStore
  clock: Clock
  log: Log
  /** Of this process. */
  owner: string
  /** Aborts when the service stops. */
  stopping: AbortSignal
  onRun?: (job: string, outcome: 'ran' | 'failed', durationMs: number) => void
}

/** A crashed process holds its lease no longer than this. */
export const leaseMs = 60_000

export type TickOutcome = 'ran' | 'failed' | 'done' | 'held'

/**
 * Runs a job for one planned time, unless somebody has; once over all processes, and never beside another run of the same
 * job. A run that fails is logged, and the next planned time comes as if it had not.
 */
export async function runTick(job: Job, plannedAt: Date, parts: TickParts): Promise<TickOutcome> {
  const { leases, clock, log, owner, stopping } = parts
  const now = clock.now()
  const until = () => new Date(clock.now().getTime() + leaseMs)
  const taken = await leases.take(job.name, { owner, plannedAt, now, until: until() })
  if (taken !== 'taken') return taken

  const isDone = new AbortController()
  const renewed = keepLease(isDone.signal)
  const startMs = performance.now()
  let outcome: 'ran' | 'failed' = 'ran'
  try {
    await job.run(now, stopping)
  } catch (err) {
    outcome = 'failed'
    log.error({ err, job: job.name }, 'jobs: a run failed')
  }
  isDone.abort()
  await renewed
  parts.onRun?.(job.name, outcome, performance.now() - startMs)
  await leases.finish(job.name, owner, { plannedAt, at: clock.now(), outcome })
  return outcome

  async function keepLease(signal: AbortSignal): Promise<void> {
    for (;;) {
      await clock.sleep(leaseMs / 3, signal)
      if (signal.aborted) return
      const isOurs = await leases.extend(job.name, owner, until()).catch((err: unknown) => {
        log.warn({ err, job: job.name }, 'jobs: a lease could not be renewed')
        return true
      })
      if (!isOurs) log.error({ job: job.name }, 'jobs: a run lost its lease and may run twice')
    }
  }
}
