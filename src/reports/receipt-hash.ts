import { randomBytes, timingSafeEqual } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { oneAtATime } from '../lib/one-at-a-time.ts'
import type { Receipt } from './receipt.ts'

/** What stands in the database for a receipt: scheme, then 32 bytes as base64url. Unique, so that it can be looked up. */
export type ReceiptHash = string & { readonly isReceiptHash: true }

export interface ReceiptHasher {
  /** About 0.1 s of one core and 64 MiB, one at a time in this process; the rest waits in line. */
  hash(receipt: Receipt): Promise<ReceiptHash>
}

/**
 * Secrets of one installation that are made once and must never change. Losing the receipt salt makes every receipt
 * point nowhere, so it lives in the database beside the reports and goes into every backup.
 */
export interface InstallationSecretStore {
  /** The secret of that name; `make` is used when there is none. Of several at once all get the one that was kept. */
  getOrMake(name: string, make: () => Buffer): Promise<Buffer>
}

/**
 * argon2id. RFC 9106 §4 asks for 64 MiB, 3 passes and 4 lanes; one lane leaves a small server its other core, and
 * twice the passes bring it to 0.08 s. A receipt holds 53 random bits, so that a stolen database keeps its receipts.
 * Never change these numbers: old receipts would no longer be found. New numbers are a new scheme.
 */
export const receiptHashParameters = {
  scheme: 'a1',
  memoryKib: 64 * 1024,
  passes: 6,
  lanes: 1,
  outputBytes: 32,
  saltBytes: 16,
} as const

/** `Algorithm.Argon2id` and `Version.V0x13` are ambient const enums, which a single-file compiler cannot read. */
const argon2id = 2
const version13 = 1

export async function createReceiptHasher(secrets: InstallationSecretStore): Promise<ReceiptHasher> {
  const { scheme, memoryKib, passes, lanes, outputBytes, saltBytes } = receiptHashParameters
  const salt = await secrets.getOrMake('receipt-salt', () => randomBytes(saltBytes))
  if (salt.length !== saltBytes)
    throw new RangeError('the receipt salt has another length than it was made with')
  const inTurn = oneAtATime()
  return {
    hash: (receipt) =>
      inTurn(async () => {
        const raw = await hashRaw(receipt, {
          algorithm: argon2id,
          version: version13,
          memoryCost: memoryKib,
          timeCost: passes,
          parallelism: lanes,
          outputLen: outputBytes,
          salt,
        })
        return `${scheme}:${raw.toString('base64url')}` as ReceiptHash
      }),
  }
}

/** Takes the same time wherever the two differ. */
export function isSameReceiptHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
