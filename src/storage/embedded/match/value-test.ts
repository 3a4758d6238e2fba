import { compareValues, valuesEqual } from '../bson/compare-values.ts'
import { encodeKey } from '../bson/encode-key.ts'
import {
  bsonType,
  isDocument,
  isNumeric,
  isOperatorDocument,
  rank,
  stringOf,
  toNumber,
  typeNumber,
  typeNumbersOf,
  typeRank,
} from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'
import { compileRegex } from './compile-regex.ts'

export type ValueTest = (value: unknown) => boolean

/** A test that also holds for an array when it holds for one of its elements. */
export function orElement(test: ValueTest): ValueTest {
  return (value) => test(value) || (Array.isArray(value) && value.some(test))
}

export function isRegex(value: unknown): boolean {
  return typeRank(value) === rank.regex
}

export function equalityTest(operand: unknown): ValueTest {
  return (value) => valuesEqual(value, operand)
}

export function regexTest(operand: unknown, options?: string): ValueTest {
  const regex = compileRegex(operand, options)
  const sameRegex =
    typeof operand === 'string' ? () => false : (value: unknown) => valuesEqual(value, operand)
  return (value) =>
    typeRank(value) === rank.string ? regex.test(stringOf(value)) : isRegex(value) && sameRegex(value)
}

/** `$gt` and its kin compare values of one type only, except with MinKey and MaxKey. */
function comparisonTest(operand: unknown, accepts: (order: number) => boolean): ValueTest {
  const type = typeRank(operand)
  const anyType = type === rank.minKey || type === rank.maxKey
  const isNaNOperand = type === rank.number && Number.isNaN(toNumber(operand))
  return (value) => {
    if (!anyType && typeRank(value) !== type) return false
    if (type === rank.number && isNaNOperand !== Number.isNaN(toNumber(value))) return false
    return accepts(compareValues(value, operand))
  }
}

function membershipTest(operand: unknown): ValueTest {
  const list = arrayOperand('$in', operand)
  if (list.some(isOperatorDocument)) throw new ServerError(2, 'cannot nest $ under $in')
  const tests = list.filter(isRegex).map((regex) => regexTest(regex))
  const values = list.filter((value) => !isRegex(value))
  // Long lists (mongoose's populate) are looked up, short ones compared.
  if (values.length > 16 && values.every((value) => bsonType(value) !== 'Decimal128')) {
    const keys = new Set(values.map((value) => encodeKey(value).toString('latin1')))
    tests.push((value) =>
      bsonType(value) === 'Decimal128'
        ? values.some((wanted) => valuesEqual(value, wanted))
        : keys.has(encodeKey(value).toString('latin1')),
    )
  } else tests.push((value) => values.some((wanted) => valuesEqual(value, wanted)))
  return (value) => tests.some((test) => test(value))
}

function typeTest(operand: unknown): ValueTest {
  const wanted = (Array.isArray(operand) ? operand : [operand]).flatMap((type) => {
    const numbers = typeNumbersOf(type)
    if (!numbers) throw new ServerError(2, `Unknown type name alias: ${String(type)}`)
    return numbers
  })
  return (value) => value !== undefined && wanted.includes(typeNumber(value))
}

function sizeTest(operand: unknown): ValueTest {
  const size = isNumeric(operand) ? toNumber(operand) : Number.NaN
  if (!Number.isInteger(size) || size < 0)
    throw new ServerError(2, 'Failed to parse $size. Expected a non-negative integer')
  return (value) => Array.isArray(value) && value.length === size
}

function moduloTest(operand: unknown): ValueTest {
  const list = arrayOperand('$mod', operand)
  const [divisor, remainder] = list.map((value) => Math.trunc(toNumber(value)))
  if (list.length !== 2 || !divisor || Number.isNaN(divisor) || Number.isNaN(remainder))
    throw new ServerError(2, 'malformed mod: needs a divisor that is not 0 and a remainder')
  return (value) => isNumeric(value) && Math.trunc(toNumber(value)) % divisor === remainder
}

export function arrayOperand(name: string, operand: unknown): unknown[] {
  if (!Array.isArray(operand)) throw new ServerError(2, `${name} needs an array`)
  return operand
}

const refusedOperators = new Set([
  '$where',
  '$text',
  '$near',
  '$nearSphere',
  '$geoWithin',
  '$geoIntersects',
  '$geoNear',
  '$jsonSchema',
  '$bitsAllSet',
  '$bitsAllClear',
  '$bitsAnySet',
  '$bitsAnyClear',
])

export function unknownOperator(name: string): ServerError {
  return refusedOperators.has(name) ? refuse(name) : new ServerError(2, `unknown operator: ${name}`)
}

/** The test of one operator for a value as it is, arrays not entered (see `orElement`); `$elemMatch`, `$all`, `$not` and the negations live in compile-filter. */
export function operatorTest(name: string, operand: unknown): ValueTest {
  switch (name) {
    case '$eq':
      return equalityTest(operand)
    case '$gt':
      return comparisonTest(operand, (order) => order > 0)
    case '$gte':
      return comparisonTest(operand, (order) => order >= 0)
    case '$lt':
      return comparisonTest(operand, (order) => order < 0)
    case '$lte':
      return comparisonTest(operand, (order) => order <= 0)
    case '$in':
      return membershipTest(operand)
    case '$type':
      return typeTest(operand)
    case '$size':
      return sizeTest(operand)
    case '$mod':
      return moduloTest(operand)
    default:
      throw unknownOperator(name)
  }
}

export function isElementFilter(operand: unknown): boolean {
  if (!isDocument(operand)) return false
  const names = Object.keys(operand)
  return !names[0]?.startsWith('$') || ['$and', '$or', '$nor'].includes(names[0])
}
