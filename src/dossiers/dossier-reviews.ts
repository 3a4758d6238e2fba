import type { DossierCode } from './dossier-code.ts'
import type { ApologyDraft } from './late-apology.ts'

/** What waits for a person before anybody is told of it. */
export type DossierReview =
  | { kind: 'apology'; id: string; code: DossierCode; madeAt: Date; draft: ApologyDraft }
  /** The records went back out of a closed status: a correction, or a mistake. */
  | { kind: 'backward'; id: string; code: DossierCode; madeAt: Date; from: string; to: string }

export interface SettledReview {
  by: string
  at: Date
  as: 'approved' | 'dismissed' | 'outdated'
}

/** What a person has approved: exactly what goes to whoever follows the dossier. */
export interface ApprovedNews {
  /** Of the review; the messages are named after it. */
  id: string
  kind: DossierReview['kind']
  code: DossierCode
  text: string
}

/** Port; the Mongo one is `storage/dossier-review-store.ts`. */
export interface ReviewStore {
  /** What was put before, open or settled, stays as it is. */
  put(reviews: readonly DossierReview[]): Promise<void>
  /** Oldest first, after the given one. */
  open(limit: number, after?: { madeAt: Date; id: string }): Promise<DossierReview[]>
  /** Undefined when there is no such review; `open` is false once somebody has decided. */
  find(id: string): Promise<{ review: DossierReview; isOpen: boolean } | undefined>
  /**
   * Somebody has decided, or there is nothing to decide any more; false when that was so before.
   * @param text with an approval: kept in the same write as news to be sent, until `markSent`
   */
  settle(id: string, settled: SettledReview, text?: string): Promise<boolean>
  /** Approved and not marked as sent, the longest waiting first. */
  unsent(limit: number): Promise<ApprovedNews[]>
  /** Called once the messages stand in the outboxes under the review's id; a crash in between sends again, not twice. */
  markSent(id: string): Promise<void>
}
