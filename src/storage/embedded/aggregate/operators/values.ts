import { ObjectId } from 'bson'
import { compareValues } from '../../bson/compare-values.ts'
import { bsonType, isNumeric, toNumber, typeName } from '../../bson/value-types.ts'
import { refuse, ServerError } from '../../errors.ts'
import { isNil, named, nary, number, numeric, type Operators, unary } from './arguments.ts'

function compare(accepts: (order: number) => unknown) {
  return nary(2, 2, (left, right) => {
    // A missing value is less than null here, unlike in filters.
    if (isNil(left) && isNil(right)) return accepts(Number(left === null) - Number(right === null))
    return accepts(compareValues(left, right))
  })
}

/** Half to even, at a decimal place. */
function round(value: number, places: number): number {
  const scaled = Number(`${value}e${places}`)
  const near = Math.round(scaled)
  const isTie = Math.abs(scaled % 1) === 0.5
  const whole = isTie ? 2 * Math.round(scaled / 2) : near
  return Number.isFinite(scaled) ? Number(`${whole}e${-places}`) : value
}

function add(...values: unknown[]): unknown {
  if (values.some(isNil)) return null
  const dates = values.filter((value) => value instanceof Date)
  if (dates.length > 1) throw new ServerError(16612, 'only one date allowed in an $add expression')
  const sum = values.reduce<number>(
    (total, value) => total + (value instanceof Date ? value.getTime() : number(value)),
    0,
  )
  return dates.length === 1 ? new Date(sum) : sum
}

function subtract(left: unknown, right: unknown): unknown {
  if (isNil(left) || isNil(right)) return null
  if (!(left instanceof Date)) return number(left) - number(right)
  return right instanceof Date ? left.getTime() - right.getTime() : new Date(left.getTime() - number(right))
}

function divide(left: number, right: number): number {
  if (right === 0) throw new ServerError(2, "can't $divide by zero")
  return left / right
}

function toInteger(value: unknown, limit: number): unknown {
  if (isNil(value)) return null
  if (typeof value === 'boolean') return Number(value)
  if (value instanceof Date && limit > 2 ** 31) return value.getTime()
  const isText = typeof value === 'string' && /^[+-]?\d+$/.test(value)
  const found = isText ? Number(value) : isNumeric(value) ? Math.trunc(number(value)) : Number.NaN
  if (!(Math.abs(found) < limit))
    throw new ServerError(241, `Failed to convert to a whole number: ${String(value)}`)
  return found
}

function toDouble(value: unknown): unknown {
  if (isNil(value)) return null
  if (typeof value === 'boolean') return Number(value)
  if (value instanceof Date) return value.getTime()
  const isText = typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)
  if (!isText && !isNumeric(value))
    throw new ServerError(241, `Failed to convert to a double: ${String(value)}`)
  return toNumber(isText ? Number(value) : value)
}

function toText(value: unknown): unknown {
  if (isNil(value)) return null
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  if (value instanceof ObjectId) return value.toHexString()
  if (bsonType(value) === 'Long' || bsonType(value) === 'Decimal128') return String(value)
  throw new ServerError(241, 'Unsupported conversion to string in $convert')
}

const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?)?$/

function toDate(value: unknown): unknown {
  if (isNil(value)) return null
  if (value instanceof Date) return value
  if (value instanceof ObjectId) return value.getTimestamp()
  if (typeof value === 'number') return new Date(Math.trunc(value))
  if (typeof value !== 'string' || !isoDate.test(value))
    throw new ServerError(241, 'Failed to convert to date in $convert')
  // Without a zone MongoDB reads UTC, JavaScript the zone of the machine.
  return new Date(/T/.test(value) && !/(Z|[+-]\d{2}:?\d{2})$/.test(value) ? `${value}Z` : value)
}

function toObjectId(value: unknown): unknown {
  if (isNil(value)) return null
  if (value instanceof ObjectId) return value
  if (typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)) return ObjectId.createFromHexString(value)
  throw new ServerError(241, 'Failed to parse objectId in $convert')
}

function nameOfType(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value !== 'number') return typeName(value)
  if (Number.isInteger(value)) throw refuse('$type of a whole number in an expression')
  return 'double'
}

export const valueOperators: Operators = {
  $eq: compare((order) => order === 0),
  $ne: compare((order) => order !== 0),
  $gt: compare((order) => order > 0),
  $gte: compare((order) => order >= 0),
  $lt: compare((order) => order < 0),
  $lte: compare((order) => order <= 0),
  $cmp: compare((order) => Math.sign(order)),
  // An empty list is true, like every list.
  $not: unary((value) => isNil(value) || value === false || value === 0),
  $add: nary(1, 1000, add),
  $subtract: nary(2, 2, subtract),
  $multiply: numeric(1, 1000, (...values) => values.reduce((product, value) => product * value, 1)),
  $divide: numeric(2, 2, divide),
  $mod: numeric(2, 2, (left, right) => left % right),
  $abs: numeric(1, 1, Math.abs),
  $ceil: numeric(1, 1, Math.ceil),
  $floor: numeric(1, 1, Math.floor),
  $rand: named([], () => Math.random()),
  $sqrt: numeric(1, 1, Math.sqrt),
  $round: numeric(1, 2, (value, places = 0) => round(value, places)),
  $trunc: numeric(1, 2, (value, places = 0) =>
    Number(`${Math.trunc(Number(`${value}e${places}`))}e${-places}`),
  ),
  $toInt: unary((value) => toInteger(value, 2 ** 31)),
  $toLong: unary((value) => toInteger(value, Number.MAX_SAFE_INTEGER)),
  $toDouble: unary(toDouble),
  $toString: unary(toText),
  $toDate: unary(toDate),
  $toObjectId: unary(toObjectId),
  $toBool: unary((value) => (isNil(value) ? null : value !== false && value !== 0)),
  $isNumber: unary(isNumeric),
  $type: unary(nameOfType),
}
