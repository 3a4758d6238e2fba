import type { PhraseIndex } from '../text/phrase-index.ts'
import type { Token } from '../text/tokenise.ts'
import type { NumberedStrings, Terms } from './terms.ts'

/**
 * All names under which procedures can be found (official ones and those that staff added), one row each. Lists of
 * words lie one after the other in flat arrays: a catalogue of 100,000 makes no million small objects, and the whole
 * can be written to a file as it is.
 */
export interface TitleTable {
  /** Per title: position in `CatalogueIndex.procedures`. */
  procedure: Int32Array
  isAlias: Uint8Array
  /** Per title, and one more: where its words begin in the flat arrays. */
  starts: Int32Array
  /** Per word: term number, number of the form with marks, 1 when the title had it before. */
  terms: Int32Array
  accents: Int32Array
  isRepeat: Uint8Array
  /** Per word: term number of the pair with the word before; -1 at the first word and where the pair stood before. */
  pairs: Int32Array
  /** Per title: bit sets over the order of `intents/actions.yaml` and `qualifiers.yaml`. */
  actions: Int32Array
  headActions: Int32Array
  qualifiers: Int32Array
  isNegated: Uint8Array
  /** Per title: number shared by names that are alike but for what is done ("cấp", "cấp lại", "gia hạn" of one permit). */
  family: Int32Array
}

/** 32-bit words that a set of this many keys takes. */
export function bitWords(keyCount: number): number {
  return Math.max(1, Math.ceil(keyCount / 32))
}

/** A set of keys as bits, in the order of `keys`. */
export function bitsOf(found: ReadonlySet<string>, keys: readonly string[]): Int32Array {
  const bits = new Int32Array(bitWords(keys.length))
  for (const [i, key] of keys.entries()) if (found.has(key)) bits[i >> 5]! |= 1 << (i & 31)
  return bits
}

export function countBits(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555)
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333)
  return (((rest + (rest >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

export interface TitlePhrases {
  actions: PhraseIndex<string>
  actionKeys: readonly string[]
  qualifiers: PhraseIndex<string>
  qualifierKeys: readonly string[]
  negations: PhraseIndex<true>
}

/** How many of a name's first words may hold what is done. */
const headStarts = 1
/** Of a long name only so many words say what it is about; the family is told by them. */
const familyWords = 24

export class TitleTableBuilder {
  readonly #phrases: TitlePhrases
  readonly #terms: Terms
  readonly #accentNumbers: NumberedStrings
  readonly #families = new Map<string, number>()
  readonly #procedure: number[] = []
  readonly #isAlias: number[] = []
  readonly #starts: number[] = [0]
  readonly #flat = {
    terms: [] as number[],
    accents: [] as number[],
    isRepeat: [] as number[],
    pairs: [] as number[],
  }
  readonly #sets = { actions: [] as number[], headActions: [] as number[], qualifiers: [] as number[] }
  readonly #isNegated: number[] = []
  readonly #family: number[] = []

  constructor(phrases: TitlePhrases, terms: Terms, accents: NumberedStrings) {
    this.#phrases = phrases
    this.#terms = terms
    this.#accentNumbers = accents
  }

  /** @returns how often each term (word or pair) stands in the title. */
  add(procedure: number, tokens: readonly Token[], isAlias: boolean): Map<number, number> {
    const counts = new Map<number, number>()
    let before = -1
    for (const { folded, accented } of tokens) {
      const term = this.#terms.intern(folded)
      const pair = before < 0 ? -1 : this.#terms.internPair(before, term)
      this.#flat.terms.push(term)
      this.#flat.accents.push(this.#accentNumbers.intern(accented))
      this.#flat.isRepeat.push(counts.has(term) ? 1 : 0)
      this.#flat.pairs.push(pair >= 0 && counts.has(pair) ? -1 : pair)
      counts.set(term, (counts.get(term) ?? 0) + 1)
      if (pair >= 0) counts.set(pair, (counts.get(pair) ?? 0) + 1)
      before = term
    }
    this.#procedure.push(procedure)
    this.#isAlias.push(isAlias ? 1 : 0)
    this.#starts.push(this.#flat.terms.length)
    this.#addFacts(tokens)
    return counts
  }

  #addFacts(tokens: readonly Token[]): void {
    const { actions, actionKeys, qualifiers, qualifierKeys, negations } = this.#phrases
    const found = actions.find(tokens)
    const inHead = found.filter(({ start }) => start <= headStarts)
    const values = (matches: readonly { value: string }[]) => new Set(matches.map(({ value }) => value))
    this.#sets.actions.push(...bitsOf(values(found), actionKeys))
    this.#sets.headActions.push(...bitsOf(values(inHead), actionKeys))
    this.#sets.qualifiers.push(...bitsOf(values(qualifiers.find(tokens)), qualifierKeys))
    this.#isNegated.push(negations.find(tokens).length > 0 ? 1 : 0)
    const headEnd = inHead.reduce((end, match) => Math.max(end, match.end), 0)
    const key = tokens
      .slice(headEnd)
      .filter(({ folded }, i) => i > 0 || folded !== 'cap')
      .slice(0, familyWords)
      .map(({ folded }) => folded)
      .join(' ')
    const known = this.#families.get(key)
    if (known === undefined) this.#families.set(key, this.#families.size)
    this.#family.push(known ?? this.#families.size - 1)
  }

  build(): TitleTable {
    return {
      procedure: Int32Array.from(this.#procedure),
      isAlias: Uint8Array.from(this.#isAlias),
      starts: Int32Array.from(this.#starts),
      terms: Int32Array.from(this.#flat.terms),
      accents: Int32Array.from(this.#flat.accents),
      isRepeat: Uint8Array.from(this.#flat.isRepeat),
      pairs: Int32Array.from(this.#flat.pairs),
      actions: Int32Array.from(this.#sets.actions),
      headActions: Int32Array.from(this.#sets.headActions),
      qualifiers: Int32Array.from(this.#sets.qualifiers),
      isNegated: Uint8Array.from(this.#isNegated),
      family: Int32Array.from(this.#family),
    }
  }
}
