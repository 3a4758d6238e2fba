/** One scheduled task. May run twice for the same time (after a crash) and must do no harm then. */
export interface Job {
  /** Of the lease and of the log; kebab-case, never used for another job. */
  name: string
  /** Five or six fields, in Vietnamese time: "*\/5 * * * *", "30 2 * * *". */
  cron: string
  /** @param signal aborts when the service stops: stop after the piece of work under way, the rest waits for the next run */
  run(now: Date, signal: AbortSignal): Promise<void>
}
