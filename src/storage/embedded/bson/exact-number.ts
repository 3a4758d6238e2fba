import type { Decimal128, Long } from 'bson'
import { bsonType, toNumber } from './value-types.ts'

/** A double or a 64-bit integer without loss; undefined for a Decimal128 that is neither. JavaScript compares the two exactly. */
export function exactNumber(value: unknown): number | bigint | undefined {
  if (bsonType(value) === 'Long') {
    const number = (value as Long).toNumber()
    return Number.isSafeInteger(number) ? number : (value as Long).toBigInt()
  }
  if (bsonType(value) !== 'Decimal128') return typeof value === 'bigint' ? value : toNumber(value)
  const number = toNumber(value)
  if (!Number.isFinite(number))
    return /^-?(Inf|NaN)/.test((value as Decimal128).toString()) ? number : undefined
  return compareFractions(decimalFraction(value as Decimal128), doubleFraction(number)) === 0
    ? number
    : undefined
}

/** NaN sorts below every other number and equals itself, as in MongoDB. */
export function compareNumbers(left: unknown, right: unknown): number {
  const a = exactNumber(left)
  const b = exactNumber(right)
  if (a !== undefined && b !== undefined) {
    if (a < b) return -1
    if (a > b) return 1
    if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1
    return Number.isNaN(b) ? 1 : 0
  }
  const special = specialOrder(a) - specialOrder(b)
  return special !== 0 ? Math.sign(special) : compareFractions(fraction(left), fraction(right))
}

/** Orders NaN and the infinities around everything that is a fraction. */
function specialOrder(value: number | bigint | undefined): number {
  if (typeof value !== 'number' || Number.isFinite(value)) return 0
  return Number.isNaN(value) ? -2 : Math.sign(value)
}

interface Fraction {
  numerator: bigint
  denominator: bigint
}

function compareFractions(a: Fraction, b: Fraction): number {
  const left = a.numerator * b.denominator
  const right = b.numerator * a.denominator
  return left < right ? -1 : left > right ? 1 : 0
}

function fraction(value: unknown): Fraction {
  if (bsonType(value) === 'Decimal128') return decimalFraction(value as Decimal128)
  const exact = exactNumber(value)
  return typeof exact === 'bigint' ? { numerator: exact, denominator: 1n } : doubleFraction(exact ?? 0)
}

function decimalFraction(value: Decimal128): Fraction {
  const match = /^(-?)(\d*)\.?(\d*)(?:E([+-]?\d+))?$/.exec(value.toString())
  if (!match) return { numerator: 0n, denominator: 1n }
  const [, sign, whole = '', decimals = '', exponentText = '0'] = match
  const coefficient = BigInt(`${sign}${whole}${decimals}`)
  const exponent = Number(exponentText) - decimals.length
  return exponent >= 0
    ? { numerator: coefficient * 10n ** BigInt(exponent), denominator: 1n }
    : { numerator: coefficient, denominator: 10n ** BigInt(-exponent) }
}

function doubleFraction(value: number): Fraction {
  let scaled = value
  let denominator = 1n
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    denominator *= 2n
  }
  return { numerator: BigInt(scaled), denominator }
}
