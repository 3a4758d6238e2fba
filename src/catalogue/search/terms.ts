/** Numbers for strings, in the order in which they were first seen. */
export class NumberedStrings {
  readonly #numbers = new Map<string, number>()

  constructor(known: Iterable<string> = []) {
    for (const text of known) this.intern(text)
  }

  intern(text: string): number {
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.#numbers.size
      this.#numbers.set(text, number)
    }
    return number
  }

  find(text: string): number | undefined {
    return this.#numbers.get(text)
  }

  list(): string[] {
    return [...this.#numbers.keys()]
  }
}

/** `Terms` in a form that can be written to a file. */
export interface TermLists {
  syllables: string[]
  syllableNumbers: Int32Array
  pairKeys: Float64Array
  pairNumbers: Int32Array
}

/** Numbers for syllables and for pairs of neighbouring syllables. */
export class Terms {
  readonly #syllables = new Map<string, number>()
  readonly #pairs = new Map<number, number>()
  #next = 0

  static from({ syllables, syllableNumbers, pairKeys, pairNumbers }: TermLists): Terms {
    const terms = new Terms()
    for (let i = 0; i < syllables.length; i++) terms.#syllables.set(syllables[i]!, syllableNumbers[i]!)
    for (let i = 0; i < pairKeys.length; i++) terms.#pairs.set(pairKeys[i]!, pairNumbers[i]!)
    terms.#next = syllables.length + pairKeys.length
    return terms
  }

  lists(): TermLists {
    return {
      syllables: [...this.#syllables.keys()],
      syllableNumbers: Int32Array.from(this.#syllables.values()),
      pairKeys: Float64Array.from(this.#pairs.keys()),
      pairNumbers: Int32Array.from(this.#pairs.values()),
    }
  }

  /** One more than the highest number. */
  get size(): number {
    return this.#next
  }

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
