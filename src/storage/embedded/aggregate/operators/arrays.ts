import { compareValues, valuesEqual } from '../../bson/compare-values.ts'
import { keyText } from '../../bson/encode-key.ts'
import { asDocument, isDocument, isNumeric, toNumber } from '../../bson/value-types.ts'
import { ServerError } from '../../errors.ts'
import { getAt } from '../../update/document-path.ts'
import { isNil, list, named, nary, number, type Operators, unary } from './arguments.ts'

function elementAt(array: unknown, position: unknown): unknown {
  return isNil(array) || isNil(position) ? null : list(array).at(number(position))
}

function slice(array: unknown, first: unknown, count?: unknown): unknown {
  if (isNil(array) || isNil(first)) return null
  const [items, start] = [list(array), number(first)]
  if (count === undefined) return start >= 0 ? items.slice(0, start) : items.slice(start)
  if (number(count) <= 0) throw new ServerError(28729, 'Third argument to $slice must be positive')
  const from = start < 0 ? Math.max(0, items.length + start) : start
  return items.slice(from, from + number(count))
}

function range(start: unknown, end: unknown, step: unknown = 1): number[] {
  const [from, to, by] = [number(start), number(end), number(step)]
  if (![from, to, by].every(Number.isInteger) || by === 0)
    throw new ServerError(34449, '$range takes whole numbers and a step other than 0')
  const length = Math.max(0, Math.ceil((to - from) / by))
  if (length > 1_000_000) throw new ServerError(34449, '$range would be too long')
  return Array.from({ length }, (_, i) => from + i * by)
}

function indexOf(array: unknown, wanted: unknown, start: unknown = 0, end?: unknown): unknown {
  if (isNil(array)) return null
  const items = list(array)
  const until = end === undefined ? items.length : Math.min(number(end), items.length)
  for (let i = number(start); i < until; i++) if (valuesEqual(items[i], wanted)) return i
  return -1
}

/** `[{k, v}]` or `[[key, value]]`. */
function toObject(array: unknown): unknown {
  if (isNil(array)) return null
  return Object.fromEntries(
    list(array).map((item) => {
      const [name, value] = Array.isArray(item) ? item : [asDocument(item)?.k, asDocument(item)?.v]
      if (typeof name !== 'string') throw new ServerError(40394, '$arrayToObject needs string keys')
      return [name, value]
    }),
  )
}

function toPairs(document: unknown): unknown {
  if (isNil(document)) return null
  const found = asDocument(document)
  if (!found) throw new ServerError(40390, '$objectToArray requires a document input')
  return Object.entries(found).flatMap(([k, v]) => (v === undefined ? [] : [{ k, v }]))
}

function distinct(values: unknown[]): Map<string, unknown> {
  return new Map(values.map((value) => [keyText(value), value]))
}

function sets(run: (first: Map<string, unknown>, second: Map<string, unknown>) => unknown) {
  return nary(2, 2, (first, second) =>
    isNil(first) || isNil(second) ? null : run(distinct(list(first)), distinct(list(second))),
  )
}

function merge(...documents: unknown[]): unknown {
  const all = documents.length === 1 && Array.isArray(documents[0]) ? documents[0] : documents
  return Object.assign(
    {},
    ...all
      .filter((one: unknown) => !isNil(one))
      .map((one: unknown) => {
        const document = asDocument(one)
        if (!document) throw new ServerError(40400, '$mergeObjects requires object inputs')
        return document
      }),
  )
}

/** Sets one field whose name may hold dots and dollars; a missing value takes it away. */
function setField({ field, input, value }: Record<string, unknown>): unknown {
  if (isNil(input)) return null
  const document = asDocument(input)
  if (!document || typeof field !== 'string')
    throw new ServerError(4161101, '$setField needs a field name and a document')
  const { [field]: _old, ...others } = document
  if (value === undefined) return others
  return field in document ? { ...document, [field]: value } : { ...others, [field]: value }
}

function sortArray({ input, sortBy }: Record<string, unknown>): unknown {
  if (isNil(input)) return null
  const keys = isDocument(sortBy)
    ? Object.entries(sortBy).map(([path, sign]) => ({ parts: path.split('.'), sign: toNumber(sign) }))
    : [{ parts: [], sign: toNumber(sortBy) }]
  return list(input).toSorted((a, b) => {
    for (const { parts, sign } of keys) {
      const [left, right] = [a, b].map((item) =>
        parts.length === 0 ? item : getAt(asDocument(item) ?? {}, parts),
      )
      const order = compareValues(left, right)
      if (order !== 0) return order * sign
    }
    return 0
  })
}

/** The values that `$sum` and its kin of one array, or of several arguments, work on. */
function spread(values: unknown[]): unknown[] {
  return values.length === 1 && Array.isArray(values[0]) ? values[0] : values
}

function total(values: unknown[]): number {
  return values.filter(isNumeric).reduce<number>((sum, value) => sum + number(value), 0)
}

function extreme(sign: 1 | -1) {
  return nary(1, 1000, (...values) => {
    const present = spread(values).filter((value) => !isNil(value))
    return present.length === 0
      ? null
      : present.reduce((best, value) => (compareValues(value, best) * sign > 0 ? value : best))
  })
}

export const arrayOperators: Operators = {
  $size: unary((array) => list(array).length),
  $isArray: unary((value) => Array.isArray(value)),
  $arrayElemAt: nary(2, 2, elementAt),
  $first: unary((array) => elementAt(array, 0)),
  $last: unary((array) => elementAt(array, -1)),
  $slice: nary(2, 3, slice),
  $concatArrays: nary(1, 1000, (...arrays) => (arrays.some(isNil) ? null : arrays.flatMap(list))),
  $reverseArray: unary((array) => (isNil(array) ? null : list(array).toReversed())),
  $range: nary(2, 3, range),
  $in: nary(2, 2, (wanted, array) => list(array).some((value) => valuesEqual(value, wanted))),
  $indexOfArray: nary(2, 4, indexOf),
  $arrayToObject: unary(toObject),
  $objectToArray: unary(toPairs),
  $mergeObjects: nary(1, 1000, merge),
  $setField: named(['field', 'input', 'value'], setField),
  $unsetField: named(['field', 'input'], ({ field, input }) => setField({ field, input, value: undefined })),
  $sortArray: named(['input', 'sortBy'], sortArray),
  $setUnion: nary(0, 1000, (...arrays) =>
    arrays.some(isNil) ? null : [...distinct(arrays.flatMap(list)).values()],
  ),
  $setIntersection: sets((a, b) => [...a].filter(([key]) => b.has(key)).map(([, value]) => value)),
  $setDifference: sets((a, b) => [...a].filter(([key]) => !b.has(key)).map(([, value]) => value)),
  $setEquals: sets((a, b) => a.size === b.size && [...a.keys()].every((key) => b.has(key))),
  $setIsSubset: sets((a, b) => [...a.keys()].every((key) => b.has(key))),
  $anyElementTrue: unary((array) =>
    list(array).some((value) => !isNil(value) && value !== false && value !== 0),
  ),
  $allElementsTrue: unary((array) =>
    list(array).every((value) => !isNil(value) && value !== false && value !== 0),
  ),
  $sum: nary(1, 1000, (...values) => total(spread(values))),
  $avg: nary(1, 1000, (...values) => {
    const numbers = spread(values).filter(isNumeric)
    return numbers.length === 0 ? null : total(numbers) / numbers.length
  }),
  $min: extreme(-1),
  $max: extreme(1),
}
