import type { Fraction } from '../../surveys/index/fraction.ts'
import type { Bands } from './yearly-settings.ts'

/**
 * The word for a share, of the exact one: 99,996 % is printed as 100,00 % and is not "tất cả". Undefined below the last
 * band: then the number stands without a word.
 *
 * @param percent of 100
 */
export function quantifierOf(percent: Fraction, bands: Bands): string | undefined {
  return bands.find(({ atLeast }) => percent.num * 100n >= BigInt(atLeast) * percent.den)?.words
}
