import { createHash } from 'node:crypto'
import { type CountedQuestion, type QuestionOutcome, questionOutcomes } from '../unanswered-question.ts'
import type { QuestionWords } from './question-words.ts'

/** Questions that ask for the same, the most asked one first. */
export interface QuestionGroup {
  /** The same as long as its first question is the same. */
  id: string
  questions: CountedQuestion[]
  count: number
  outcomes: { outcome: QuestionOutcome; count: number }[]
  firstAskedAt: Date
  lastAskedAt: Date
}

/** Share of the weight of all words, rare ones weighing more, that two questions must have in common. */
const leastLikeness = 0.5
/** A pair of neighbouring syllables is mostly one word, and tells more than the two apart. */
const pairWeight = 0.7

/**
 * Groups by the words of the search. The most asked question leads; each further one joins the leader that it is most
 * like, else it leads a group of its own. The same questions in any order make the same groups.
 */
export function groupQuestions(
  questions: readonly CountedQuestion[],
  wordsOf: QuestionWords,
): QuestionGroup[] {
  const sorted = [...questions].sort((a, b) => b.count - a.count || compare(a.key, b.key))
  const byKey = new Map<string, CountedQuestion[]>()
  for (const question of sorted) {
    const same = byKey.get(question.key)
    if (same) same.push(question)
    else byKey.set(question.key, [question])
  }
  const asked = [...byKey].map(([key, rows]) => ({ key, rows, count: sum(rows) }))
  asked.sort((a, b) => b.count - a.count || compare(a.key, b.key))

  const terms = asked.map(({ rows }) => termsOf(wordsOf(rows[0]!.text)))
  const weightOf = weigh(terms)
  const leaders: { at: number; weight: number }[] = []
  const leadersWith = new Map<string, number[]>()
  const members: number[][] = []
  for (const [at, own] of terms.entries()) {
    const weight = own.reduce((total, term) => total + weightOf(term), 0)
    const shared = new Map<number, number>()
    for (const term of own) {
      for (const leader of leadersWith.get(term) ?? [])
        shared.set(leader, (shared.get(leader) ?? 0) + weightOf(term))
    }
    let best: { leader: number; likeness: number } | undefined
    for (const [leader, common] of shared) {
      const likeness = common / (weight + leaders[leader]!.weight - common)
      if (likeness < leastLikeness) continue
      if (!best || likeness > best.likeness || (likeness === best.likeness && leader < best.leader)) {
        best = { leader, likeness }
      }
    }
    if (best) {
      members[best.leader]!.push(at)
      continue
    }
    const leader = leaders.push({ at, weight }) - 1
    members.push([at])
    for (const term of own) {
      const list = leadersWith.get(term)
      if (list) list.push(leader)
      else leadersWith.set(term, [leader])
    }
  }
  const groups = members.map((list) => toGroup(list.flatMap((at) => asked[at]!.rows)))
  return groups.sort((a, b) => b.count - a.count || compare(a.id, b.id))
}

/** Words and pairs of neighbours, each once. */
function termsOf(words: readonly string[]): string[] {
  const pairs = words.slice(1).map((word, at) => `${words[at]} ${word}`)
  return [...new Set([...words, ...pairs])]
}

/** Rare terms weigh more. */
function weigh(terms: readonly (readonly string[])[]): (term: string) => number {
  const counts = new Map<string, number>()
  for (const own of terms) for (const term of own) counts.set(term, (counts.get(term) ?? 0) + 1)
  return (term) => {
    const rarity = Math.log(1 + terms.length / (1 + (counts.get(term) ?? 0))) + 0.1
    return term.includes(' ') ? rarity * pairWeight : rarity
  }
}

function toGroup(questions: CountedQuestion[]): QuestionGroup {
  const outcomes = questionOutcomes.flatMap((outcome) => {
    const count = sum(questions.filter((question) => question.outcome === outcome))
    return count > 0 ? [{ outcome, count }] : []
  })
  const times = (read: (question: CountedQuestion) => Date) => questions.map((one) => read(one).getTime())
  return {
    id: createHash('sha256').update(questions[0]!.key).digest('hex').slice(0, 16),
    questions,
    count: sum(questions),
    outcomes,
    firstAskedAt: new Date(Math.min(...times(({ firstAskedAt }) => firstAskedAt))),
    lastAskedAt: new Date(Math.max(...times(({ lastAskedAt }) => lastAskedAt))),
  }
}

const sum = (rows: readonly CountedQuestion[]): number => rows.reduce((total, { count }) => total + count, 0)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
