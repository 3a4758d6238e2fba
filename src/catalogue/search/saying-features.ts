import type { CatalogueIndex } from './catalogue-index.ts'
import { featureAt } from './feature-names.ts'
import type { QuestionBoard, QuestionTerms } from './question-terms.ts'
import type { StretchSums } from './stretches.ts'

/** A word that the question has with other marks is another word, save where people confuse hỏi and ngã. */
const otherMarksWeight = 0.25

/** How the sayings of a procedure meet the question. */
export class SayingReader {
  readonly #index: CatalogueIndex
  readonly #board: QuestionBoard
  readonly #inStretches: StretchSums
  readonly #rareIdf: number
  /** Per saying: how much all of its words count. */
  readonly #sums: Float64Array
  /** Per term: the `read` that met it last. */
  readonly #seen: Int32Array
  #stamp = 0

  /** @param rareIdf what a word in a single title would count */
  constructor(index: CatalogueIndex, board: QuestionBoard, inStretches: StretchSums, rareIdf: number) {
    this.#index = index
    this.#board = board
    this.#inStretches = inStretches
    this.#rareIdf = rareIdf
    this.#sums = sayingSums(index)
    this.#seen = new Int32Array(index.terms.size)
  }

  /** The best saying, and all of them with the title; written into `values`. */
  read(procedure: number, title: number, question: QuestionTerms, values: Float64Array): void {
    const { sayings, said, titles } = this.#index
    const { first, starts, terms, accents, pairs } = sayings
    const { typed, accents: typedAccents } = this.#board
    this.#stamp++
    let bestCoverage = 0
    let bestInStretch = 0
    let bestHit = 0
    let bestPairs = 0
    let allHit = 0
    for (let i = titles.starts[title]!; i < titles.starts[title + 1]!; i++)
      allHit += this.#ifNew(titles.terms[i]!)
    for (let saying = first[procedure]!; saying < first[procedure + 1]!; saying++) {
      const sum = this.#sums[saying]!
      let hit = 0
      let pairHit = 0
      this.#inStretches.clear(question.stretches)
      for (let i = starts[saying]!; i < starts[saying + 1]!; i++) {
        const term = terms[i]!
        if (typed[term] === 0) continue
        const isOther = typedAccents[term] !== -1 && typedAccents[term] !== accents[i]
        const weight = isOther ? typed[term]! * otherMarksWeight : typed[term]!
        const idf = said.idf(term)
        if (pairs[i]! >= 0) pairHit += typed[pairs[i]!]! * said.idf(pairs[i]!)
        hit += idf * Math.min(1, weight)
        this.#inStretches.add(term, idf * Math.min(1, weight))
        if (!isOther) allHit += this.#ifNew(term)
      }
      bestCoverage = Math.max(bestCoverage, ratio(hit, sum))
      bestInStretch = Math.max(bestInStretch, ratio(this.#inStretches.best(), sum))
      bestHit = Math.max(bestHit, hit)
      bestPairs = Math.max(bestPairs, pairHit)
    }
    const typedSum = question.sums.said + question.unknown.typed * this.#rareIdf
    values[featureAt['saying-coverage']] = bestCoverage
    values[featureAt['saying-in-stretch']] = bestInStretch
    values[featureAt['question-in-saying']] = ratio(bestHit, typedSum)
    values[featureAt['saying-pairs']] = ratio(bestPairs, typedSum)
    values[featureAt['question-in-name-or-sayings']] = ratio(allHit, typedSum)
  }

  /** What the term counts when it was not met in this title and its sayings before. */
  #ifNew(term: number): number {
    const weight = this.#board.typed[term]!
    if (weight === 0 || this.#seen[term] === this.#stamp) return 0
    this.#seen[term] = this.#stamp
    return weight * this.#index.said.idf(term)
  }
}

/** 0 where there is nothing to be part of. */
export function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}

function sayingSums({ sayings: { starts, terms }, said }: CatalogueIndex): Float64Array {
  const sums = new Float64Array(starts.length - 1)
  for (let saying = 0; saying < sums.length; saying++) {
    for (let i = starts[saying]!; i < starts[saying + 1]!; i++) sums[saying]! += said.idf(terms[i]!)
  }
  return sums
}
