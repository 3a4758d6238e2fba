import { createHash } from 'node:crypto'

/** Draws that anyone who knows the seed can draw again: for the rotation of questions and for simulations, not for secrets. */
export interface SeededRandom {
  /** Whole number from 0 to `limit` − 1, each as likely as the others. */
  below(limit: number): number
  /** 0 ≤ x < 1. */
  share(): number
}

/** xoshiro128** (Blackman and Vigna 2018), its state the first 16 bytes of SHA-256 of the seed. */
export function seededRandom(seed: string): SeededRandom {
  const digest = createHash('sha256').update(seed).digest()
  let [a, b, c, d] = [0, 4, 8, 12].map((offset) => digest.readUInt32LE(offset)) as [
    number,
    number,
    number,
    number,
  ]
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result
  }
  return {
    below(limit) {
      // Draws from the incomplete last stretch would favour small numbers; they are drawn again.
      const fair = 2 ** 32 - (2 ** 32 % limit)
      let drawn = next()
      while (drawn >= fair) drawn = next()
      return drawn % limit
    },
    share: () => next() / 2 ** 32,
  }
}

/** A new array in a random order. */
export function shuffled<T>(things: readonly T[], random: SeededRandom): T[] {
  const result = [...things]
  for (let index = result.length - 1; index > 0; index--) {
    const other = random.below(index + 1)
    ;[result[index], result[other]] = [result[other]!, result[index]!]
  }
  return result
}

function rotate(word: number, bits: number): number {
  return ((word << bits) | (word >>> (32 - bits))) >>> 0
}
