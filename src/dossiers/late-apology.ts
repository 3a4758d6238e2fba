import { addDays, daysBetween } from '../lib/working-days/day.ts'
import type { Dossier } from './dossier.ts'
import type { DossierTexts } from './dossier-texts.ts'
import { vietnameseDay } from './say-day.ts'
import { timelinessOf } from './timeliness.ts'

/**
 * Late, or about to be: under the practice of Nghị định 61/2018 the apology with reason and new day goes out a day
 * before the promise runs out. The draft is for a person; nothing is sent before `approveApology`, and neither reason nor
 * day is ever made up.
 */
export interface ApologyDraft {
  kind: 'for-approval'
  /** One for each dossier and promise that is not kept: an apology is owed once for each day that was promised. */
  id: string
  code: Dossier['code']
  procedureName?: string
  unit?: string
  /** The promise that is not kept: the day told to the person last. */
  dueDay: string
  /** Whole days over that day; 0 or less while it can still be kept. */
  daysOver: number
  /** The first promise, when the present one is not the first. */
  firstDueDay?: string
}

export type DraftedApology = ApologyDraft | { kind: 'none' }

/** @param today "2026-11-23" */
export function draftApology(dossier: Dossier, today: string): DraftedApology {
  const { code, dueDay, firstDueDay, procedureName, unit } = dossier
  const { kind } = timelinessOf(dossier, today)
  if (dueDay === undefined || (kind !== 'open-in-time' && kind !== 'open-overdue')) return { kind: 'none' }
  if (dueDay > addDays(today, 1)) return { kind: 'none' }
  const isMoved = firstDueDay !== undefined && firstDueDay !== dueDay
  return {
    kind: 'for-approval',
    id: `apology:${code}:${dueDay}`,
    code,
    ...(procedureName === undefined ? {} : { procedureName }),
    ...(unit === undefined ? {} : { unit }),
    dueDay,
    daysOver: daysBetween(dueDay, today),
    ...(isMoved ? { firstDueDay } : {}),
  }
}

export interface ApologyDecision {
  /** Who answers for it. */
  approvedBy: string
  reason: string
  newDueDay: string
  /** Of the written apology (Mẫu 04), when there is one. */
  link?: string
}

export type ApprovedApology =
  | {
      kind: 'approved'
      id: string
      code: Dossier['code']
      text: string
      approvedBy: string
      newDueDay: string
    }
  | { kind: 'refused'; reason: 'no-reason' | 'day-not-later' | 'not-late-any-more' }

/** The dossier is looked at again: it may have been finished since the draft was shown. */
export function approveApology(
  draft: ApologyDraft,
  dossier: Dossier,
  decision: ApologyDecision,
  { today, agency, texts }: { today: string; agency: string; texts: DossierTexts },
): ApprovedApology {
  const again = draftApology(dossier, today)
  if (again.kind === 'none' || again.id !== draft.id) return { kind: 'refused', reason: 'not-late-any-more' }
  const reason = decision.reason.trim().replace(/\s+/g, ' ').replace(/\.$/, '')
  if (reason === '') return { kind: 'refused', reason: 'no-reason' }
  if (decision.newDueDay <= draft.dueDay || decision.newDueDay < today) {
    return { kind: 'refused', reason: 'day-not-later' }
  }
  const text = texts.say('dossier.apology.text', {
    code: draft.code,
    day: vietnameseDay(draft.dueDay),
    agency,
    reason,
    newDay: vietnameseDay(decision.newDueDay),
  })
  const link = decision.link ? `\n${texts.say('dossier.apology.link', { link: decision.link })}` : ''
  const { approvedBy, newDueDay } = decision
  return { kind: 'approved', id: draft.id, code: draft.code, text: text + link, approvedBy, newDueDay }
}
