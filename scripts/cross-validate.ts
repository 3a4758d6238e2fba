import { createHash } from 'node:crypto'
import { type ExplainingSearch, mayAnswer, shownOrder } from '../src/catalogue/search/build-search.ts'
import { confidenceFeatures, probability } from '../src/catalogue/search/confidence.ts'
import { orderCandidates, type ScoredTitle } from '../src/catalogue/search/rank.ts'
import type { RankingWeights } from '../src/catalogue/search/ranking-weights.ts'
import type { Question } from '../src/catalogue/search/read-question.ts'
import { fitLogistic, fitRanking } from './fit-ranking.ts'

type Index = ExplainingSearch['index']

export interface LessonSource {
  question: string
  codes: readonly string[]
  /** Only `fresh` counts for thresholds, or `labelled` when there are none; the others help to learn. */
  source: 'labelled' | 'fresh' | 'notForUs' | 'rule' | 'topic' | 'plain' | 'sibling' | 'spoilt' | 'shipped'
  weight: number
  /** When the right codes are not those that the question was labelled with. */
  family?: string
}

/** A question with everything that can be worked out before training. */
export interface Lesson extends LessonSource {
  index: Index
  read: Question
  titles: ScoredTitle[]
  isRight: boolean[]
  hasTopic: boolean
  /** Lessons that share a right code, directly or over others, have the same family and fall in the same fold. */
  family: string
}

/** A ranking of a fold that was not trained on, and what was made of it. */
interface Sample {
  lesson: Lesson
  features: Float64Array
  isRight: boolean
  isAmongFirst: boolean
  /** Whether an outright answer would be given when sure enough. */
  mayAnswer: boolean
  weight: number
}

export interface Judgement extends Sample {
  sure: number
  found: number
}

export const foldCount = 5
/** Of each question so many candidates are learnt from, the first by BM25. */
const learntCandidates = 40
const rankingL2 = 3
const confidenceL2 = 3
/** Rankings from which the right codes were taken out teach what "not in the catalogue" looks like. */
const removedWeight = 0.3

/** @param familyOf from `families` over the sources of all lessons that are validated together. */
export function toLessons(
  search: ExplainingSearch,
  sources: readonly LessonSource[],
  familyOf: (source: LessonSource) => string,
): Lesson[] {
  return sources.map((source) => {
    const { question: read, titles } = search.candidates(source.question)
    const { procedures } = search.index
    const codes = rightCodes(source, search.index)
    return {
      ...source,
      index: search.index,
      read,
      titles,
      codes,
      isRight: titles.map(({ procedure }) => codes.includes(procedures[procedure]!.code)),
      hasTopic: read.topics.length > 0,
      family: source.family ?? familyOf(source),
    }
  })
}

/** Whoever made up a question named one code; copies of the same name are as right. Labels are taken as they are. */
function rightCodes({ source, codes }: LessonSource, { procedures, nameGroups }: Index): readonly string[] {
  if (source === 'labelled' || source === 'fresh' || codes.length === 0) return codes
  const groups = new Set(
    procedures.flatMap(({ code }, at) => (codes.includes(code) ? [nameGroups[at]!] : [])),
  )
  return [...codes, ...procedures.flatMap(({ code }, at) => (groups.has(nameGroups[at]!) ? [code] : []))]
}

export function crossValidate(lessons: readonly Lesson[], seed: number) {
  const foldOf = new Map(lessons.map((lesson) => [lesson, fold(lesson.family, seed)]))
  const ranks: { lesson: Lesson; rank: number }[] = []
  const samples: Sample[] = []
  for (let held = 0; held < foldCount; held++) {
    const ranking = learnRanking(lessons.filter((lesson) => foldOf.get(lesson) !== held))
    for (const lesson of lessons.filter((candidate) => foldOf.get(candidate) === held)) {
      const sample = sampleOf(lesson, lesson.titles, ranking, lesson.weight)
      samples.push(sample)
      if (lesson.codes.length === 0) continue
      const order = shownOrder(orderCandidates(lesson.titles, lesson.index, { ranking }))
      ranks.push({ lesson, rank: order.findIndex(({ code }) => lesson.codes.includes(code)) })
      const others = lesson.titles.filter((_, i) => !lesson.isRight[i])
      samples.push(sampleOf(lesson, others, ranking, lesson.weight * removedWeight))
    }
  }
  const judgements: Judgement[] = []
  for (let held = 0; held < foldCount; held++) {
    const models = learnConfidence(samples.filter(({ lesson }) => foldOf.get(lesson) !== held))
    for (const sample of samples) {
      if (foldOf.get(sample.lesson) !== held || sample.weight < sample.lesson.weight) continue
      const sure = probability(sample.features, models.answer)
      judgements.push({ ...sample, sure, found: probability(sample.features, models.found) })
    }
  }
  return { ranks, judgements, samples }
}

/** The final weights: the ranking from all lessons, the confidence from rankings that had not seen their question. */
export function trainAll(
  lessons: readonly Lesson[],
  samples: readonly Sample[],
): Pick<RankingWeights, 'ranking' | 'answer' | 'found'> {
  return { ranking: learnRanking(lessons), ...learnConfidence(samples) }
}

function learnRanking(lessons: readonly Lesson[]): RankingWeights['ranking'] {
  return fitRanking(
    lessons
      .filter(({ isRight }) => isRight.includes(true) && isRight.includes(false))
      .map(({ titles, isRight, weight }) => {
        // The best of the others teach all that there is to learn.
        const kept = titles.flatMap((_, i) => (i < learntCandidates || isRight[i] ? [i] : []))
        return {
          features: kept.map((i) => titles[i]!.features),
          isRight: kept.map((i) => isRight[i]!),
          weight,
        }
      }),
    rankingL2,
  )
}

function learnConfidence(samples: readonly Sample[]): Pick<RankingWeights, 'answer' | 'found'> {
  const examples = (isTrue: (sample: Sample) => boolean) =>
    samples.map((sample) => ({ features: sample.features, isTrue: isTrue(sample), weight: sample.weight }))
  return {
    answer: fitLogistic(
      examples(({ isRight }) => isRight),
      confidenceL2,
    ),
    found: fitLogistic(
      examples(({ isAmongFirst }) => isAmongFirst),
      confidenceL2,
    ),
  }
}

function sampleOf(
  lesson: Lesson,
  titles: readonly ScoredTitle[],
  ranking: RankingWeights['ranking'],
  weight: number,
): Sample {
  const ordered = orderCandidates(titles, lesson.index, { ranking })
  const order = shownOrder(ordered)
  const rank = order.findIndex(({ code }) => lesson.codes.includes(code))
  return {
    lesson,
    features: confidenceFeatures(lesson.read, ordered),
    isRight: rank === 0 || (rank === 1 && order.length > ordered.length),
    isAmongFirst: rank >= 0 && rank < 5,
    mayAnswer:
      !lesson.read.topics.some(({ always }) => always) && mayAnswer(lesson.read, ordered, lesson.index),
    weight,
  }
}

export function families(sources: readonly LessonSource[]): (source: LessonSource) => string {
  const parent = new Map<string, string>()
  const root = (code: string): string => {
    const above = parent.get(code) ?? code
    return above === code ? code : root(above)
  }
  for (const { codes } of sources) for (const code of codes) parent.set(root(code), root(codes[0]!))
  return ({ codes, question }) => (codes[0] === undefined ? question : root(codes[0]))
}

function fold(family: string, seed: number): number {
  return createHash('sha256').update(`${seed}:${family}`).digest().readUInt32BE(0) % foldCount
}
