import type { Token } from '../text/tokenise.ts'
import type { CatalogueIndex } from './catalogue-index.ts'
import type { Question } from './read-question.ts'

/** A question in term numbers, made once per question. */
export interface QuestionTerms {
  /** term → weight; from the words typed, and from lay rules. */
  typed: Map<number, number>
  expanded: Map<number, number>
  pairs: Map<number, number>
  /** Word sequences for the longest common run: what was typed, then each expansion. */
  typedRun: Int32Array
  expansionRuns: { terms: Int32Array; weight: number; unknownCount: number }[]
  accents: Map<number, string>
  numbers: Set<string>
  isNegated: boolean
  /** Weights of words and pairs that no title holds: they count against every title. */
  unknown: { typed: number; pairs: number }
  /** Weights times rarity of what titles do hold. */
  sums: { typed: number; pairs: number }
}

/** Numbers the question's words and pairs; what no title holds is kept as `unknown`. */
export function questionTerms(question: Question, index: CatalogueIndex): QuestionTerms {
  const typed = new Map<number, number>()
  const expanded = new Map<number, number>()
  const pairs = new Map<number, number>()
  const accents = new Map<number, string>()
  const { terms, names } = index
  const raise = (map: Map<number, number>, term: number, weight: number) => {
    if (weight > (map.get(term) ?? 0)) map.set(term, weight)
  }
  const unknown = { typed: 0, pairs: 0 }
  const content = question.words.filter(({ weight }) => weight > 0.1)
  const ids = content.map(({ folded }) => terms.find(folded))
  for (const [i, word] of content.entries()) {
    const id = ids[i]
    const before = i > 0 ? content[i - 1]! : undefined
    if (id === undefined) {
      unknown.typed += word.weight
      if (before) unknown.pairs += unknownPairShare * Math.sqrt(before.weight * word.weight)
      continue
    }
    raise(typed, id, word.weight)
    if (question.isMarked && !word.repaired) accents.set(id, word.accented)
    const previous = i > 0 ? ids[i - 1] : undefined
    if (previous === undefined) continue
    const pair = terms.findPair(previous, id)
    const weight = Math.sqrt(content[i - 1]!.weight * word.weight)
    if (pair === undefined) {
      unknown.pairs += unknownPairShare * weight
      continue
    }
    raise(pairs, pair, names.documentCount(pair) <= rarePair ? Math.max(weight, 0.6) : weight)
  }
  const expansionRuns = question.expansions.map(({ tokens, weight }) => {
    const sequence = tokens.flatMap(({ folded }) => terms.find(folded) ?? [])
    for (const [i, id] of sequence.entries()) {
      raise(expanded, id, weight)
      const pair = i > 0 ? terms.findPair(sequence[i - 1]!, id) : undefined
      if (pair !== undefined) raise(pairs, pair, weight)
    }
    return { terms: Int32Array.from(sequence), weight, unknownCount: tokens.length - sequence.length }
  })
  const folded = question.words.map((word) => word.folded).join(' ')
  return {
    typed,
    expanded,
    pairs,
    accents,
    typedRun: Int32Array.from(ids.flatMap((id) => id ?? [])),
    expansionRuns,
    numbers: numbersIn(question.words),
    unknown,
    sums: { typed: weightedSum(typed, names), pairs: weightedSum(pairs, names) },
    isNegated: /\b(?:khong thuoc|khong phai|tru|ngoai tru|chua|khong)\b/.test(folded),
  }
}

/** A pair in at most this many titles means something even when both its words are small ("con nuôi"). */
const rarePair = 40

/** Neighbours that are no pair in any title are often chance ("lương hưu" "không"), so they count little. */
const unknownPairShare = 0.3

/** Numbers of up to three digits: ages, classes, grades; longer ones are years and codes. */
export function numbersIn(tokens: readonly Token[]): Set<string> {
  return new Set(tokens.filter(({ folded }) => /^\d{1,3}$/.test(folded)).map(({ folded }) => folded))
}

function weightedSum(weights: ReadonlyMap<number, number>, names: { idf(term: number): number }): number {
  let sum = 0
  for (const [term, weight] of weights) sum += weight * names.idf(term)
  return sum
}
