import type { CatalogueIndex } from './catalogue-index.ts'
import type { Question } from './read-question.ts'
import { countStretches, stretchesAt } from './stretches.ts'
import { bitsOf } from './title-table.ts'

/** A question in term numbers, made once per question. */
export interface QuestionTerms {
  /** Terms with a weight on the board: words typed, words of lay rules, pairs of either. */
  typed: number[]
  expanded: number[]
  pairs: number[]
  /** Word sequences for the longest common run: what was typed, then each expansion. */
  typedRun: Int32Array
  expansionRuns: { terms: Int32Array; weight: number; unknownCount: number }[]
  /** How many stretches the question falls into; see `QuestionBoard.stretches`. */
  stretches: number
  hasNumbers: boolean
  isNegated: boolean
  /** Pairs "không …" of the question that names hold too. */
  denied: ReadonlySet<number>
  /** Weights of words and pairs that no title holds: they count against every title. */
  unknown: { typed: number; pairs: number; wish: number }
  /** Weights times rarity of what titles do hold. */
  sums: { typed: number; pairs: number; wish: number; said: number }
  /** Bit sets in the order of the index's keys. */
  actions: Int32Array
  qualifiers: Int32Array
}

/**
 * What the question gives each term, by term number: looking into an array is what makes sixty titles a question cheap.
 * One board serves one question at a time.
 */
export class QuestionBoard {
  /** Weights of words and of pairs as typed (their numbers differ), of words of lay rules, of words of the wish. */
  readonly typed: Float64Array
  readonly expanded: Float64Array
  readonly wish: Float64Array
  /** Number of the form with marks as typed; -1 not typed with marks, -2 with marks that no title has. */
  readonly accents: Int32Array
  /** 1 for numbers of up to three digits: ages, classes, grades; longer ones are years and codes. */
  readonly isNumber: Uint8Array
  readonly isAskedNumber: Uint8Array
  /** Bit set of the stretches of the question in which a word stands. */
  readonly stretches: Int32Array
  #used: QuestionTerms | undefined

  constructor({ terms }: CatalogueIndex) {
    this.typed = new Float64Array(terms.size)
    this.expanded = new Float64Array(terms.size)
    this.wish = new Float64Array(terms.size)
    this.accents = new Int32Array(terms.size).fill(-1)
    this.isNumber = new Uint8Array(terms.size)
    this.isAskedNumber = new Uint8Array(terms.size)
    this.stretches = new Int32Array(terms.size)
    for (let number = 0; number < 1000; number++) {
      const term = terms.find(String(number))
      if (term !== undefined) this.isNumber[term] = 1
    }
  }

  /** Numbers the question's words and pairs and puts their weights on the board in place of the last question's. */
  set(question: Question, index: CatalogueIndex): QuestionTerms {
    this.#clear()
    const { terms, names, said } = index
    const used: QuestionTerms = {
      typed: [],
      expanded: [],
      pairs: [],
      typedRun: new Int32Array(0),
      expansionRuns: [],
      stretches: countStretches(question.words.length),
      hasNumbers: question.words.some(({ folded }) => shortNumber.test(folded)),
      denied: deniedPairs(question, index),
      isNegated: question.words.some(({ folded }) => negations.has(folded)),
      unknown: { typed: 0, pairs: 0, wish: 0 },
      sums: { typed: 0, pairs: 0, wish: 0, said: 0 },
      actions: bitsOf(question.actions, index.actionKeys),
      qualifiers: bitsOf(question.qualifiers, index.qualifierKeys),
    }
    this.#used = used
    const run: number[] = []
    let before: { id: number | undefined; weight: number } | undefined
    for (const [at, word] of question.words.entries()) {
      if (word.weight <= 0.1) continue
      const id = terms.find(word.folded)
      const isWish = at >= question.wish.start && at < question.wish.end
      const pairWeight = before ? Math.sqrt(before.weight * word.weight) : 0
      if (id === undefined) {
        used.unknown.typed += word.weight
        if (isWish) used.unknown.wish += word.weight
        used.unknown.pairs += unknownPairShare * pairWeight
      } else {
        run.push(id)
        raise(this.typed, used.typed, id, word.weight)
        this.stretches[id]! |= stretchesAt(at)
        if (isWish) this.wish[id] = Math.max(this.wish[id]!, word.weight)
        if (question.isMarked && !word.repaired) this.accents[id] = index.accents.find(word.accented) ?? -2
        if (this.isNumber[id]) this.isAskedNumber[id] = 1
        if (before?.id !== undefined) {
          const pair = terms.findPair(before.id, id)
          if (pair === undefined) used.unknown.pairs += unknownPairShare * pairWeight
          else {
            const isRare = names.documentCount(pair) <= rarePair
            raise(this.typed, used.pairs, pair, isRare ? Math.max(pairWeight, 0.6) : pairWeight)
          }
        }
      }
      before = { id, weight: word.weight }
    }
    used.typedRun = Int32Array.from(run)
    for (const { tokens, weight } of question.expansions) {
      const sequence = tokens.flatMap(({ folded }) => terms.find(folded) ?? [])
      for (const [i, id] of sequence.entries()) {
        raise(this.expanded, used.expanded, id, weight)
        const pair = i > 0 ? terms.findPair(sequence[i - 1]!, id) : undefined
        if (pair !== undefined) raise(this.typed, used.pairs, pair, weight)
      }
      used.expansionRuns.push({
        terms: Int32Array.from(sequence),
        weight,
        unknownCount: tokens.length - sequence.length,
      })
    }
    for (const term of used.typed) {
      used.sums.typed += this.typed[term]! * names.idf(term)
      used.sums.wish += this.wish[term]! * names.idf(term)
      used.sums.said += this.typed[term]! * said.idf(term)
    }
    for (const pair of used.pairs) used.sums.pairs += this.typed[pair]! * names.idf(pair)
    return used
  }

  #clear(): void {
    if (!this.#used) return
    for (const term of this.#used.typed) {
      this.typed[term] = 0
      this.wish[term] = 0
      this.accents[term] = -1
      this.isAskedNumber[term] = 0
      this.stretches[term] = 0
    }
    for (const term of this.#used.pairs) this.typed[term] = 0
    for (const term of this.#used.expanded) this.expanded[term] = 0
  }
}

/** "không" itself is a small word, so its pairs are looked at apart. */
function deniedPairs({ words }: Question, { terms }: CatalogueIndex): ReadonlySet<number> {
  const no = terms.find('khong')
  const denied = new Set<number>()
  if (no === undefined) return denied
  for (let i = 1; i < words.length; i++) {
    if (words[i - 1]!.folded !== 'khong') continue
    const next = terms.find(words[i]!.folded)
    const pair = next === undefined ? undefined : terms.findPair(no, next)
    if (pair !== undefined) denied.add(pair)
  }
  return denied
}

function raise(weights: Float64Array, used: number[], term: number, weight: number): void {
  const known = weights[term]!
  if (known === 0) used.push(term)
  if (weight > known) weights[term] = weight
}

/** A pair in at most this many titles means something even when both its words are small ("con nuôi"). */
const rarePair = 40

/** Neighbours that are no pair in any title are often chance ("lương hưu" "không"), so they count little. */
const unknownPairShare = 0.3

const shortNumber = /^\d{1,3}$/
/** Each phrase that denies ("không thuộc", "ngoại trừ") holds one of these. */
const negations = new Set(['khong', 'tru', 'chua'])
