import { isClosed } from '../dossiers/dossier.ts'
import type { ApprovedNews, ReviewStore } from '../dossiers/dossier-reviews.ts'
import type { DossierStore } from '../dossiers/dossier-store.ts'
import type { Job } from './job.ts'

export interface ApprovedNewsParts {
  reviews: Pick<ReviewStore, 'unsent' | 'markSent'>
  store: Pick<DossierStore, 'find'>
  /** Into the outboxes of whoever follows the dossier; queued once, however often it is called. */
  send: (news: ApprovedNews, now: Date) => Promise<unknown>
}

const batch = 100

/**
 * What officers have approved goes out at once; this takes up what a crash left between the decision and the outbox.
 * Approval is one write with the text, so nothing approved is lost; messages are named after the review, so none goes
 * out twice.
 */
export function sendDossierNews(parts: ApprovedNewsParts): Job {
  return {
    name: 'send-dossier-news',
    cron: '* * * * *',
    async run(now, signal) {
      // One that cannot be sent holds up no other; the next run tries it again.
      let failure: { error: unknown } | undefined
      for (const news of await parts.reviews.unsent(batch)) {
        if (signal.aborted) return
        try {
          await sendApproved(news, now, parts)
        } catch (error) {
          failure = { error }
        }
      }
      if (failure) throw failure.error
    },
  }
}

/** An apology that comes after the result would be false: then the result has been told already. */
export async function sendApproved(news: ApprovedNews, now: Date, parts: ApprovedNewsParts): Promise<void> {
  const dossier = await parts.store.find(news.code)
  const isPast = !dossier || (news.kind === 'apology' && isClosed(dossier.status))
  if (!isPast) await parts.send(news, now)
  await parts.reviews.markSent(news.id)
}
