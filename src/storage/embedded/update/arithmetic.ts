import { Double, Int32, Long } from 'bson'
import { bsonType, isNumeric, toNumber } from '../bson/value-types.ts'
import { refuse, ServerError } from '../errors.ts'

type NumberType = 'int' | 'long' | 'double'

function numberType(value: unknown): NumberType {
  switch (bsonType(value)) {
    case 'Double':
      return 'double'
    case 'Long':
      return 'long'
    case 'Decimal128':
      throw refuse('arithmetic on Decimal128')
    case 'Int32':
      return 'int'
    default:
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31 ? 'int' : 'double'
  }
}

function toBigInt(value: unknown): bigint {
  return bsonType(value) === 'Long' ? (value as Long).toBigInt() : BigInt(toNumber(value))
}

/** Integers stay integers, growing from 32 to 64 bits when they must; anything with a double is a double. */
export function calculate(operation: '$inc' | '$mul', left: unknown, right: unknown): unknown {
  if (!isNumeric(left)) throw new ServerError(14, `Cannot apply ${operation} to a value of non-numeric type.`)
  const types = [numberType(left), numberType(right)]
  if (types.includes('double')) {
    const [a, b] = [toNumber(left), toNumber(right)]
    return new Double(operation === '$inc' ? a + b : a * b)
  }
  const [a, b] = [toBigInt(left), toBigInt(right)]
  const result = operation === '$inc' ? a + b : a * b
  if (!types.includes('long') && result === BigInt.asIntN(32, result)) return new Int32(Number(result))
  if (result !== BigInt.asIntN(64, result))
    throw new ServerError(2, `Failed to apply ${operation} operations to current value: integer overflow`)
  return Long.fromBigInt(result)
}

/** `$mul` on a missing field gives a zero of the multiplier's type. */
export function zeroLike(value: unknown): unknown {
  const type = numberType(value)
  return type === 'double' ? new Double(0) : type === 'long' ? Long.ZERO : new Int32(0)
}

/** Bitwise `and`, `or`, `xor` of integers. */
export function bitwise(operation: string, left: unknown, right: unknown): unknown {
  const types = [numberType(left), numberType(right)]
  if (types.includes('double')) throw new ServerError(2, 'The $bit modifier only works on integers')
  const [a, b] = [toBigInt(left), toBigInt(right)]
  const result =
    operation === 'and' ? a & b : operation === 'or' ? a | b : operation === 'xor' ? a ^ b : undefined
  if (result === undefined) throw new ServerError(2, `The $bit modifier does not know ${operation}`)
  return types.includes('long') ? Long.fromBigInt(BigInt.asIntN(64, result)) : new Int32(Number(result))
}
