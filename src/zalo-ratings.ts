import { createHash } from 'node:crypto'
import type { ZaloApi } from './channels/zalo/api.ts'
import type { ZaloContent } from './channels/zalo/content.ts'
import type { OnFeedback, ZaloFeedback, ZaloRatingStore } from './channels/zalo/ratings.ts'
import { readRatings } from './channels/zalo/read-ratings.ts'
import type { Job } from './jobs/job.ts'
import { reconcileZaloRatings } from './jobs/reconcile-zalo-ratings.ts'
import type { Log } from './lib/log.ts'
import type { InvitationStore } from './surveys/invitation/invitation-store.ts'
import type { Questionnaire } from './surveys/questionnaire.ts'
import type { Surveys } from './surveys/surveys.ts'
import { createStarTaking } from './surveys/take-stars.ts'

/** Stars on Zalo's rating templates, on their way to the answers of the polls: told by events, and read back. */
export interface ZaloStars {
  onFeedback: OnFeedback
  jobs: Job[]
}

export function createZaloStars(parts: {
  api: ZaloApi
  ratings: ZaloRatingStore
  rating: ZaloContent['rating']
  surveys: Pick<Surveys, 'tap' | 'comment'>
  invitations: Pick<InvitationStore, 'find'>
  inUse: Questionnaire
  log: Log
}): ZaloStars {
  const { api, ratings, rating, surveys, invitations, inUse, log } = parts
  const takeStars = createStarTaking({ surveys, invitations, inUse })

  async function take(feedback: ZaloFeedback): Promise<'stored' | 'refused' | 'unknown'> {
    const sent = await ratings.find(feedback)
    if (!sent) return 'unknown'
    const { invitation, question } = sent
    const word = rating.stars[String(feedback.rate) as keyof typeof rating.stars]
    // Choices that the template offered are said by the person as much as what they wrote.
    const note = [...feedback.feedbacks, feedback.note].filter((text) => text.trim() !== '').join('. ')
    const { msgId, rate, submittedAt } = feedback
    // Who changes the stars gives another answer; who is heard twice does not.
    const answerId = nameOf('stars', sent.trackingId, msgId, rate, submittedAt.getTime())
    const noteId = nameOf('note', sent.trackingId, msgId, note)
    const stars = { invitation, question, word, note, answerId, noteId, at: submittedAt }
    const taken = await takeStars(stars)
    if (taken.kind === 'refused')
      log.info({ reason: taken.reason }, 'zalo: stars that no poll takes any more')
    return taken.kind
  }

  return {
    async onFeedback(feedback) {
      if ((await take(feedback)) === 'unknown') log.warn('zalo: stars for a message that we did not send')
    },

    jobs: [
      reconcileZaloRatings(async ({ from, until }, signal) => {
        const ids = rating.templates.flatMap(({ byUser, byPhone }) => [byUser, byPhone])
        for (const templateId of new Set(ids.filter((id) => id !== ''))) {
          if (signal.aborted) return
          const read = await readRatings(api, { templateId, from, until }, signal)
          if (read.kind === 'failed') {
            const { code, reason } = read
            log.error({ templateId, code, reason }, 'zalo: ratings cannot be read back (read-ratings.ts)')
            continue
          }
          const counts = { stored: 0, refused: 0, unknown: 0 }
          const inOrder = [...read.ratings].sort((a, b) => a.submittedAt.getTime() - b.submittedAt.getTime())
          for (const feedback of inOrder) counts[await take(feedback)] += 1
          log.info({ templateId, unreadable: read.unreadable, ...counts }, 'zalo: ratings read back')
        }
      }),
    ],
  }
}

function nameOf(...parts: (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
}
