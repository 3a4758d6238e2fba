import { type FeatureName, featureNames } from './feature-names.ts'
import type { Ranking } from './rank.ts'
import { type ConfidenceName, confidenceNames, type Logistic } from './ranking-weights.ts'
import type { Question } from './read-question.ts'

const rivalCount = 8

/** What tells a sure answer from a guess; the order is that of `confidenceNames`. */
export function confidenceFeatures(question: Question, groups: Ranking): Float64Array {
  const [first, second] = groups
  const feature = (name: FeatureName) => first?.best.features[featureNames.indexOf(name)] ?? 0
  const rivals = groups.slice(1, 1 + rivalCount)
  /** How much more of it the first has than any of the next. */
  const lead = (name: FeatureName) =>
    feature(name) - Math.max(0, ...rivals.map(({ best }) => best.features[featureNames.indexOf(name)] ?? 0))
  const content = question.words.filter(({ weight }) => weight > 0.5).length
  const values: Record<ConfidenceName, number> = {
    share: softmaxShare(groups.map(({ score }) => score)),
    margin: first && second ? Math.min(5, first.score - second.score) : 5,
    'question-coverage': feature('question-coverage'),
    'name-coverage': feature('name-coverage'),
    'head-coverage': feature('head-coverage'),
    'expansion-coverage': feature('expansion-coverage'),
    'expansion-run': feature('expansion-run'),
    // A lay rule says what is wanted, and the first procedure does not hold it.
    'expansion-gap': question.isTranslated ? Math.max(0, 1 - feature('expansion-coverage')) : 0,
    'pair-coverage': feature('pair-coverage'),
    'unknown-share': question.unknownCount / Math.max(1, content),
    'content-words': Math.log1p(content),
    'question-length': Math.log1p(question.words.length),
    'name-score': feature('name-score'),
    'longest-run': feature('longest-run'),
    'action-missing': feature('action-missing'),
    'action-not-asked': feature('action-not-asked'),
    'wish-coverage': feature('wish-coverage'),
    'expansion-head': feature('expansion-head'),
    'head-run': feature('head-run'),
    // Words of something that is no procedure; only a hint, since procedures hold such words too.
    'has-topic': question.topics.length > 0 ? 1 : 0,
    'qualifier-gap': feature('qualifier-missing') + feature('qualifier-not-asked'),
    'said-score': feature('said-score'),
    'saying-coverage': feature('saying-coverage'),
    'question-in-saying': feature('question-in-saying'),
    'saying-pairs': feature('saying-pairs'),
    'question-in-name-or-sayings': feature('question-in-name-or-sayings'),
    'name-share': feature('name-share'),
    'said-share': feature('said-share'),
    'coverage-lead': lead('question-in-name-or-sayings'),
    'saying-lead': lead('saying-coverage'),
    'saying-in-stretch': feature('saying-in-stretch'),
    'among-siblings': feature('among-siblings'),
    score: first?.score ?? 0,
  }
  return Float64Array.from(confidenceNames, (name) => values[name])
}

export function probability(features: Float64Array, model: Logistic): number {
  let sum = model.bias
  for (const [i, name] of confidenceNames.entries()) sum += (model.weights[name] ?? 0) * features[i]!
  return 1 / (1 + Math.exp(-sum))
}

function softmaxShare(scores: readonly number[]): number {
  const best = scores[0]
  if (best === undefined) return 0
  return 1 / scores.reduce((sum, score) => sum + Math.exp(score - best), 0)
}
