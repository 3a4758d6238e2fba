import { encodeKey, invert } from '../bson/encode-key.ts'
import { rank, typeRank } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import type { Condition } from '../match/compile-filter.ts'
import { literalPrefix } from '../match/compile-regex.ts'
import { isRegex } from '../match/value-test.ts'

/** Start inclusive, end exclusive; neither is ever the whole key of an entry. */
export interface ByteRange {
  start: Buffer
  end: Buffer
}

/** What conditions say about one indexed field: a few values, or one interval of one type. Wider than the truth at worst. */
export type FieldBounds =
  | { kind: 'points'; points: Buffer[] }
  | { kind: 'interval'; range: ByteRange; isClosed: boolean }

const above = Buffer.from([0xff])

interface Interval {
  type: number
  low?: { bytes: Buffer; inclusive: boolean }
  high?: { bytes: Buffer; inclusive: boolean }
}

/** @param oneOnly for fields that may hold arrays: two conditions may be met by two different elements. */
export function boundsOf(
  conditions: readonly Condition[],
  path: string,
  descending: boolean,
  oneOnly: boolean,
): FieldBounds | undefined {
  const own = conditions.filter((condition) => condition.path === path)
  const points = pointsOf(own)
  if (points) return { kind: 'points', points: descending ? points.map(invert) : points }
  const prefix = own.map(prefixRange).find((range) => range !== undefined)
  if (prefix) {
    const start = descending ? invert(prefix) : prefix
    return {
      kind: 'interval',
      range: { start, end: Buffer.concat([start, above, above, above]) },
      isClosed: true,
    }
  }
  const intervals = own.map(intervalOf).filter((interval) => interval !== undefined)
  const first = intervals[0]
  if (!first) return undefined
  const interval = oneOnly ? first : intervals.filter((one) => one.type === first.type).reduce(intersect)
  return {
    kind: 'interval',
    range: rangeOf(interval, descending),
    isClosed: interval.low !== undefined && interval.high !== undefined,
  }
}

/** Whether a condition can only hold for documents that have the field (null counts as not having it). */
export function requiresPresence(condition: Condition): boolean {
  switch (condition.operator) {
    case '$eq':
      return typeRank(condition.operand) !== rank.null
    case '$in':
      return (
        Array.isArray(condition.operand) && condition.operand.every((value) => typeRank(value) !== rank.null)
      )
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return ![rank.null, rank.minKey, rank.maxKey].some((type) => type === typeRank(condition.operand))
    case '$exists':
      return condition.operand === true
    case '$regex':
    case '$elemMatch':
    case '$size':
    case '$mod':
    case '$type':
      return true
    default:
      return false
  }
}

function encoded(value: unknown): Buffer | undefined {
  if (Array.isArray(value) || isRegex(value)) return undefined
  try {
    return encodeKey(value)
  } catch (error) {
    // A Decimal128 that no index can hold: the full filter decides.
    if (error instanceof ServerError) return undefined
    throw error
  }
}

function pointsOf(conditions: Condition[]): Buffer[] | undefined {
  for (const { operator, operand } of conditions) {
    const isNullRange = ['$gte', '$lte'].includes(operator) && typeRank(operand) === rank.null
    if (operator === '$eq' || isNullRange) {
      const point = encoded(operand)
      if (point) return [point]
    }
  }
  for (const { operator, operand } of conditions) {
    if (operator !== '$in' || !Array.isArray(operand)) continue
    const points = operand.map(encoded)
    if (!points.every((point) => point !== undefined)) continue
    return distinct(points)
  }
  return undefined
}

function distinct(points: Buffer[]): Buffer[] {
  const sorted = points.toSorted(Buffer.compare)
  return sorted.filter((point, i) => i === 0 || !point.equals(sorted[i - 1]!))
}

function prefixRange({ operator, operand, options }: Condition): Buffer | undefined {
  if (operator !== '$regex') return undefined
  const prefix = literalPrefix(operand, options)
  // Without the two bytes that end a text.
  return prefix === undefined ? undefined : encodeKey(prefix).subarray(0, -2)
}

function intervalOf({ operator, operand }: Condition): Interval | undefined {
  const type = typeRank(operand)
  if (type === rank.null || type === rank.minKey || type === rank.maxKey || type === rank.array)
    return undefined
  const bytes = ['$gt', '$gte', '$lt', '$lte'].includes(operator) ? encoded(operand) : undefined
  if (!bytes) return undefined
  const side = { bytes, inclusive: operator.endsWith('e') }
  return operator.startsWith('$g') ? { type, low: side } : { type, high: side }
}

function intersect(a: Interval, b: Interval): Interval {
  const low =
    a.low && b.low ? (Buffer.compare(a.low.bytes, b.low.bytes) > 0 ? a.low : b.low) : (a.low ?? b.low)
  const high =
    a.high && b.high ? (Buffer.compare(a.high.bytes, b.high.bytes) < 0 ? a.high : b.high) : (a.high ?? b.high)
  return { type: a.type, ...(low ? { low } : {}), ...(high ? { high } : {}) }
}

function rangeOf({ type, low, high }: Interval, descending: boolean): ByteRange {
  const [first, last] = descending ? [high, low] : [low, high]
  const bracket = descending ? 0xff - type : type
  const bytesOf = (bytes: Buffer) => (descending ? invert(bytes) : bytes)
  const after = (bytes: Buffer) => Buffer.concat([bytes, above])
  return {
    start: first
      ? first.inclusive
        ? bytesOf(first.bytes)
        : after(bytesOf(first.bytes))
      : Buffer.from([bracket]),
    end: last
      ? last.inclusive
        ? after(bytesOf(last.bytes))
        : bytesOf(last.bytes)
      : Buffer.from([bracket + 1]),
  }
}
