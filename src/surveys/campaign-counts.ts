/** How asking goes, in counts that name nobody; for the page of the campaign. */
export interface CampaignCounts {
  /** Planned and not sent, whether due or not. */
  waiting: number
  /** When the first of them is due. */
  nextDueAt?: Date
  sentToday: number
  /** Dossiers whose first answer came today. */
  answeredToday: number
  /** Of those sent since `since`. */
  undelivered: number
  optedOut: number
}

/** Port; the Mongo one is `storage/campaign-counter.ts`. Needs no key: it opens nothing that is sealed. */
export interface CampaignCounter {
  /** @param days `today` and `since` as days in Viet Nam, "2026-11-23" */
  count(days: { today: string; since: string }): Promise<CampaignCounts>
}
