/** Numbers for syllables and for pairs of neighbouring syllables. */
export class Terms {
  readonly #syllables = new Map<string, number>()
  readonly #pairs = new Map<number, number>()
  #next = 0

  /** The number of a folded syllable, a new one when it was never seen. */
  intern(syllable: string): number {
    let id = this.#syllables.get(syllable)
    if (id === undefined) {
      id = this.#next++
      this.#syllables.set(syllable, id)
    }
    return id
  }

  internPair(first: number, second: number): number {
    const key = pairKey(first, second)
    let id = this.#pairs.get(key)
    if (id === undefined) {
      id = this.#next++
      this.#pairs.set(key, id)
    }
    return id
  }

  find(syllable: string): number | undefined {
    return this.#syllables.get(syllable)
  }

  findPair(first: number, second: number): number | undefined {
    return this.#pairs.get(pairKey(first, second))
  }
}

function pairKey(first: number, second: number): number {
  return first * 2 ** 24 + second
}
