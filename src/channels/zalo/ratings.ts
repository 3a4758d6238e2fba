/** Stars that a person gave on a rating template, told by an event or read back. */
export interface ZaloFeedback {
  trackingId: string
  msgId: string
  rate: 1 | 2 | 3 | 4 | 5
  note: string
  feedbacks: string[]
  submittedAt: Date
}

/** Told of each feedback; a repeat changes nothing. */
export type OnFeedback = (feedback: ZaloFeedback) => Promise<void>

/** A rating template that went out. */
export interface SentRating {
  trackingId: string
  /** Of Zalo, when it answered. */
  msgId?: string
  invitation: string
  question: string
  sentAt: Date
}

/** Port; the Mongo one is `storage/zalo-rating-store.ts`: found by keyed hashes, the rest sealed. */
export interface ZaloRatingStore {
  keep(sent: SentRating): Promise<void>
  /** By either id: a template by user comes back with its message id alone. */
  find(ids: { trackingId: string; msgId: string }): Promise<SentRating | undefined>
}
