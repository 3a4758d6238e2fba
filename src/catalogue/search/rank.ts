import type { Procedure } from '../procedure.ts'
import type { CatalogueIndex } from './catalogue-index.ts'
import { type FeatureReader, featureNames } from './features.ts'
import { type QuestionTerms, questionTerms } from './question-terms.ts'
import type { RankingWeights } from './ranking-weights.ts'
import type { Question } from './read-question.ts'

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
  /** BM25 of name and body: the order when there are no trained weights. */
  total: number
  features: Float64Array
}

const candidateCount = 60
/** What the body counts beside the name when candidates are picked. */
const bodyWeight = 0.22
/** Pairs say more than their two words. */
const pairWeight = 0.9
/** Only the heaviest terms of a long story search. */
const maxTerms = 60

export function findCandidates(
  question: Question,
  index: CatalogueIndex,
  features: FeatureReader,
): ScoredTitle[] {
  const terms = questionTerms(question, index)
  const picked = pickCandidates(terms, index)
  const bestName = picked.reduce((best, { name }) => Math.max(best, name), 0)
  const bestBody = picked.reduce((best, { body }) => Math.max(best, body), 0)
  return picked.map(({ title, name, body, total }) => ({
    procedure: index.titles[title]!.procedure,
    total,
    features: features.read(title, question, terms, { name, body, bestName, bestBody }),
  }))
}

/** Best first: the best title of each procedure, procedures of one name together. */
export function orderCandidates(
  titles: readonly ScoredTitle[],
  index: Pick<CatalogueIndex, 'procedures' | 'nameKeys'>,
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
  const groups = new Map<string, Group>()
  for (const [at, candidate] of [...byProcedure].sort(([, a], [, b]) => b.score - a.score)) {
    const key = index.nameKeys[at]!
    const group = groups.get(key)
    if (group) group.members.push(candidate)
    else groups.set(key, { best: candidate, members: [candidate], score: candidate.score })
  }
  return [...groups.values()]
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

interface Picked {
  title: number
  name: number
  body: number
  total: number
}

function pickCandidates(terms: QuestionTerms, index: CatalogueIndex): Picked[] {
  const { names, bodies } = index
  const weighted = new Map<number, number>()
  const raise = (term: number, weight: number) => {
    const known = weighted.get(term)
    weighted.set(
      term,
      known === undefined ? weight : Math.max(known, weight) + 0.25 * Math.min(known, weight),
    )
  }
  for (const [term, weight] of terms.typed) raise(term, weight)
  for (const [term, weight] of terms.expanded) raise(term, weight)
  for (const [term, weight] of terms.pairs) raise(term, weight * pairWeight)
  let queue = [...weighted]
  if (queue.length > maxTerms) {
    queue = queue.sort((a, b) => b[1] * names.idf(b[0]) - a[1] * names.idf(a[0])).slice(0, maxTerms)
  }
  names.clear()
  bodies.clear()
  for (const [term, weight] of queue) {
    names.add(term, weight)
    bodies.add(term, weight)
  }
  const best = new Best(candidateCount)
  const seen = names.touched
  for (let i = 0; i < seen.length; i++) {
    const title = seen[i]!
    best.offer(title, names.score(title) + bodyWeight * bodies.score(index.titles[title]!.procedure))
  }
  const touched = bodies.touched
  for (let i = 0; i < touched.length; i++) {
    const title = index.firstTitle[touched[i]!]!
    if (names.score(title) === 0) best.offer(title, bodyWeight * bodies.score(touched[i]!))
  }
  return best.list().map(({ item, score }) => ({
    title: item,
    name: names.score(item),
    body: bodies.score(index.titles[item]!.procedure),
    total: score,
  }))
}

/** Keeps the n highest of what it is offered. */
class Best {
  readonly #size: number
  readonly #heap: { item: number; score: number }[] = []

  constructor(size: number) {
    this.#size = size
  }

  offer(item: number, score: number): void {
    const heap = this.#heap
    if (heap.length === this.#size && score <= heap[heap.length - 1]!.score) return
    let at = heap.length < this.#size ? heap.length : this.#size - 1
    while (at > 0 && heap[at - 1]!.score < score) {
      heap[at] = heap[at - 1]!
      at--
    }
    heap[at] = { item, score }
  }

  list(): readonly { item: number; score: number }[] {
    return this.#heap
  }
}
