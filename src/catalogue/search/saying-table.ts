import type { Token } from '../text/tokenise.ts'
import type { PostingsBuilder } from './postings.ts'
import type { NumberedStrings, Terms } from './terms.ts'

/**
 * How people ask for each procedure in their own words (`intents/sayings`), one row each. They are searched, never
 * shown. Words lie one after the other in flat arrays, as those of the titles do.
 */
export interface SayingTable {
  /** Per procedure, and one more: its first saying. */
  first: Int32Array
  /** Per saying, and one more: where its words begin. */
  starts: Int32Array
  /** Per word: term number, number of the form with marks, number of the pair with the word before (-1 at the first). */
  terms: Int32Array
  accents: Int32Array
  pairs: Int32Array
}

export class SayingTableBuilder {
  readonly #terms: Terms
  readonly #postings: PostingsBuilder
  readonly #first: number[] = [0]
  readonly #starts: number[] = [0]
  readonly #accentNumbers: NumberedStrings
  readonly #flatTerms: number[] = []
  readonly #flatAccents: number[] = []
  readonly #flatPairs: number[] = []

  /** @param postings takes each procedure as one document of all of its sayings */
  constructor(terms: Terms, accents: NumberedStrings, postings: PostingsBuilder) {
    this.#terms = terms
    this.#accentNumbers = accents
    this.#postings = postings
  }

  /** The sayings of the next procedure. */
  add(sayings: readonly (readonly Token[])[]): void {
    const counts = new Map<number, number>()
    const count = (term: number) => counts.set(term, (counts.get(term) ?? 0) + 1)
    for (const words of sayings) {
      let before = -1
      for (const { folded, accented } of words) {
        const term = this.#terms.intern(folded)
        const pair = before < 0 ? -1 : this.#terms.internPair(before, term)
        this.#flatTerms.push(term)
        this.#flatAccents.push(this.#accentNumbers.intern(accented))
        this.#flatPairs.push(pair)
        count(term)
        if (pair >= 0) count(pair)
        before = term
      }
      this.#starts.push(this.#flatTerms.length)
    }
    this.#first.push(this.#starts.length - 1)
    this.#postings.addDocument(counts)
  }

  build(): SayingTable {
    return {
      first: Int32Array.from(this.#first),
      starts: Int32Array.from(this.#starts),
      terms: Int32Array.from(this.#flatTerms),
      accents: Int32Array.from(this.#flatAccents),
      pairs: Int32Array.from(this.#flatPairs),
    }
  }
}
