import { compareValues } from '../bson/compare-values.ts'
import { type Document, isDocument, isNumeric, toNumber } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { topLevel } from '../match/compile-filter.ts'
import { someValueAt } from '../match/walk-path.ts'
import type { SortOrder } from '../plan/choose-plan.ts'

/** An empty array sorts below null. */
const emptyArray = Symbol('empty array')

export function parseSort(sort: unknown): SortOrder {
  if (sort === undefined || sort === null) return []
  if (!isDocument(sort)) throw new ServerError(14, 'Expected field sort to be of type object')
  return Object.entries(sort)
    .filter(([path]) => path !== '$natural')
    .map(([path, direction]) => {
      if (isDocument(direction)) throw refuse('$meta in a sort')
      const number = isNumeric(direction) ? toNumber(direction) : Number.NaN
      if (Math.abs(number) !== 1)
        throw new ServerError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
      return [path, number === 1 ? 1 : -1] as const
    })
}

export function sortFields(order: SortOrder): Set<string> {
  return new Set(order.map(([path]) => topLevel(path)))
}

export type SortKey = unknown[]

export function compileSort(order: SortOrder): {
  keyOf(document: Document): SortKey
  compare(a: SortKey, b: SortKey): number
} {
  const keys = order.map(([path, direction]) => ({ parts: path.split('.'), direction }))
  return {
    keyOf: (document) => keys.map(({ parts, direction }) => sortValue(document, parts, direction)),
    compare: (a, b) => {
      for (let i = 0; i < keys.length; i++) {
        const result = compareSortValues(a[i], b[i])
        if (result !== 0) return result * keys[i]!.direction
      }
      return 0
    },
  }
}

function compareSortValues(a: unknown, b: unknown): number {
  if (a !== emptyArray && b !== emptyArray) return compareValues(a, b)
  if (a === b) return 0
  const [other, sign] = a === emptyArray ? [b, -1] : [a, 1]
  // Only MinKey lies below.
  return compareValues(other, null) < 0 ? -sign : sign
}

/** Of an array, the least element counts in ascending and the greatest in descending order. */
function sortValue(document: Document, parts: string[], direction: 1 | -1): unknown {
  const values: unknown[] = []
  someValueAt(document, parts, (value) => {
    if (Array.isArray(value)) values.push(...(value.length === 0 ? [emptyArray] : value))
    else values.push(value)
    return false
  })
  let best: unknown = values.length === 0 ? null : values[0]
  for (const value of values) if (compareSortValues(value, best) * direction < 0) best = value
  return best
}
