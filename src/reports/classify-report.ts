import {
  type Abbreviation,
  Abbreviations,
  isMarked,
  PhraseIndex,
  type Token,
  tokenise,
} from '../catalogue/entry.ts'
import { mendWords } from './mend-words.ts'
import { type ReportTalkKind, type ReportWords, reportTalkKinds } from './report-words.ts'

export interface ReportTalk {
  kind: ReportTalkKind | 'none'
  /**
   * 0 to 1: how much more speaks for this kind than for the next one. Below one half the dialog asks. For `none`: 1
   * when no word of the file was said.
   */
  confidence: number
}

export type ClassifyReport = (text: string) => ReportTalk

interface Group {
  kind: ReportTalkKind
  weight: number
  unless: PhraseIndex<true>
  isDeniable: boolean
}

/** How many words may stand between a negation and what it denies: "không phải đưa phong bì". */
const negationReach = 3
/** The second and further signs of one kind add less: they often say the same twice. */
const furtherSign = 0.3
const maxChars = 2_000

/**
 * Recognises what people tell about the service: informal payments, delay, other feedback, complaints and
 * denunciations in law, danger to life. Never throws.
 *
 * @param chatSpelling "ko" → "không" and the like, as in `intents/chat-spelling.yaml`
 */
export function createReportClassifier(
  words: ReportWords,
  chatSpelling: readonly Abbreviation[],
): ClassifyReport {
  const spelling = new Abbreviations(chatSpelling)
  const read = (text: string): Token[] => spelling.expand(tokenise(text))
  const indexOf = (phrases: readonly string[]): PhraseIndex<true> => {
    const index = new PhraseIndex<true>(read)
    for (const phrase of phrases) index.add(phrase, true)
    return index
  }
  const signs = new PhraseIndex<Group>(read)
  for (const { kind, weight, say, unless = [], deny } of words.groups) {
    const group: Group = { kind, weight, unless: indexOf(unless), isDeniable: deny }
    for (const phrase of say) signs.add(phrase, group)
  }
  const negations = indexOf(words.negations)
  const stillMeant = indexOf(words['not-negated-when'])
  const mend = mendWords(words.groups.flatMap(({ say }) => say).flatMap(read))

  return (text) => {
    const tokens = mend(read(text.slice(0, maxChars)))
    const marked = isMarked(tokens)
    const denials = negations.find(tokens, marked)
    const conditions = stillMeant.find(tokens, marked)
    const isDenied = (start: number) =>
      denials.some(({ end }) => end <= start && start - end < negationReach) &&
      !conditions.some((match) => match.start >= start)
    const excluded = new Map<Group, boolean>()
    const isExcluded = (group: Group) => {
      const known = excluded.get(group) ?? group.unless.find(tokens, marked).length > 0
      excluded.set(group, known)
      return known
    }

    const found = new Map<ReportTalkKind, number[]>()
    for (const { value: group, start } of signs.find(tokens, marked)) {
      if (group.isDeniable && isDenied(start)) continue
      if (isExcluded(group)) continue
      found.set(group.kind, [...(found.get(group.kind) ?? []), group.weight])
    }
    return decide(found, words)
  }
}

function decide(
  found: ReadonlyMap<ReportTalkKind, readonly number[]>,
  { enough, groups }: ReportWords,
): ReportTalk {
  const order = [...new Set(groups.map(({ kind }) => kind))]
  const scores = reportTalkKinds
    .map((kind) => ({ kind, score: score(found.get(kind) ?? []) }))
    .sort((a, b) => b.score - a.score || order.indexOf(a.kind) - order.indexOf(b.kind))
  const [best, second] = scores
  if (!best || best.score < enough) return { kind: 'none', confidence: 1 - (best?.score ?? 0) / enough / 2 }
  const lead = (best.score - (second?.score ?? 0)) / best.score
  return { kind: best.kind, confidence: Math.min(1, 0.4 + 0.6 * lead) }
}

function score(weights: readonly number[]): number {
  const [first = 0, ...further] = [...weights].sort((a, b) => b - a)
  return first + furtherSign * Math.min(3, further.length) * Math.min(1, first)
}
