import { z } from 'zod'
import { featureNames } from './feature-names.ts'

/** The logistic models behind "sure enough to answer" and "is it in the catalogue at all". */
export const confidenceNames = [
  'share',
  'margin',
  'question-coverage',
  'name-coverage',
  'head-coverage',
  'expansion-coverage',
  'expansion-run',
  'expansion-gap',
  'pair-coverage',
  'unknown-share',
  'content-words',
  'question-length',
  'name-score',
  'longest-run',
  'action-missing',
  'action-not-asked',
  'wish-coverage',
  'expansion-head',
  'head-run',
  'has-topic',
  'qualifier-gap',
  'said-score',
  'saying-coverage',
  'question-in-saying',
  'saying-pairs',
  'question-in-name-or-sayings',
  'name-share',
  'said-share',
  'coverage-lead',
  'saying-lead',
  'saying-in-stretch',
  'among-siblings',
  'score',
] as const
export type ConfidenceName = (typeof confidenceNames)[number]

const logisticSchema = z.strictObject({
  bias: z.number(),
  weights: z.partialRecord(z.enum(confidenceNames), z.number()),
})
export type Logistic = z.infer<typeof logisticSchema>

const weightsSchema = z.strictObject({
  version: z.literal(1),
  trainedOn: z.iso.date(),
  /** sha256 of the questions trained on. */
  trainingSet: z.string().regex(/^[0-9a-f]{64}$/),
  /** Score = sum of weight × (value − mean) / scale. */
  ranking: z.partialRecord(
    z.enum(featureNames),
    z.strictObject({ weight: z.number(), mean: z.number(), scale: z.number().positive() }),
  ),
  answer: logisticSchema,
  found: logisticSchema,
  thresholds: z.strictObject({
    /** Answer outright from this confidence on. */
    answer: z.number(),
    /** Below this the catalogue does not hold it. */
    found: z.number(),
  }),
})
export type RankingWeights = z.infer<typeof weightsSchema>

/** @param json the parsed `data/search/weights.json`; undefined when it is not a weights file of this version. */
export function parseRankingWeights(json: unknown): RankingWeights | undefined {
  const result = weightsSchema.safeParse(json)
  return result.success ? result.data : undefined
}
