import { createTask, type ScheduledTask } from 'node-cron'
import { vietnamZone } from '../lib/vietnam-time.ts'
import type { Job } from './job.ts'

const secondMs = 1_000
const minuteMs = 60_000
/** A job that is planned more seldom is not made up for. */
const lookBackMs = 32 * 86_400_000

/** The task of a job, which does nothing yet; `planned` is the time by the calendar, not the one at which the timer woke. */
export function planJob(job: Job, onTick: (planned: Date) => void): ScheduledTask {
  const task = createTask(job.cron, ({ date }) => onTick(wholeSecond(date)), {
    timezone: vietnamZone,
    name: job.name,
    // Both are looked after under the lease, over all processes.
    noOverlap: false,
    suppressMissedWarning: true,
    unref: true,
  })
  // The process was too busy or asleep to wake in time: late is better than not at all.
  task.on('execution:missed', ({ date }) => onTick(wholeSecond(date)))
  return task
}

/** The newest planned time that is not later than `now`. */
export function newestPlanned(task: ScheduledTask, now: Date): Date | undefined {
  const stepMs = task.getPattern().trim().split(/\s+/).length > 5 ? secondMs : minuteMs
  const earliestMs = now.getTime() - lookBackMs
  for (let ms = Math.floor(now.getTime() / stepMs) * stepMs; ms > earliestMs; ms -= stepMs) {
    if (task.match(new Date(ms))) return new Date(ms)
  }
  return undefined
}

/** Between two runs, as they stand ahead. */
export function periodMs(task: ScheduledTask): number {
  const [first, second] = task.getNextRuns(2)
  return first && second ? second.getTime() - first.getTime() : lookBackMs
}

const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / secondMs) * secondMs)
