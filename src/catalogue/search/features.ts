import { type ProcedureFacts, procedureFacts, type SearchOffice } from './catalogue-facts.ts'
import type { CatalogueIndex } from './catalogue-index.ts'
import { featureAt, featureNames } from './feature-names.ts'
import type { QuestionBoard, QuestionTerms } from './question-terms.ts'
import { ratio, SayingReader } from './saying-features.ts'
import { StretchSums } from './stretches.ts'
import { bitWords, countBits } from './title-table.ts'

export interface CandidateScores {
  name: number
  body: number
  said: number
  bestName: number
  bestBody: number
  bestSaid: number
}

/** How many of a name's first words are its head: what is done to what. */
const headLength = 8

export class FeatureReader {
  readonly #index: CatalogueIndex
  readonly #board: QuestionBoard
  readonly #procedures: ProcedureFacts[]
  readonly #fieldTerms: readonly Int32Array[]
  /** What a word in a single title would count. */
  readonly #rareIdf: number
  /** Where in the title at hand a term stands first, counted from `#base`; older entries are below it. */
  readonly #places: Int32Array
  #base = 0
  readonly #inStretches: StretchSums
  readonly #sayings: SayingReader

  constructor(index: CatalogueIndex, board: QuestionBoard, office: SearchOffice) {
    this.#index = index
    this.#board = board
    this.#rareIdf = Math.log(1 + index.titles.procedure.length)
    this.#procedures = index.procedures.map((procedure) => procedureFacts(procedure, index, office))
    this.#fieldTerms = this.#procedures.map(({ fieldTerms }) => Int32Array.from(fieldTerms))
    this.#places = new Int32Array(index.terms.size).fill(-1)
    this.#inStretches = new StretchSums(board)
    this.#sayings = new SayingReader(index, board, this.#inStretches, this.#rareIdf)
  }

  /** @param scores the title's BM25 scores and the best of all candidates. */
  read(at: number, terms: QuestionTerms, scores: CandidateScores): Float64Array {
    const { titles } = this.#index
    const values = new Float64Array(featureNames.length)
    const start = titles.starts[at]!
    const end = titles.starts[at + 1]!
    const length = end - start
    this.#overlap(at, start, end, terms, values)
    this.#expansions(terms, start, end, values)
    const { run, headRun } = this.#runs(terms.typedRun, start, end)
    values[featureAt['name-share']] = ratio(scores.name, scores.bestName)
    values[featureAt['body-share']] = ratio(scores.body, scores.bestBody)
    values[featureAt['name-score']] = Math.log1p(scores.name)
    values[featureAt['body-score']] = Math.log1p(scores.body)
    values[featureAt['said-share']] = ratio(scores.said, scores.bestSaid)
    values[featureAt['said-score']] = Math.log1p(scores.said)
    this.#sayings.read(titles.procedure[at]!, at, terms, values)
    values[featureAt['longest-run']] = Math.min(run, 10) / 10
    values[featureAt['run-of-title']] = run / Math.max(4, length)
    values[featureAt['head-run']] = headRun / headLength
    values[featureAt['title-length']] = Math.log(Math.max(3, length))
    values[featureAt['long-tail']] = Math.max(0, length - 24) / 24
    this.#contrasts(at, terms, values)
    this.#priors(titles.procedure[at]!, values)
    values[featureAt['is-alias']] = titles.isAlias[at]!
    return values
  }

