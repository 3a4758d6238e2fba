import { type ProcedureFacts, procedureFacts, type TitleFacts, titleFacts } from './catalogue-facts.ts'
import type { CatalogueIndex, Title } from './catalogue-index.ts'
import type { QuestionTerms } from './question-terms.ts'
import type { Question } from './read-question.ts'
import type { Contrast } from './search-intents.ts'

/** What the re-ranker looks at; each is about one title for one question. Names stand in the weights file. */
export const featureNames = [
  'name-share',
  'body-share',
  'name-score',
  'body-score',
  'name-coverage',
  'head-coverage',
  'question-coverage',
  'question-in-body',
  'expansion-coverage',
  'expansion-run',
  'pair-coverage',
  'longest-run',
  'run-of-title',
  'accent-agreement',
  'accent-clash',
  'tail-only',
  'title-length',
  'action-agrees',
  'action-not-asked',
  'action-missing',
  'qualifier-agrees',
  'qualifier-not-asked',
  'qualifier-missing',
  'negation-clash',
  'number-agrees',
  'number-clash',
  'other-province',
  'internal-procedure',
  'foreign-service',
  'armed-forces',
  'for-citizens',
  'commune-level',
  'has-details',
  'is-alias',
  'field-named',
] as const
export type FeatureName = (typeof featureNames)[number]

/** How many of a name's first words are its head: what is done to what. */
const headLength = 8

export class FeatureReader {
  readonly #index: CatalogueIndex
  readonly #titles: TitleFacts[]
  readonly #procedures: ProcedureFacts[]
  /** What a word in a single title would count. */
  readonly #rareIdf: number

  constructor(
    index: CatalogueIndex,
    intents: { actions: readonly Contrast[]; qualifiers: readonly Contrast[] },
  ) {
    this.#index = index
    this.#rareIdf = Math.log(1 + index.titles.length)
    this.#titles = titleFacts(index.titles, intents)
    this.#procedures = index.procedures.map((procedure) => procedureFacts(procedure, index))
  }

