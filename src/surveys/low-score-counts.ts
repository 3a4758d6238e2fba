/**
 * What follows a bad answer, counted by month and by nothing else: no count leads to a person, a dossier or a report.
 * `low`: an answer that offers a report was given · `offered`: the offer was shown · `begun`: its own button was tapped. Whether a
 * report was then sent is not counted, for that would need a memory of who came from where.
 */
export const lowScoreSteps = ['low', 'offered', 'begun'] as const
export type LowScoreStep = (typeof lowScoreSteps)[number]
export type LowScoreCounts = Record<LowScoreStep, number>

/** Port; the Mongo one is `storage/low-score-counter.ts`. Needs no key. */
export interface LowScoreCounter {
  /** At least once: a turn that is run again after a crash counts again. */
  count(step: LowScoreStep, at: Date): Promise<void>
  /** Whole months, "2026-11", both included. */
  between(first: string, last: string): Promise<LowScoreCounts>
}

/** Fewer are told as "ít hơn 5": in a small office few taps are known people. */
export const fewestTold = 5

/** The share of offers that were taken up, in hundredths of a percent; undefined while either is too small to be told. */
export function shareBegun({ offered, begun }: LowScoreCounts): number | undefined {
  const isTold = offered >= fewestTold && begun >= fewestTold && begun <= offered
  return isTold ? Math.floor((begun * 10_000) / offered + 0.5) : undefined
}
