import { type Fraction, fraction } from './fraction.ts'

/**
 * How an index is made of answers. A figure is stored and printed with the id and version of its method; a method is
 * never changed, it gets a new version. All leave "chưa từng sử dụng" and empty answers out of the denominator.
 */
export const methodIds = [
  'share45_pooled',
  'share45_mean_of_groups',
  'share45_mean_of_items',
  'mean_over_5',
  'mean_rescaled',
] as const
export type MethodId = (typeof methodIds)[number]

export interface IndexMethod {
  id: MethodId
  version: number
  /** What one answer is worth, 0 to 1. `satisfied`: 1 for levels 4 and 5. `level`: (level − 1) ÷ 4. */
  score: 'satisfied' | 'level'
  /** What has the same say, weights apart: each answer, each group or each item. */
  averages: 'answers' | 'groups' | 'items'
  /** Percent of the worst and of the best possible answer: 0 and 100, but 20 and 100 for the mean over 5. */
  worst: number
  best: number
}

export const indexMethods: Readonly<Record<MethodId, IndexMethod>> = {
  share45_pooled: {
    id: 'share45_pooled',
    version: 1,
    score: 'satisfied',
    averages: 'answers',
    worst: 0,
    best: 100,
  },
  share45_mean_of_groups: {
    id: 'share45_mean_of_groups',
    version: 1,
    score: 'satisfied',
    averages: 'groups',
    worst: 0,
    best: 100,
  },
  share45_mean_of_items: {
    id: 'share45_mean_of_items',
    version: 1,
    score: 'satisfied',
    averages: 'items',
    worst: 0,
    best: 100,
  },
  // 100 × mean ÷ 5 = 20 + 80 × (mean − 1) ÷ 4
  mean_over_5: { id: 'mean_over_5', version: 1, score: 'level', averages: 'answers', worst: 20, best: 100 },
  mean_rescaled: {
    id: 'mean_rescaled',
    version: 1,
    score: 'level',
    averages: 'answers',
    worst: 0,
    best: 100,
  },
}

const fourths = [0, 1, 2, 3, 4].map((part) => fraction(part, 4))

export function scoreOf({ score }: IndexMethod, level: number): Fraction {
  if (score === 'level') return fourths[level - 1]!
  return level >= 4 ? fourths[4]! : fourths[0]!
}

/** The same as a floating-point number, for intervals. */
export function scoreNumber({ score }: IndexMethod, level: number): number {
  if (score === 'level') return (level - 1) / 4
  return level >= 4 ? 1 : 0
}

/** From the mean score, 0 to 1, to percent. */
export function percentOf({ worst, best }: IndexMethod, score: Fraction): Fraction {
  return fraction(BigInt(worst) * score.den + BigInt(best - worst) * score.num, score.den)
}
