import type { Content } from './content.ts'
import { createDigests } from './desk/notices/digests.ts'
import { erasableClasses } from './erasable-classes.ts'
import { anchorAudit } from './jobs/anchor-audit.ts'
import { eraseOldRecords } from './jobs/erase-old-records.ts'
import type { Job } from './jobs/job.ts'
import { createScheduler, type Scheduler } from './jobs/schedule.ts'
import { sweepUploads } from './jobs/sweep-uploads.ts'
import { tellDigests } from './jobs/tell-digests.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import type { Metrics } from './metrics.ts'
import type { Channels } from './open-channels.ts'
import type { Offices } from './open-offices.ts'
import type { Stores } from './open-stores.ts'

interface JobsParts {
  stores: Stores
  channels: Channels
  offices: Offices
  content: Content
  metrics: Metrics
  /** Of this process. */
  owner: string
  clock: Clock
  log: Log
}

/** Everything that is done by the clock: the offices' own tasks, and those that belong to none of them. */
export function openJobs(parts: JobsParts): Scheduler {
  const { stores, channels, offices, content, metrics, owner, clock, log } = parts
  const { sealed } = stores
  return createScheduler({
    jobs: [
      anchorAudit(stores.audit.log),
      ...(sealed ? [sweepUploads(sealed.uploads)] : []),
      ...(offices.reports?.jobs ?? []),
      ...(offices.polls?.jobs ?? []),
      ...offices.dossiers.jobs,
      ...(channels.zalo?.jobs ?? []),
      ...(offices.stars?.jobs ?? []),
      ...digestJobs(parts),
      eraseOldRecords({
        classes: erasableClasses({
          dossiers: stores.dossiers.store,
          responses: sealed?.surveys.responses,
          retention: content.reports.retention,
        }),
        log: log.child({ part: 'retention' }),
      }),
    ],
    leases: stores.leases,
    clock,
    log: log.child({ part: 'jobs' }),
    owner,
    onRun: metrics.job,
  })
}

function digestJobs({ stores, offices: { reports, polls }, content }: JobsParts): readonly Job[] {
  const { sealed, dossiers } = stores
  if (!reports || !polls || !sealed) return []
  return tellDigests(
    createDigests({
      notices: reports.notices,
      officers: stores.officers,
      reports: sealed.reports.store,
      reviews: dossiers.reviews,
      questions: stores.questions,
      switches: polls.switches,
      answers: stores.answers,
      dossiers: dossiers.store,
      survey: content.surveys,
      calendar: content.reports.calendar,
      texts: content.notices,
    }),
  )
}
