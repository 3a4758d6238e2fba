import type { DossierStore } from '../dossiers/dossier-store.ts'
import type { Log } from '../lib/log.ts'
import { vietnamDay } from '../lib/vietnam-time.ts'
import { addDays } from '../lib/working-days/day.ts'
import type { Job } from './job.ts'

/** Dossiers whose result is older than the office keeps them; links, slips and self-reports end by themselves. */
export function eraseOldDossiers({
  store,
  keepDoneDays,
  log,
}: {
  store: Pick<DossierStore, 'eraseDoneBefore'>
  keepDoneDays: number
  log: Log
}): Job {
  return {
    name: 'erase-old-dossiers',
    cron: '50 2 * * *',
    async run(now) {
      const erased = await store.eraseDoneBefore(addDays(vietnamDay(now), -keepDoneDays))
      if (erased > 0) log.info({ erased }, 'dossiers: old ones erased')
    },
  }
}
