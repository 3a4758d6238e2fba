import { randomInt } from 'node:crypto'

/**
 * The reporter's secret: 16 random digits and a check digit. It is shown once, opens the report from any channel, and
 * is stored nowhere but as a slow hash (`receipt-hash.ts`). Never log it.
 */
export type Receipt = string & { readonly isReceipt: true }

export type ParsedReceipt =
  | { kind: 'receipt'; receipt: Receipt }
  /** A digit was mistyped or two were swapped; told without a look-up, and no try is counted. */
  | { kind: 'wrong-check' }
  /** Almost a receipt: `digits` of 17 were typed. */
  | { kind: 'wrong-length'; digits: number }
  | { kind: 'not-a-receipt' }

const randomDigits = 16
const receiptDigits = randomDigits + 1

/** 10^16 receipts: with a million in use, ten guesses an hour find one in 100,000 years. */
export function makeReceipt(random: (below: number) => number = randomInt): Receipt {
  const digits = Array.from({ length: randomDigits }, () => random(10)).join('')
  return `${digits}${damm(digits)}` as Receipt
}

/** `1234 5678 9012 3456 7`, as it is shown and as people copy it by hand. */
export function formatReceipt(receipt: Receipt): string {
  return receipt.replace(/(\d{4})(?=\d)/g, '$1 ')
}

/**
 * Finds the receipt in what a person typed: alone or with words around it, grouped with blanks, dashes or dots, in
 * full-width digits. With two numbers of about that length nobody can tell which is meant: not a receipt.
 */
export function parseReceipt(typed: string): ParsedReceipt {
  const plain = typed.normalize('NFKC').replace(/\p{Cf}/gu, '')
  const candidates = [...plain.matchAll(digitRun)]
    .map(([run]) => run.replace(/\D/g, ''))
    .filter(({ length }) => Math.abs(length - receiptDigits) <= 2)
  const [digits] = candidates
  if (digits === undefined || candidates.length > 1) return { kind: 'not-a-receipt' }
  if (digits.length !== receiptDigits) return { kind: 'wrong-length', digits: digits.length }
  return damm(digits) === 0 ? { kind: 'receipt', receipt: digits as Receipt } : { kind: 'wrong-check' }
}

/** Up to three separators between neighbours, for "1234 - 5678". */
const digitRun = /\d(?:[\s.,_\p{Pd}\u2212]{0,3}\d)*/gu

/**
 * H. Michael Damm's quasigroup of order 10 (thesis, Marburg 2004): finds every wrong digit and every swap of
 * neighbours. A number with its check digit behind it comes to 0.
 */
function damm(digits: string): number {
  return [...digits].reduce((interim, digit) => quasigroup[interim]![Number(digit)]!, 0)
}

const quasigroup: readonly (readonly number[])[] = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
]
