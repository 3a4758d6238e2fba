import type { DossierCode } from './dossier-code.ts'
import type { ApologyDraft } from './late-apology.ts'

/** What waits for a person before anybody is told of it. */
export type DossierReview =
  | { kind: 'apology'; id: string; code: DossierCode; madeAt: Date; draft: ApologyDraft }
  /** The records went back out of a closed status: a correction, or a mistake. */
  | { kind: 'backward'; id: string; code: DossierCode; madeAt: Date; from: string; to: string }

/** Port; the Mongo one is `storage/dossier-review-store.ts`. */
export interface ReviewStore {
  /** What was put before, open or settled, stays as it is. */
  put(reviews: readonly DossierReview[]): Promise<void>
  /** Oldest first, after the given one. */
  open(limit: number, after?: { madeAt: Date; id: string }): Promise<DossierReview[]>
  /** Somebody has decided, or there is nothing to decide any more; false when that was so before. */
  settle(
    id: string,
    settled: { by: string; at: Date; as: 'approved' | 'dismissed' | 'outdated' },
  ): Promise<boolean>
}
