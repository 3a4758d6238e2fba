import type { ObjectId } from 'bson'
import { compareNumbers } from './exact-number.ts'
import {
  asDocument,
  binaryParts,
  codeText,
  type Document,
  rank,
  regexParts,
  stringOf,
  timestampBits,
  typeRank,
} from './value-types.ts'

/** MongoDB's total order over all BSON values; null, undefined and missing are one. */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') {
    if (left < right) return -1
    if (left > right) return 1
    if (left === right) return 0
  }
  const type = typeRank(left)
  const difference = type - typeRank(right)
  if (difference !== 0) return difference < 0 ? -1 : 1
  switch (type) {
    case rank.number:
      return compareNumbers(left, right)
    case rank.string:
      return compareText(stringOf(left), stringOf(right))
    case rank.object:
      return compareDocuments(asDocument(left) ?? {}, asDocument(right) ?? {})
    case rank.array:
      return compareArrays(left as unknown[], right as unknown[])
    case rank.binary:
      return compareBinary(left, right)
    case rank.objectId:
      return Math.sign(Buffer.compare((left as ObjectId).id, (right as ObjectId).id))
    case rank.boolean:
      return Number(left) - Number(right)
    case rank.date:
      return Math.sign((left as Date).getTime() - (right as Date).getTime())
    case rank.timestamp:
      return compareBasic(timestampBits(left), timestampBits(right))
    case rank.regex: {
      const [a, b] = [regexParts(left), regexParts(right)]
      return compareText(a.pattern, b.pattern) || compareText(a.flags, b.flags)
    }
    case rank.code:
      return compareText(codeText(left), codeText(right))
    default:
      return 0
  }
}

export function valuesEqual(left: unknown, right: unknown): boolean {
  return compareValues(left, right) === 0
}

function compareBasic<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** By UTF-8 bytes. JavaScript's order of UTF-16 units differs only where surrogates meet U+E000..U+FFFF. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (x === y) continue
    if (isSurrogate(x) !== isSurrogate(y)) return isSurrogate(x) ? 1 : -1
    return x < y ? -1 : 1
  }
  return a.length < b.length ? -1 : 1
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}

function compareDocuments(a: Document, b: Document): number {
  const [left, right] = [Object.entries(a), Object.entries(b)]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [[leftName, leftValue], [rightName, rightValue]] = [left[i]!, right[i]!]
    const order =
      typeRank(leftValue) - typeRank(rightValue) ||
      compareText(leftName, rightName) ||
      compareValues(leftValue, rightValue)
    if (order !== 0) return Math.sign(order)
  }
  return Math.sign(left.length - right.length)
}

function compareArrays(a: unknown[], b: unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareValues(a[i], b[i])
    if (order !== 0) return order
  }
  return Math.sign(a.length - b.length)
}

function compareBinary(left: unknown, right: unknown): number {
  const [a, b] = [binaryParts(left), binaryParts(right)]
  return Math.sign(
    a.bytes.length - b.bytes.length || a.subtype - b.subtype || Buffer.compare(a.bytes, b.bytes),
  )
}
