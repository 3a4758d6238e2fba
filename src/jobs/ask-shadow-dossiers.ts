import type { KeptSelfReport, ShadowStore } from '../dossiers/shadow-store.ts'
import { vietnamDay } from '../lib/vietnam-time.ts'
import type { Job } from './job.ts'

const batch = 200

/** On the day after the published time: did the result come? In the hours in which nobody is woken. */
export function askShadowDossiers({
  shadow,
  ask,
}: {
  shadow: Pick<ShadowStore, 'toAsk' | 'markAsked'>
  /** Queues the question; once, however often it is called. */
  ask: (report: KeptSelfReport, now: Date) => Promise<void>
}): Job {
  return {
    name: 'ask-shadow-dossiers',
    cron: '*/15 8-19 * * *',
    async run(now, signal) {
      while (!signal.aborted) {
        const due = await shadow.toAsk(vietnamDay(now), batch)
        for (const report of due) {
          if (signal.aborted) return
          await ask(report, now)
          await shadow.markAsked(report.id, now)
        }
        if (due.length < batch) return
      }
    },
  }
}
