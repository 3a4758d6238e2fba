/**
 * Port; the Mongo one is `storage/lease-store.ts`. One lease a job: whoever holds it runs the job, and each planned time
 * is run for once over all processes.
 */
export interface LeaseStore {
  /** Remembers a job that was never seen before as if it had run for `plannedAt`; a known one stays as it is. */
  begin(name: string, plannedAt: Date): Promise<void>
  /**
   * `taken`: run now, and `finish` · `held`: somebody runs the job · `done`: it ran for this time or a later one.
   */
  take(
    name: string,
    lease: { owner: string; plannedAt: Date; now: Date; until: Date },
  ): Promise<'taken' | 'held' | 'done'>
  /** False: the lease is somebody else's by now. */
  extend(name: string, owner: string, until: Date): Promise<boolean>
  /** Gives the lease back; the planned time counts as run for, whatever came of it. */
  finish(
    name: string,
    owner: string,
    finished: { plannedAt: Date; at: Date; outcome: 'ran' | 'failed' },
  ): Promise<void>
  list(): Promise<JobRecord[]>
}

/** How a job stands, over all processes. */
export interface JobRecord {
  name: string
  /** The newest planned time that it ran for. */
  lastRunFor: Date
  lastFinishedAt?: Date
  /** Runs that failed since the last one that did not. */
  failures: number
}
