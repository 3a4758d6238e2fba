import { compareValues, valuesEqual } from '../bson/compare-values.ts'
import {
  asDocument,
  type Document,
  isDocument,
  isNumeric,
  isOperatorDocument,
  toNumber,
} from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import { compileFilter } from '../match/compile-filter.ts'
import { isRegex } from '../match/value-test.ts'
import { getAt } from './document-path.ts'

/** The array that a modifier changes: a copy of what is there, or an empty one. */
export function arrayFor(operator: string, current: unknown): unknown[] {
  if (current === undefined) return []
  if (Array.isArray(current)) return [...current]
  throw new ServerError(
    operator === '$pop' ? 14 : 2,
    `The field must be an array but is of another type: ${operator}`,
  )
}

export function push(current: unknown, argument: unknown): unknown[] {
  const array = arrayFor('$push', current)
  if (!isDocument(argument) || !('$each' in argument)) return [...array, argument]
  const { $each, $position, $slice, $sort, ...others } = argument
  const unknown = Object.keys(others)[0]
  if (unknown) throw new ServerError(2, `Unrecognized clause in $push: ${unknown}`)
  if (!Array.isArray($each)) throw new ServerError(2, 'The argument to $each in $push must be an array')
  array.splice(
    $position === undefined ? array.length : clamp(integer('$position', $position), array.length),
    0,
    ...$each,
  )
  if ($sort !== undefined) array.sort(elementOrder($sort))
  if ($slice === undefined) return array
  const count = integer('$slice', $slice)
  return count >= 0 ? array.slice(0, count) : array.slice(count)
}

function clamp(position: number, length: number): number {
  return position < 0 ? Math.max(0, length + position) : Math.min(position, length)
}

function integer(name: string, value: unknown): number {
  const number = isNumeric(value) ? toNumber(value) : Number.NaN
  if (!Number.isInteger(number)) throw new ServerError(2, `The value for ${name} must be an integer value`)
  return number
}

function elementOrder(sort: unknown): (a: unknown, b: unknown) => number {
  if (!isDocument(sort)) {
    const direction = toNumber(sort)
    if (Math.abs(direction) !== 1) throw new ServerError(2, 'The $sort element value must be either 1 or -1')
    return (a, b) => direction * compareValues(a, b)
  }
  const keys = Object.entries(sort).map(([path, direction]) => ({
    parts: path.split('.'),
    sign: toNumber(direction),
  }))
  return (a, b) => {
    for (const { parts, sign } of keys) {
      const order = compareValues(getAt(asDocument(a) ?? {}, parts), getAt(asDocument(b) ?? {}, parts))
      if (order !== 0) return sign * order
    }
    return 0
  }
}

export function addToSet(current: unknown, argument: unknown): unknown[] {
  const array = arrayFor('$addToSet', current)
  const isEach = isDocument(argument) && '$each' in argument
  const added = isEach ? argument.$each : [argument]
  if (!Array.isArray(added)) throw new ServerError(14, 'The argument to $each in $addToSet must be an array')
  for (const value of added) if (!array.some((present) => valuesEqual(present, value))) array.push(value)
  return array
}

export function pop(current: unknown, argument: unknown): unknown[] {
  const direction = isNumeric(argument) ? toNumber(argument) : Number.NaN
  if (Math.abs(direction) !== 1) throw new ServerError(9, '$pop expects 1 or -1')
  const array = arrayFor('$pop', current)
  return direction === 1 ? array.slice(0, -1) : array.slice(1)
}

export function pullAll(current: unknown, argument: unknown): unknown[] {
  if (!Array.isArray(argument)) throw new ServerError(2, '$pullAll requires an array argument')
  return arrayFor('$pullAll', current).filter(
    (value) => !argument.some((pulled) => valuesEqual(value, pulled)),
  )
}

/** `$pull` with a condition on the element: operators, a regular expression, or a filter on embedded documents. */
export function pull(current: unknown, argument: unknown): unknown[] {
  const array = arrayFor('$pull', current)
  if (isRegex(argument) || isOperatorDocument(argument)) {
    const filter = compileFilter({ value: argument })
    return array.filter((value) => !filter.matches({ value }))
  }
  if (isDocument(argument)) {
    const filter = compileFilter(argument)
    return array.filter((value) => {
      const document: Document | undefined = asDocument(value)
      return !document || !filter.matches(document)
    })
  }
  return array.filter((value) => !valuesEqual(value, argument))
}
