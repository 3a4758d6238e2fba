/** How a message went out, as the office pays for it. */
export const sendKinds = [
  /** In the chat, within 48 hours. */
  'free',
  /** In the chat, billed. */
  'paid',
  'template-user',
  'template-phone',
  'rating-user',
  'rating-phone',
  /** Not sent: waits for the person's next message. */
  'kept',
] as const
export type SendKind = (typeof sendKinds)[number]

/** Port; the Mongo one is `storage/zalo-ledger.ts`. Counts only, of nobody in particular. */
export interface ZaloLedger {
  count(kind: SendKind, at: Date): Promise<void>
  /** @param month "2026-11", in Vietnamese time */
  ofMonth(month: string): Promise<Partial<Record<SendKind, number>>>
}