  /**
   * @param shares the title's name and body scores and the best of all candidates.
   */
  read(
    at: number,
    question: Question,
    terms: QuestionTerms,
    scores: { name: number; body: number; bestName: number; bestBody: number },
  ): Float64Array {
    const title = this.#index.titles[at]!
    const facts = this.#titles[at]!
    const procedure = this.#procedures[title.procedure]!
    const overlap = this.#overlap(title, terms)
    const run = longestRun(terms.typedRun, title.terms)
    let expansionRun = 0
    let expansionCoverage = 0
    for (const expansion of terms.expansionRuns) {
      const share =
        longestRun(expansion.terms, title.terms) /
        Math.max(1, expansion.terms.length + expansion.unknownCount)
      expansionRun = Math.max(expansionRun, share * expansion.weight)
      expansionCoverage = Math.max(expansionCoverage, this.#coverage(expansion, title) * expansion.weight)
    }
    const values: Record<FeatureName, number> = {
      'name-share': scores.bestName > 0 ? scores.name / scores.bestName : 0,
      'body-share': scores.bestBody > 0 ? scores.body / scores.bestBody : 0,
      'name-score': Math.log1p(scores.name),
      'body-score': Math.log1p(scores.body),
      ...overlap,
      'expansion-coverage': expansionCoverage,
      'expansion-run': expansionRun,
      'longest-run': Math.min(run, 10) / 10,
      'run-of-title': run / Math.max(4, title.terms.length),
      'title-length': Math.log(Math.max(3, title.terms.length)),
      'action-agrees':
        shared(facts.headActions, question.actions) > 0
          ? 1
          : shared(facts.actions, question.actions) > 0
            ? 0.5
            : 0,
      'action-not-asked':
        facts.headActions.size > 0 && shared(facts.headActions, question.actions) === 0 ? 1 : 0,
      'action-missing': question.actions.size > 0 && shared(facts.actions, question.actions) === 0 ? 1 : 0,
      'qualifier-agrees': shared(facts.qualifiers, question.qualifiers),
      'qualifier-not-asked': facts.qualifiers.size - shared(facts.qualifiers, question.qualifiers),
      'qualifier-missing': question.qualifiers.size - shared(facts.qualifiers, question.qualifiers),
      'negation-clash': facts.isNegated && !terms.isNegated ? 1 : 0,
      'number-agrees': shared(facts.numbers, terms.numbers) > 0 ? 1 : 0,
      'number-clash':
        facts.numbers.size > 0 && terms.numbers.size > 0 && shared(facts.numbers, terms.numbers) === 0
          ? 1
          : 0,
      'other-province': procedure.otherProvince,
      'internal-procedure': procedure.internal,
      'foreign-service': procedure.foreignService,
      'armed-forces': procedure.armedForces,
      'for-citizens': procedure.forCitizens,
      'commune-level': procedure.commune,
      'has-details': procedure.details,
      'is-alias': title.isAlias ? 1 : 0,
      'field-named': this.#fieldNamed(procedure, terms),
    }
    const list = new Float64Array(featureNames.length)
    for (let i = 0; i < featureNames.length; i++) list[i] = values[featureNames[i]!]
    return list
  }

  #overlap(title: Title, terms: QuestionTerms) {
    const { names } = this.#index
    let idfSum = 0
    let covered = 0
    let headSum = 0
    let headCovered = 0
    let typedHit = 0
    let pairHit = 0
    let sameAccent = 0
    let otherAccent = 0
    let tailHit = 0
    const seen = new Set<number>()
    for (let i = 0; i < title.terms.length; i++) {
      const term = title.terms[i]!
      const pair = i > 0 ? title.pairs[i - 1]! : undefined
      const pairOfQuestion = pair === undefined ? undefined : terms.pairs.get(pair)
      if (pair !== undefined && pairOfQuestion !== undefined && !seen.has(pair)) {
        seen.add(pair)
        pairHit += pairOfQuestion * names.idf(pair)
      }
      if (seen.has(term)) continue
      seen.add(term)
      const idf = names.idf(term)
      const typed = terms.typed.get(term) ?? 0
      const expanded = terms.expanded.get(term) ?? 0
      const weight = Math.min(1, Math.max(typed, expanded))
      idfSum += idf
      covered += idf * weight
      if (i < headLength) {
        headSum += idf
        headCovered += idf * weight
      } else {
        tailHit += idf * weight
      }
      typedHit += typed * idf
      const accent = typed > 0.1 ? terms.accents.get(term) : undefined
      if (accent !== undefined) {
        if (accent === title.tokens[i]!.accented) sameAccent += idf
        else otherAccent += idf
      }
    }
    const typedSum = terms.sums.typed + terms.unknown.typed * this.#rareIdf
    const pairSum = terms.sums.pairs + terms.unknown.pairs * this.#rareIdf
    let bodyHit = 0
    for (const [term, weight] of terms.typed) {
      if (seen.has(term) || this.#procedures[title.procedure]!.fieldTerms.has(term))
        bodyHit += weight * names.idf(term)
    }
    return {
      'name-coverage': ratio(covered, idfSum),
      'head-coverage': ratio(headCovered, headSum),
      'question-coverage': ratio(typedHit, typedSum),
      'question-in-body': ratio(bodyHit, typedSum),
      'pair-coverage': ratio(pairHit, pairSum),
      'accent-agreement': ratio(sameAccent, sameAccent + otherAccent),
      'accent-clash': ratio(otherAccent, typedSum),
      'tail-only': ratio(tailHit, covered),
    }
  }

  /** How much of an expansion's words, by rarity, the title holds. */
  #coverage(expansion: QuestionTerms['expansionRuns'][number], title: Title): number {
    let sum = expansion.unknownCount * this.#rareIdf
    let hit = 0
    for (const term of expansion.terms) {
      const idf = this.#index.names.idf(term)
      sum += idf
      if (title.terms.includes(term)) hit += idf
    }
    return ratio(hit, sum)
  }

  #fieldNamed(procedure: ProcedureFacts, terms: QuestionTerms): number {
    if (procedure.fieldTerms.size === 0) return 0
    let hit = 0
    for (const term of procedure.fieldTerms) {
      if ((terms.typed.get(term) ?? 0) > 0.5 || (terms.expanded.get(term) ?? 0) > 0.5) hit++
    }
    return hit / procedure.fieldTerms.size
  }
}

function shared<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  let count = 0
  for (const item of a) if (b.has(item)) count++
  return count
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0
}

/** Length of the longest run of words that both lists share. */
function longestRun(a: Int32Array, b: Int32Array): number {
  let best = 0
  for (let i = 0; i < a.length - best; i++) {
    for (let j = 0; j < b.length - best; j++) {
      if (a[i] !== b[j]) continue
      let length = 1
      while (i + length < a.length && j + length < b.length && a[i + length] === b[j + length]) length++
      if (length > best) best = length
    }
  }
  return best
}
