import { fold } from '../../catalogue/entry.ts'
import type { Report } from '../report.ts'

/** Why two reports may tell of the same thing. */
export type SimilarityReason =
  | { kind: 'procedure'; name: string }
  | { kind: 'people' }
  | { kind: 'place' }
  | { kind: 'concern' }
  | { kind: 'amount'; vnd: number }
  /** Share of the shorter story's pairs of syllables that the other has too, 0–100. */
  | { kind: 'story'; percent: number }
  | { kind: 'days'; apart: number }

export interface Similarity {
  /** 0 … 1; the parts below added up. */
  score: number
  reasons: SimilarityReason[]
}

export type Comparable = Pick<Report, 'receivedAt' | 'concerns' | 'content'>

/**
 * What each sign is worth. No sign but a story told in the same words is enough alone: a counter that many people go to
 * would else gather reports that have nothing to do with each other.
 */
const weights = {
  procedure: 0.2,
  people: 0.25,
  place: 0.15,
  concern: 0.2,
  amount: 0.15,
  story: 0.6,
  days: 0.1,
}
/** From here on a pair is worth an officer's look. */
const worthShowing = 0.4
const nearDays = 14
const dayMs = 86_400_000
/** Less than this much of the words in common is what any two reports to one office have. */
const leastStoryShare = 0.15
/** A sign of a few words counts when at least this share of the shorter one is in the other. */
const leastWordShare = 0.6

/** How much two reports look like one and the same matter, and by what; the same both ways round. */
export function similarity(a: Comparable, b: Comparable): Similarity {
  const reasons: SimilarityReason[] = []
  let score = 0
  const add = (reason: SimilarityReason, worth: number) => {
    reasons.push(reason)
    score += worth
  }

  const procedure = a.content.payment?.procedure
  if (procedure && procedure.code === b.content.payment?.procedure?.code) {
    add({ kind: 'procedure', name: procedure.name }, weights.procedure)
  }
  if (sharesWords(a.content.people, b.content.people)) add({ kind: 'people' }, weights.people)
  if (sharesWords(placeOf(a), placeOf(b))) add({ kind: 'place' }, weights.place)
  if (
    a.concerns.officers.some((id) => b.concerns.officers.includes(id)) ||
    a.concerns.units.some((unit) => b.concerns.units.includes(unit))
  ) {
    add({ kind: 'concern' }, weights.concern)
  }
  const vnd = a.content.payment?.askedVnd
  if (vnd !== undefined && vnd === b.content.payment?.askedVnd) add({ kind: 'amount', vnd }, weights.amount)
  const share = shareOf(pairsOf(a.content.story), pairsOf(b.content.story))
  if (share >= leastStoryShare) {
    add({ kind: 'story', percent: Math.round(share * 100) }, weights.story * share)
  }
  const apart = Math.floor(Math.abs(a.receivedAt.getTime() - b.receivedAt.getTime()) / dayMs)
  if (score > 0 && apart <= nearDays)
    add({ kind: 'days', apart }, weights.days * (1 - apart / (nearDays + 1)))
  return { score: Math.min(1, score), reasons }
}

/** The candidates worth an officer's look, the most similar first. */
export function mostSimilar<T extends Comparable>(
  report: Comparable,
  candidates: readonly T[],
  limit: number,
): { report: T; similarity: Similarity }[] {
  return candidates
    .map((candidate) => ({ report: candidate, similarity: similarity(report, candidate) }))
    .filter((found) => found.similarity.score >= worthShowing)
    .sort((x, y) => y.similarity.score - x.similarity.score)
    .slice(0, limit)
}

const placeOf = ({ content }: Comparable): string | undefined => content.place ?? content.payment?.counter

function syllablesOf(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? []
}

function pairsOf(story: string): Set<string> {
  const syllables = syllablesOf(story)
  return new Set(syllables.slice(1).map((syllable, index) => `${syllables[index]} ${syllable}`))
}

function sharesWords(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false
  const [one, other] = [new Set(syllablesOf(a)), new Set(syllablesOf(b))]
  // "anh A" and "chị A" share a syllable of two, and nobody.
  return Math.min(one.size, other.size) >= 2 && shareOf(one, other) >= leastWordShare
}

/** Of the smaller set; too few to tell anything count as nothing. */
function shareOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const size = Math.min(a.size, b.size)
  if (size < 2) return 0
  let common = 0
  for (const word of a) if (b.has(word)) common++
  return common / size
}
