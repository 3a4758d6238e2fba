import type { Section } from '../procedure.ts'
import type { PhraseMatch } from '../text/phrase-index.ts'

export interface SectionMatch {
  section: Section | 'none'
  weight: number
  onlyAtEnd: boolean
  onlyAlone: boolean
}

/**
 * From the first a phrase names a section surely ("lệ phí bao nhiêu"), from the second it mentions one ("online"),
 * below it is vague ("được không"). Each kind counts only when none of a surer kind is said.
 */
const certainties = [1, 0.8, 0]

/** Courtesy may still follow: at most two more words. */
const courtesyTokens = 2

/**
 * The sections that section phrases ask for, in the order of the question. Where phrases overlap the longest counts
 * ("mất bao nhiêu ngày" is time, not fee); no phrase reaches from one clause into the next.
 *
 * @param clauseEnds indexes after the last token of each clause, ascending; the last one is the number of tokens
 * @returns `used`: the matches that count, in order, for telling these words from those that name a procedure
 */
export function resolveSections(
  matches: readonly PhraseMatch<SectionMatch>[],
  clauseEnds: readonly number[],
): { sections: Section[]; used: PhraseMatch<SectionMatch>[] } {
  const used: PhraseMatch<SectionMatch>[] = []
  const byLength = matches
    .filter((match) => isPlaced(match, matches, clauseEnds))
    .sort((a, b) => b.length - a.length || b.value.weight - a.value.weight || b.start - a.start)
  for (const match of byLength) {
    if (used.every((other) => match.end <= other.start || match.start >= other.end)) used.push(match)
  }
  used.sort((a, b) => a.start - b.start)
  for (const certainty of certainties) {
    const found = new Set<Section>()
    for (const { value } of used) {
      if (value.section !== 'none' && value.weight >= certainty) found.add(value.section)
    }
    if (found.size > 0) return { sections: [...found], used }
  }
  return { sections: [], used }
}

function isPlaced(
  { value, start, end }: PhraseMatch<SectionMatch>,
  matches: readonly PhraseMatch<SectionMatch>[],
  clauseEnds: readonly number[],
): boolean {
  const clause = clauseEnds.findIndex((after) => after > start)
  const clauseStart = clauseEnds[clause - 1] ?? 0
  const clauseEnd = clauseEnds[clause] ?? end
  if (end > clauseEnd) return false
  if (value.onlyAtEnd && clauseEnd - end > courtesyTokens) return false
  if (!value.onlyAlone) return true
  // "hồ sơ, thời gian và lệ phí": what else may be asked for alone is no other word.
  const listed = matches.filter((match) => match.value.onlyAlone)
  let others = 0
  for (let i = clauseStart; i < clauseEnd; i++) {
    if (listed.every((match) => i < match.start || i >= match.end)) others++
  }
  const isWholeText = clauseEnd - clauseStart === clauseEnds.at(-1)
  return others <= (isWholeText ? courtesyTokens : 1)
}