  /** How the words of the title and of the question meet, written into `values`. */
  #overlap(at: number, start: number, end: number, question: QuestionTerms, values: Float64Array): void {
    const { names, titles } = this.#index
    const { typed: typedWeights, expanded, wish, accents, isNumber, isAskedNumber } = this.#board
    const { terms, pairs, isRepeat } = titles
    const places = this.#places
    this.#base += 10_000
    if (this.#base > 2_000_000_000) {
      places.fill(-1)
      this.#base = 0
    }
    const base = this.#base
    this.#inStretches.clear(question.stretches)
    let idfSum = 0
    let covered = 0
    let headSum = 0
    let headCovered = 0
    let typedHit = 0
    let wishHit = 0
    let pairHit = 0
    let sameAccent = 0
    let otherAccent = 0
    let tailHit = 0
    let hasNumber = false
    let agreesNumber = false
    let agreesNo = false
    for (let i = start; i < end; i++) {
      const term = terms[i]!
      const pair = pairs[i]!
      if (pair >= 0 && typedWeights[pair]! > 0) pairHit += typedWeights[pair]! * names.idf(pair)
      if (question.denied.has(pair)) agreesNo = true
      if (isRepeat[i]) continue
      places[term] = base + i - start
      const idf = names.idf(term)
      const typed = typedWeights[term]!
      const weight = Math.min(1, Math.max(typed, expanded[term]!))
      idfSum += idf
      if (i - start < headLength) headSum += idf
      if (isNumber[term]) {
        hasNumber = true
        if (isAskedNumber[term]) agreesNumber = true
      }
      if (weight === 0) continue
      covered += idf * weight
      if (i - start < headLength) headCovered += idf * weight
      else tailHit += idf * weight
      typedHit += typed * idf
      this.#inStretches.add(term, idf * Math.min(1, typed))
      wishHit += wish[term]! * idf
      if (typed > 0.1 && accents[term] !== -1) {
        if (accents[term] === titles.accents[i]) sameAccent += idf
        else otherAccent += idf
      }
    }
    values[featureAt['name-in-stretch']] = ratio(this.#inStretches.best(), idfSum)
    let bodyHit = typedHit
    let fieldHit = 0
    const fieldTerms = this.#fieldTerms[titles.procedure[at]!]!
    for (let i = 0; i < fieldTerms.length; i++) {
      const term = fieldTerms[i]!
      if (typedWeights[term]! > 0.5 || expanded[term]! > 0.5) fieldHit++
      if (places[term]! < base) bodyHit += typedWeights[term]! * names.idf(term)
    }
    const typedSum = question.sums.typed + question.unknown.typed * this.#rareIdf
    const pairSum = question.sums.pairs + question.unknown.pairs * this.#rareIdf
    const wishSum = question.sums.wish + question.unknown.wish * this.#rareIdf
    values[featureAt['name-coverage']] = ratio(covered, idfSum)
    values[featureAt['head-coverage']] = ratio(headCovered, headSum)
    values[featureAt['question-coverage']] = ratio(typedHit, typedSum)
    values[featureAt['question-in-body']] = ratio(bodyHit, typedSum)
    values[featureAt['wish-coverage']] = ratio(wishHit, wishSum)
    values[featureAt['pair-coverage']] = ratio(pairHit, pairSum)
    values[featureAt['accent-agreement']] = ratio(sameAccent, sameAccent + otherAccent)
    values[featureAt['accent-clash']] = ratio(otherAccent, typedSum)
    values[featureAt['tail-only']] = ratio(tailHit, covered)
    values[featureAt['field-named']] = ratio(fieldHit, fieldTerms.length)
    values[featureAt['number-agrees']] = agreesNumber ? 1 : 0
    values[featureAt['number-clash']] = hasNumber && question.hasNumbers && !agreesNumber ? 1 : 0
    values[featureAt['negation-agrees']] = agreesNo ? 1 : 0
    values[featureAt['negation-clash']] = titles.isNegated[at] && !question.isNegated ? 1 : 0
  }

