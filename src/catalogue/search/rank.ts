import type { Procedure } from '../procedure.ts'
import type { SearchOffice } from './catalogue-facts.ts'
import type { CatalogueIndex } from './catalogue-index.ts'
import { type FeatureName, featureNames } from './feature-names.ts'
import { compareSiblings, FeatureReader } from './features.ts'
import { QuestionBoard, type QuestionTerms } from './question-terms.ts'
import type { RankingWeights } from './ranking-weights.ts'
import type { Question } from './read-question.ts'
import { mainTwinFirst } from './twins-together.ts'

/** The best title of one procedure. */
export interface Candidate {
  procedure: Procedure
  score: number
  features: Float64Array
}

/** Procedures of the same name; the best scored stands for all. */
export interface Group {
  best: Candidate
  members: Candidate[]
  score: number
}

export type Ranking = readonly Group[]

/** A title that may be meant, with what the re-ranker looks at. */
export interface ScoredTitle {
  procedure: number
  /** BM25 of name, body and sayings: the order when there are no trained weights. */
  total: number
  features: Float64Array
}

const candidateCount = 60
/** What the body counts beside the name when candidates are picked. */
const bodyWeight = 0.22
/** What its sayings count beside the name. */
const saidWeight = 0.6
/** Pairs say more than their two words. */
const pairWeight = 0.9
/** Only the heaviest terms of a long story search. */
const maxTerms = 60

/** Finds the titles that a question may mean; holds the arrays that this needs, so one question at a time. */
export class CandidateFinder {
  readonly #index: CatalogueIndex
  readonly #board: QuestionBoard
  readonly #features: FeatureReader
  readonly #best = new Best(candidateCount)

  constructor(index: CatalogueIndex, office: SearchOffice) {
    this.#index = index
    this.#board = new QuestionBoard(index)
    this.#features = new FeatureReader(index, this.#board, office)
  }

