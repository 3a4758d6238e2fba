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

const featureCount = featureNames.length
/** Where each feature stands in the list. */
const place = Object.fromEntries(featureNames.map((name, at) => [name, at])) as Record<FeatureName, number>

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
    const values = new Float64Array(featureCount)
    this.#overlap(title, facts, terms, values)
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
    values[place['name-share']] = scores.bestName > 0 ? scores.name / scores.bestName : 0
    values[place['body-share']] = scores.bestBody > 0 ? scores.body / scores.bestBody : 0
    values[place['name-score']] = Math.log1p(scores.name)
    values[place['body-score']] = Math.log1p(scores.body)
    values[place['expansion-coverage']] = expansionCoverage
    values[place['expansion-run']] = expansionRun
    values[place['longest-run']] = Math.min(run, 10) / 10
    values[place['run-of-title']] = run / Math.max(4, title.terms.length)
    values[place['title-length']] = Math.log(Math.max(3, title.terms.length))
    values[place['action-agrees']] =
      shared(facts.headActions, question.actions) > 0
        ? 1
        : shared(facts.actions, question.actions) > 0
          ? 0.5
          : 0
    values[place['action-not-asked']] =
      facts.headActions.size > 0 && shared(facts.headActions, question.actions) === 0 ? 1 : 0
    values[place['action-missing']] =
      question.actions.size > 0 && shared(facts.actions, question.actions) === 0 ? 1 : 0
    values[place['qualifier-agrees']] = shared(facts.qualifiers, question.qualifiers)
    values[place['qualifier-not-asked']] =
      facts.qualifiers.size - shared(facts.qualifiers, question.qualifiers)
    values[place['qualifier-missing']] =
      question.qualifiers.size - shared(facts.qualifiers, question.qualifiers)
    values[place['negation-clash']] = facts.isNegated && !terms.isNegated ? 1 : 0
    values[place['number-agrees']] = shared(facts.numbers, terms.numbers) > 0 ? 1 : 0
    values[place['number-clash']] =
      facts.numbers.size > 0 && terms.numbers.size > 0 && shared(facts.numbers, terms.numbers) === 0 ? 1 : 0
    values[place['other-province']] = procedure.otherProvince
    values[place['internal-procedure']] = procedure.internal
    values[place['foreign-service']] = procedure.foreignService
    values[place['armed-forces']] = procedure.armedForces
    values[place['for-citizens']] = procedure.forCitizens
    values[place['commune-level']] = procedure.commune
    values[place['has-details']] = procedure.details
    values[place['is-alias']] = title.isAlias ? 1 : 0
    values[place['field-named']] = this.#fieldNamed(procedure, terms)
    return values
  }

  /** How the words of the title and of the question meet, written into `values`. */
  #overlap(title: Title, facts: TitleFacts, terms: QuestionTerms, values: Float64Array): void {
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
    const { isRepeat } = facts
    for (let i = 0; i < title.terms.length; i++) {
      const term = title.terms[i]!
      if (i > 0) {
        const pair = title.pairs[i - 1]!
        const pairOfQuestion = terms.pairs.get(pair)
        if (pairOfQuestion !== undefined && title.pairs.indexOf(pair) === i - 1) {
          pairHit += pairOfQuestion * names.idf(pair)
        }
      }
      if (isRepeat[i]) continue
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
    const { fieldTerms } = this.#procedures[title.procedure]!
    let bodyHit = 0
    for (const [term, weight] of terms.typed) {
      if (fieldTerms.has(term) || title.terms.includes(term)) bodyHit += weight * names.idf(term)
    }
    values[place['name-coverage']] = ratio(covered, idfSum)
    values[place['head-coverage']] = ratio(headCovered, headSum)
    values[place['question-coverage']] = ratio(typedHit, typedSum)
    values[place['question-in-body']] = ratio(bodyHit, typedSum)
    values[place['pair-coverage']] = ratio(pairHit, pairSum)
    values[place['accent-agreement']] = ratio(sameAccent, sameAccent + otherAccent)
    values[place['accent-clash']] = ratio(otherAccent, typedSum)
    values[place['tail-only']] = ratio(tailHit, covered)
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