  /** The longest runs of words that the question and the title share, in the whole title and within its head. */
  #runs(typedRun: Int32Array, start: number, end: number): { run: number; headRun: number } {
    const { terms } = this.#index.titles
    const { typed } = this.#board
    const head = Math.min(end, start + headLength)
    let run = 0
    let headRun = 0
    for (let j = start; j < end - run || j < head - headRun; j++) {
      const first = terms[j]!
      if (typed[first] === 0) continue
      for (let i = 0; i < typedRun.length; i++) {
        if (typedRun[i] !== first) continue
        let length = 1
        while (i + length < typedRun.length && j + length < end && typedRun[i + length] === terms[j + length])
          length++
        if (length > run) run = length
        if (Math.min(length, head - j) > headRun) headRun = Math.min(length, head - j)
      }
    }
    return { run, headRun }
  }

  /** How the words of the lay rules meet the title. */
  #expansions({ expansionRuns }: QuestionTerms, start: number, end: number, values: Float64Array): void {
    const { names, titles } = this.#index
    let bestRun = 0
    let bestCoverage = 0
    let bestHead = 0
    for (const { terms, weight, unknownCount } of expansionRuns) {
      let sum = unknownCount * this.#rareIdf
      let hit = 0
      let inHead = 0
      for (let i = 0; i < terms.length; i++) {
        const term = terms[i]!
        const idf = names.idf(term)
        sum += idf
        const place = this.#places[term]! - this.#base
        if (place < 0) continue
        hit += idf
        if (place < headLength) inHead += idf
      }
      if (hit === 0) continue
      bestCoverage = Math.max(bestCoverage, (hit / sum) * weight)
      bestHead = Math.max(bestHead, (inHead / sum) * weight)
      const size = Math.max(1, terms.length + unknownCount)
      if ((terms.length / size) * weight > bestRun) {
        bestRun = Math.max(bestRun, (longestRun(terms, titles.terms, start, end) / size) * weight)
      }
    }
    values[featureAt['expansion-coverage']] = bestCoverage
    values[featureAt['expansion-run']] = bestRun
    values[featureAt['expansion-head']] = bestHead
  }

  /** What is to be done, and for whom, as far as the title and the question name it. */
  #contrasts(at: number, question: QuestionTerms, values: Float64Array): void {
    const { titles, actionKeys, qualifierKeys } = this.#index
    const actionWords = bitWords(actionKeys.length)
    const asked = countAll(question.actions)
    const inHead = shared(titles.headActions, at, question.actions, actionWords)
    const anywhere = shared(titles.actions, at, question.actions, actionWords)
    const headCount = countAll(titles.headActions, at * actionWords, actionWords)
    values[featureAt['action-agrees']] = inHead > 0 ? 1 : anywhere > 0 ? 0.5 : 0
    values[featureAt['action-not-asked']] = headCount > 0 && inHead === 0 ? 1 : 0
    values[featureAt['action-missing']] = asked > 0 && anywhere === 0 ? 1 : 0
    const qualifierWords = bitWords(qualifierKeys.length)
    const agreed = shared(titles.qualifiers, at, question.qualifiers, qualifierWords)
    values[featureAt['qualifier-agrees']] = agreed
    values[featureAt['qualifier-not-asked']] =
      countAll(titles.qualifiers, at * qualifierWords, qualifierWords) - agreed
    values[featureAt['qualifier-missing']] = countAll(question.qualifiers) - agreed
  }

  #priors(at: number, values: Float64Array): void {
    const procedure = this.#procedures[at]!
    values[featureAt['other-province']] = procedure.otherProvince
    values[featureAt['internal-procedure']] = procedure.internal
    values[featureAt['foreign-service']] = procedure.foreignService
    values[featureAt['armed-forces']] = procedure.armedForces
    values[featureAt['for-citizens']] = procedure.forCitizens
    values[featureAt['commune-level']] = procedure.commune
    values[featureAt['has-details']] = procedure.details
  }
}

/**
 * Compares titles that are alike but for what is done: the one whose action was asked for gains over its siblings, or
 * the plain one ("cấp") when no action was asked for.
 */
export function compareSiblings(families: Int32Array, features: readonly Float64Array[]): void {
  const agreement = (values: Float64Array) =>
    values[featureAt['action-agrees']]! - 0.5 * values[featureAt['action-not-asked']]!
  for (let i = 0; i < features.length; i++) {
    let bestOther = Number.NEGATIVE_INFINITY
    for (let j = 0; j < features.length; j++) {
      if (j !== i && families[j] === families[i]) bestOther = Math.max(bestOther, agreement(features[j]!))
    }
    if (bestOther === Number.NEGATIVE_INFINITY) continue
    features[i]![featureAt['among-siblings']] = agreement(features[i]!) - bestOther
  }
}

function shared(sets: Int32Array, at: number, other: Int32Array, words: number): number {
  let count = 0
  for (let k = 0; k < words; k++) count += countBits(sets[at * words + k]! & other[k]!)
  return count
}

function countAll(sets: Int32Array, from = 0, words = sets.length): number {
  let count = 0
  for (let k = 0; k < words; k++) count += countBits(sets[from + k]!)
  return count
}

/** Length of the longest run of words that `a` shares with `b` from `start` to `end`. */
function longestRun(a: Int32Array, b: Int32Array, start: number, end: number): number {
  let best = 0
  for (let i = 0; i < a.length - best; i++) {
    const first = a[i]
    for (let j = start; j < end - best; j++) {
      if (b[j] !== first) continue
      let length = 1
      while (i + length < a.length && j + length < end && a[i + length] === b[j + length]) length++
      if (length > best) best = length
    }
  }
  return best
}
