/** An exact ratio of integers, in lowest terms, `den` positive. Indices are rounded once, at the end, and never before. */
export interface Fraction {
  num: bigint
  den: bigint
}

export const zero: Fraction = { num: 0n, den: 1n }

/** @param den not 0; whoever divides looks first */
export function fraction(num: bigint | number, den: bigint | number = 1n): Fraction {
  const top = BigInt(num)
  const bottom = BigInt(den)
  if (bottom === 0n) throw new RangeError('a fraction over nothing')
  const shared = greatestCommonDivisor(top, bottom)
  const sign = bottom < 0n ? -1n : 1n
  return { num: (sign * top) / shared, den: (sign * bottom) / shared }
}

export function add(a: Fraction, b: Fraction): Fraction {
  if (a.den === b.den) return a.den === 1n ? { num: a.num + b.num, den: 1n } : fraction(a.num + b.num, a.den)
  return fraction(a.num * b.den + b.num * a.den, a.den * b.den)
}

export function times(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.num, a.den * b.den)
}

export function over(a: Fraction, b: Fraction): Fraction {
  return fraction(a.num * b.den, a.den * b.num)
}

export function isZero(a: Fraction): boolean {
  return a.num === 0n
}

/** Nearest floating-point number; the same for the same fraction, however long its integers are. */
export function toNumber({ num, den }: Fraction): number {
  const whole = num / den
  const rest = num - whole * den
  return Number(whole) + Number((rest << 62n) / den) / 2 ** 62
}

/** Hundredths of what the fraction says, half-up: 803/836 of 100 % is 9605 (96,05 %). Not for negative ones. */
export function hundredths({ num, den }: Fraction): number {
  return Number((2n * 100n * num + den) / (2n * den))
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a
  let y = b < 0n ? -b : b
  while (y !== 0n) [x, y] = [y, x % y]
  return x === 0n ? 1n : x
}
