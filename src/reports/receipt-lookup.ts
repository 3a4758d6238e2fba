import { parseReceipt } from './receipt.ts'
import { isSameReceiptHash, type ReceiptHash, type ReceiptHasher } from './receipt-hash.ts'
import type { ReceiptThrottle, TrySource } from './receipt-throttle.ts'

export interface ReceiptLookupParts<R extends { receiptHash: string }> {
  hasher: ReceiptHasher
  throttle: ReceiptThrottle
  findByReceiptHash(hash: ReceiptHash): Promise<R | undefined>
}

export type ReceiptLookup<R> =
  | { kind: 'found'; report: R }
  /** The digits fit together, but no report has this receipt. */
  | { kind: 'unknown' }
  | { kind: 'too-many-tries'; retryAfterSeconds: number }
  | { kind: 'wrong-check' }
  | { kind: 'wrong-length'; digits: number }
  | { kind: 'not-a-receipt' }

/**
 * From what a person typed to their report. A mistyped digit is told at once and for nothing; only receipts that no
 * report has count as wrong tries. The hash is worked out in both cases, so that the time tells nothing either.
 */
export async function lookUpReceipt<R extends { receiptHash: string }>(
  typed: string,
  sources: readonly TrySource[],
  { hasher, throttle, findByReceiptHash }: ReceiptLookupParts<R>,
): Promise<ReceiptLookup<R>> {
  const parsed = parseReceipt(typed)
  if (parsed.kind !== 'receipt') return parsed
  const taken = await throttle.take(sources)
  if (taken.kind === 'too-many') {
    return { kind: 'too-many-tries', retryAfterSeconds: taken.retryAfterSeconds }
  }
  let report: R | undefined
  try {
    const hash = await hasher.hash(parsed.receipt)
    const candidate = await findByReceiptHash(hash)
    report = candidate && isSameReceiptHash(candidate.receiptHash, hash) ? candidate : undefined
  } catch (error) {
    await taken.giveBack()
    throw error
  }
  if (!report) return { kind: 'unknown' }
  await taken.giveBack()
  return { kind: 'found', report }
}