  find(question: Question): ScoredTitle[] {
    const { titles, names, bodies, said } = this.#index
    const terms = this.#board.set(question, this.#index)
    this.#search(terms)
    const best = this.#best
    let bestName = 0
    let bestBody = 0
    let bestSaid = 0
    for (let i = 0; i < best.count; i++) {
      bestName = Math.max(bestName, names.score(best.items[i]!))
      bestBody = Math.max(bestBody, bodies.score(titles.procedure[best.items[i]!]!))
      bestSaid = Math.max(bestSaid, said.score(titles.procedure[best.items[i]!]!))
    }
    const found: ScoredTitle[] = []
    const families = new Int32Array(best.count)
    for (let i = 0; i < best.count; i++) {
      const title = best.items[i]!
      const procedure = titles.procedure[title]!
      const scores = {
        name: names.score(title),
        body: bodies.score(procedure),
        said: said.score(procedure),
        bestName,
        bestBody,
        bestSaid,
      }
      families[i] = titles.family[title]!
      found.push({ procedure, total: best.scores[i]!, features: this.#features.read(title, terms, scores) })
    }
    compareSiblings(
      families,
      found.map(({ features }) => features),
    )
    return found
  }

  /** Fills `#best` with the titles of the highest BM25 scores. */
  #search(terms: QuestionTerms): void {
    const { names, bodies, said, titles, firstTitle } = this.#index
    const { typed, expanded } = this.#board
    const queue: { term: number; weight: number }[] = []
    for (const term of terms.typed) {
      const high = Math.max(typed[term]!, expanded[term]!)
      const low = Math.min(typed[term]!, expanded[term]!)
      queue.push({ term, weight: high + 0.25 * low })
    }
    for (const term of terms.expanded) {
      if (typed[term] === 0) queue.push({ term, weight: expanded[term]! })
    }
    for (const pair of terms.pairs) queue.push({ term: pair, weight: typed[pair]! * pairWeight })
    if (queue.length > maxTerms) {
      queue.sort((a, b) => b.weight * names.idf(b.term) - a.weight * names.idf(a.term))
      queue.length = maxTerms
    }
    names.clear()
    bodies.clear()
    said.clear()
    for (const { term, weight } of queue) {
      names.add(term, weight)
      bodies.add(term, weight)
      said.add(term, weight)
    }
    const best = this.#best
    best.clear()
    const seen = names.touched
    for (let i = 0; i < seen.length; i++) {
      const title = seen[i]!
      const procedure = titles.procedure[title]!
      const outside = bodyWeight * bodies.score(procedure) + saidWeight * said.score(procedure)
      best.offer(title, names.score(title) + outside)
    }
    const saidOf = said.touched
    for (let i = 0; i < saidOf.length; i++) {
      const procedure = saidOf[i]!
      const score = bodyWeight * bodies.score(procedure) + saidWeight * said.score(procedure)
      if (score <= best.lowest) continue
      const title = firstTitle[procedure]!
      if (names.score(title) === 0) best.offer(title, score)
    }
    const touched = bodies.touched
    for (let i = 0; i < touched.length; i++) {
      const score = bodyWeight * bodies.score(touched[i]!)
      if (score <= best.lowest || said.score(touched[i]!) > 0) continue
      const title = firstTitle[touched[i]!]!
      if (names.score(title) === 0) best.offer(title, score)
    }
  }
}

/** Best first: the best title of each procedure, procedures of one name together. */
export function orderCandidates(
  titles: readonly ScoredTitle[],
  index: Pick<CatalogueIndex, 'procedures' | 'nameGroups' | 'twins'>,
  weights: Pick<RankingWeights, 'ranking'> | undefined,
): Ranking {
  const model = weights && linearModel(weights.ranking)
  const byProcedure = new Map<number, Candidate>()
  for (const { procedure: at, total, features } of titles) {
    const score = model ? linearScore(features, model) : total
    const known = byProcedure.get(at)
    if (!known || score > known.score) {
      byProcedure.set(at, { procedure: index.procedures[at]!, score, features })
    }
  }
  const groups = new Map<number, Group>()
  for (const [at, candidate] of [...byProcedure].sort(([, a], [, b]) => b.score - a.score)) {
    const key = index.nameGroups[at]!
    const group = groups.get(key)
    if (group) group.members.push(candidate)
    else groups.set(key, { best: candidate, members: [candidate], score: candidate.score })
  }
  return mainTwinFirst([...groups.values()], index.twins)
}

/** What each feature adds to a candidate's score, beside the average candidate; the sum of all is the score. */
export function contributions(
  features: Float64Array,
  { ranking }: Pick<RankingWeights, 'ranking'>,
): { feature: FeatureName; value: number; adds: number }[] {
  return featureNames.map((feature, i) => {
    const { weight, mean, scale } = ranking[feature] ?? { weight: 0, mean: 0, scale: 1 }
    return { feature, value: features[i]!, adds: (weight * (features[i]! - mean)) / scale }
  })
}

interface LinearModel {
  bias: number
  coefficients: Float64Array
}

const linearModels = new WeakMap<RankingWeights['ranking'], LinearModel>()

/** weight × (value − mean) / scale for each feature, worked out once. */
function linearModel(ranking: RankingWeights['ranking']): LinearModel {
  const known = linearModels.get(ranking)
  if (known) return known
  const coefficients = Float64Array.from(featureNames, (name) => {
    const entry = ranking[name]
    return entry ? entry.weight / entry.scale : 0
  })
  const bias = -featureNames.reduce((sum, name, i) => sum + coefficients[i]! * (ranking[name]?.mean ?? 0), 0)
  const model = { bias, coefficients }
  linearModels.set(ranking, model)
  return model
}

function linearScore(values: Float64Array, { bias, coefficients }: LinearModel): number {
  let score = bias
  for (let i = 0; i < coefficients.length; i++) score += coefficients[i]! * values[i]!
  return score
}

/** Keeps the n highest of what it is offered, best first. */
class Best {
  readonly items: Int32Array
  readonly scores: Float64Array
  count = 0
  /** What a score must be above to be kept. */
  lowest = Number.NEGATIVE_INFINITY

  constructor(size: number) {
    this.items = new Int32Array(size)
    this.scores = new Float64Array(size)
  }

  clear(): void {
    this.count = 0
    this.lowest = Number.NEGATIVE_INFINITY
  }

  offer(item: number, score: number): void {
    if (score <= this.lowest) return
    const { items, scores } = this
    let at = this.count < items.length ? this.count++ : items.length - 1
    while (at > 0 && scores[at - 1]! < score) {
      items[at] = items[at - 1]!
      scores[at] = scores[at - 1]!
      at--
    }
    items[at] = item
    scores[at] = score
    if (this.count === items.length) this.lowest = scores[items.length - 1]!
  }
}
