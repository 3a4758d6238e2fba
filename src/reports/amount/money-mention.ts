/** An amount of money that somebody wrote, as far as it can be read; whatever is not sure must be asked. */
export type MoneyMention = {
  /** The characters of the message that were read: `message.slice(start, end)`. */
  text: string
  start: number
  end: number
  /** What the amount is for one of: "bộ" in "200k/bộ". */
  per?: string
} & (
  | { kind: 'amount'; amountVnd: number; isApproximate: boolean }
  /** "300-500k", "hai ba triệu". */
  | { kind: 'range'; fromVnd: number; toVnd: number; isApproximate: true }
  /** "vài trăm", "đòi 500", "2 xị": surely money, but not how much. The likely readings, most likely first, may be empty. */
  | { kind: 'unclear'; readingsVnd: readonly number[] }
  /** Another country's money; never converted. `currency` is an ISO 4217 code. */
  | { kind: 'foreign'; currency: string; amount: number }
)

/** Nothing above is believed to be an amount: 10^12 đồng is far beyond what a citizen can have been asked for. */
export const maxAmountVnd = 1_000_000_000_000
