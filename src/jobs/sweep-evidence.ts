import type { ReportStore } from '../reports/report-store.ts'
import type { Job } from './job.ts'

/** What the job needs of the files; `storage/evidence-files.ts` has it. */
export interface SweptFiles {
  listOlderThan(ageMs: number): Promise<string[]>
  remove(name: string): Promise<void>
  removeUnfinished(): Promise<number>
}

const dayMs = 86_400_000

/** Files of drafts that were never sent, once no draft can hold them any more. */
export function sweepEvidence(parts: {
  files: SweptFiles
  store: Pick<ReportStore, 'holdsEvidence'>
  /** How long a draft is kept. */
  draftDays: number
}): Job {
  const { files, store, draftDays } = parts
  return {
    name: 'sweep-evidence',
    cron: '40 1 * * *',
    async run(_now, signal) {
      await files.removeUnfinished()
      for (const name of await files.listOlderThan((draftDays + 1) * dayMs)) {
        if (signal.aborted) return
        if (!(await store.holdsEvidence(name))) await files.remove(name)
      }
    },
  }
}
