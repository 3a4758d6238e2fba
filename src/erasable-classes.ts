import type { DossierStore } from './dossiers/dossier-store.ts'
import { vietnamDay } from './lib/vietnam-time.ts'
import { addDays } from './lib/working-days/day.ts'
import type { RetentionSettings, TimedClass } from './reports/retention-settings.ts'
import type { ResponseStore } from './surveys/invitation/invitation-store.ts'

/** A class of `data/retention.yaml` that a job erases, besides reports; all others end by themselves. */
export interface ErasableClass {
  class: TimedClass
  /** How many are over by now. */
  count(now: Date): Promise<number>
  /** Says how many; may be repeated. */
  erase(now: Date): Promise<number>
}

const dayMs = 86_400_000

export function erasableClasses(parts: {
  dossiers: Pick<DossierStore, 'eraseDoneBefore' | 'countErasable'>
  /** Absent without keys: then there are no comments. */
  responses?: Pick<ResponseStore, 'eraseCommentsBefore' | 'commentedBefore'> | undefined
  retention: RetentionSettings
}): ErasableClass[] {
  const { dossiers, responses, retention } = parts
  const dossierDay = (now: Date) => addDays(vietnamDay(now), -retention.daysOf('closed-dossiers'))
  const commentsUntil = (now: Date) => new Date(now.getTime() - retention.daysOf('survey-comments') * dayMs)
  return [
    {
      class: 'closed-dossiers',
      count: (now) => dossiers.countErasable(dossierDay(now)),
      erase: (now) => dossiers.eraseDoneBefore(dossierDay(now)),
    },
    ...(responses
      ? [
          {
            class: 'survey-comments' as const,
            count: (now: Date) => responses.commentedBefore(commentsUntil(now)),
            erase: (now: Date) => responses.eraseCommentsBefore(commentsUntil(now)),
          },
        ]
      : []),
  ]
}
