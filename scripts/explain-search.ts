import type { ExplainingSearch } from '../src/catalogue/search/build-search.ts'
import { contributions } from '../src/catalogue/search/rank.ts'
import type { RankingWeights } from '../src/catalogue/search/ranking-weights.ts'

/** How many candidates are explained. */
const shown = 5

/** Why each candidate stands where it does, as plain data: what was read, then what each feature adds to each score. */
export function explainSearch(search: ExplainingSearch, text: string, weights: RankingWeights | undefined) {
  const { question, ranking, sure, found, outcome } = search.explain(text)
  const candidates = ranking.slice(0, shown).map(({ best, members }) => ({
    code: best.procedure.code,
    name: best.procedure.name,
    sameName: members.length - 1,
    score: round(best.score),
    adds: weights
      ? Object.fromEntries(
          contributions(best.features, weights)
            .filter(({ adds }) => Math.abs(adds) >= 0.005)
            .sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds))
            .map(({ feature, adds }) => [feature, round(adds)]),
        )
      : {},
  }))
  return {
    words: question.words.map(({ accented, weight }) => ({ word: accented, weight: round(weight) })),
    expansions: question.expansions.map(({ tokens, weight }) => ({
      words: tokens.map(({ accented }) => accented).join(' '),
      weight,
    })),
    sections: question.sections,
    topics: question.topics,
    actions: [...question.actions],
    qualifiers: [...question.qualifiers],
    outcome: outcome.kind,
    sure: { probability: round(sure), answersFrom: weights?.thresholds.answer },
    found: { probability: round(found), refusesBelow: weights?.thresholds.found },
    candidates,
  }
}

export type SearchExplanation = ReturnType<typeof explainSearch>

/** Two tables: the candidates, and under them what each feature adds, the most telling first. */
export function printExplanation({ candidates, words, ...rest }: SearchExplanation): void {
  console.log(words.map(({ word, weight }) => `${word}:${weight}`).join(' '))
  console.log(JSON.stringify(rest, undefined, 1))
  console.table(
    candidates.map(({ adds: _, name, ...candidate }) => ({ ...candidate, name: name.slice(0, 90) })),
  )
  const spread = (feature: string) => {
    const all = candidates.map(({ adds }) => adds[feature] ?? 0)
    return Math.max(...all) - Math.min(...all)
  }
  const features = [...new Set(candidates.flatMap(({ adds }) => Object.keys(adds)))]
  const rows = features
    .sort((a, b) => spread(b) - spread(a))
    .map((feature) => [
      feature,
      Object.fromEntries(candidates.map(({ code, adds }) => [code, adds[feature] ?? 0])),
    ])
  console.table(Object.fromEntries(rows))
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
