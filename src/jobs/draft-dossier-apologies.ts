import type { DossierReview, ReviewStore } from '../dossiers/dossier-reviews.ts'
import { type DossierStore, rowsPerStage } from '../dossiers/dossier-store.ts'
import { draftApology } from '../dossiers/late-apology.ts'
import { vietnamDay } from '../lib/vietnam-time.ts'
import { addDays } from '../lib/working-days/day.ts'
import type { Job } from './job.ts'

const page = 500

/**
 * Before the office opens: what is late or will be tomorrow is laid before a person, once for each promise, and what was
 * settled by the result is taken off the list. Nothing is sent.
 */
export function draftDossierApologies({
  store,
  reviews,
}: {
  store: Pick<DossierStore, 'each' | 'findMany'>
  reviews: ReviewStore
}): Job {
  async function layBefore(now: Date, signal: AbortSignal): Promise<void> {
    const today = vietnamDay(now)
    let waiting: DossierReview[] = []
    for await (const dossier of store.each({ kind: 'open-due', until: addDays(today, 1) })) {
      if (signal.aborted) return
      const draft = draftApology(dossier, today)
      if (draft.kind === 'none') continue
      waiting.push({ kind: 'apology', id: draft.id, code: draft.code, madeAt: now, draft })
      if (waiting.length < rowsPerStage) continue
      await reviews.put(waiting)
      waiting = []
    }
    await reviews.put(waiting)
  }

  async function takeOff(now: Date, signal: AbortSignal): Promise<void> {
    const today = vietnamDay(now)
    let after: { madeAt: Date; id: string } | undefined
    while (!signal.aborted) {
      const open = await reviews.open(page, after)
      const apologies = open.filter((review) => review.kind === 'apology')
      const dossiers = new Map(
        (await store.findMany(apologies.map(({ code }) => code))).map((dossier) => [dossier.code, dossier]),
      )
      for (const { id, code } of apologies) {
        const dossier = dossiers.get(code)
        const again = dossier && draftApology(dossier, today)
        if (again?.kind === 'for-approval' && again.id === id) continue
        await reviews.settle(id, { by: 'system', at: now, as: 'outdated' })
      }
      after = open.at(-1)
      if (open.length < page) return
    }
  }

  return {
    name: 'draft-dossier-apologies',
    cron: '30 6 * * *',
    async run(now, signal) {
      await takeOff(now, signal)
      await layBefore(now, signal)
    },
  }
}
