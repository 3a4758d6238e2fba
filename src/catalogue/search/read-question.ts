import type { Section } from '../procedure.ts'
import { Abbreviations } from '../text/abbreviations.ts'
import { decodeTyping } from '../text/decode-typing.ts'
import { isMarked, PhraseIndex } from '../text/phrase-index.ts'
import { type Token, tokenise } from '../text/tokenise.ts'
import type { SearchIntents } from './search-intents.ts'
import { resolveSections, type SectionMatch } from './sections-asked.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface QuestionWord extends Token {
  /** 1 = says what is wanted; near 0 = courtesy or the section asked for. */
  weight: number
}

/** Official words that a lay phrase stands for. */
export interface Expansion {
  tokens: Token[]
  weight: number
}

/** A question as the search understands it. */
export interface Question {
  words: QuestionWord[]
  isMarked: boolean
  expansions: Expansion[]
  /** A lay rule of full weight fired: the question is surely about a procedure. */
  isTranslated: boolean
  sections: Section[]
  /** Keys of `intents/topics.yaml`. */
  topics: { topic: string; always: boolean }[]
  /** Keys of `intents/actions.yaml` and `qualifiers.yaml` that people's words name. */
  actions: Set<string>
  qualifiers: Set<string>
  /** The words of the sentence that says what is wanted; all of a question of one sentence. */
  wish: { start: number; end: number }
  /** Words that neither the catalogue nor the intents know, even after mending. */
  unknownCount: number
}

const courtesyWeight = 0.06
const weakWeight = 0.22
/** Words that a lay rule has translated count less, or hardly at all when the rule says "instead". */
const translatedWeight = 0.7
const replacedWeight = 0.12
/** Not the points inside "1.000" or "B.H.X.H". */
const sentenceBreak = /[;?!\n]+|\.(?=\s|$)/
const clauseBreak = /[,;:?!\n]+|\.(?=\s|$)/

export interface QuestionReader {
  read(text: string): Question
  sectionsAsked(text: string): Section[]
}

interface LayRule {
  expansions: Expansion[]
  instead: boolean
  with?: PhraseIndex<true>
  unless?: PhraseIndex<true>
}

export function questionReader(
  intents: SearchIntents,
  abbreviations: Abbreviations,
  vocabulary: Vocabulary,
): QuestionReader {
  const chatSpelling = new Abbreviations(intents.chatSpelling)
  const notTelex = new Set(intents.notTelex)
  const readOfficial = (text: string): Token[] => abbreviations.expand(tokenise(text))
  const indexOf = <T>(entries: Iterable<readonly [phrases: readonly string[], value: T]>): PhraseIndex<T> => {
    const index = new PhraseIndex<T>(readOfficial)
    for (const [phrases, value] of entries) for (const phrase of phrases) index.add(phrase, value)
    return index
  }
  const conditions = (phrases: readonly string[] | undefined) =>
    phrases && indexOf<true>([[phrases, true as const]])

  const smallWords = indexOf([
    [intents.weak, weakWeight],
    [intents.courtesy, courtesyWeight],
  ])
  const sectionWords = indexOf<SectionMatch>(
    intents.sections.map(({ say, section, weight, 'at-end': onlyAtEnd, alone: onlyAlone }) => [
      say,
      { section, weight, onlyAtEnd, onlyAlone },
    ]),
  )
  const layWords = indexOf<LayRule>(
    intents.layWords.map((rule) => {
      const only = conditions(rule.with)
      const unless = conditions(rule.unless)
      return [
        rule.say,
        {
          expansions: rule.means.map((words) => ({ tokens: readOfficial(words), weight: rule.weight })),
          instead: rule.instead,
          ...(only ? { with: only } : {}),
          ...(unless ? { unless } : {}),
        },
      ]
    }),
  )
  const topics = indexOf(
    intents.topics.flatMap((topic) => {
      const value = { ...topic, exceptions: conditions(topic.unless), onlyMarked: false }
      return [
        [topic.say, value] as const,
        [topic['say-with-marks'] ?? [], { ...value, onlyMarked: true }] as const,
      ]
    }),
  )
  const actions = indexOf(intents.actions.map(({ key, said }) => [said, key] as const))
  const qualifiers = indexOf(intents.qualifiers.map(({ key, said }) => [said, key] as const))
  learnWords(intents, vocabulary, readOfficial)

  function mend(tokens: Token[]): Token[] {
    return tokens.map((token) => {
      const word = token.folded
      if (vocabulary.has(word) || notTelex.has(word) || /^\d+(?:\.\d+)?$/.test(word)) return token
      const decoded = decodeTyping(word)
      const mended = decoded !== undefined && vocabulary.has(decoded) ? decoded : vocabulary.correct(word)
      return mended === undefined ? token : { accented: mended, folded: mended, repaired: true }
    })
  }

  const readTokens = (typed: readonly Token[]): Token[] =>
    mend(abbreviations.expand(chatSpelling.expand(typed)))

  /** Where the clauses of the text end, counted in its tokens. */
  function clauseEnds(text: string, tokenCount: number, separator = clauseBreak): number[] {
    if (!separator.test(text)) return [tokenCount]
    let end = 0
    const ends = text.split(separator).map((clause) => {
      end += abbreviations.expand(chatSpelling.expand(tokenise(clause))).length
      return end
    })
    // A short form can read otherwise in its clause than in the whole text.
    return end === tokenCount ? ends : [tokenCount]
  }

  return {
    read(text) {
      const typed = tokenise(text)
      const tokens = readTokens(typed)
      // Full words put in for short forms carry marks that nobody typed.
      const marked = isMarked(typed)
      const weights = new Float64Array(tokens.length).fill(1)
      for (const match of smallWords.find(tokens, marked)) lower(weights, match, match.value)
      const sectionMatches = sectionWords.find(tokens, marked)
      const { sections, used } = resolveSections(sectionMatches, clauseEnds(text, tokens.length))
      for (const match of used) {
        // Words in a gap may name the procedure, and so do words that only look like a section.
        const isWhole = match.end - match.start === match.length
        if (isWhole && match.value.section !== 'none') lower(weights, match, courtesyWeight)
      }

      const expansions: Expansion[] = []
      /** Where something is said that a wish holds: words of a lay rule, a section asked for. */
      const wishes = used.filter(({ value }) => value.section !== 'none').map(({ start }) => start)
      for (const match of layWords.find(tokens, marked)) {
        const rule = match.value
        if (rule.with && rule.with.find(tokens, marked).length === 0) continue
        if (rule.unless && rule.unless.find(tokens, marked).length > 0) continue
        expansions.push(...rule.expansions)
        wishes.push(match.start)
        const translated = rule.instead ? replacedWeight : translatedWeight
        const means = new Set(
          rule.expansions.flatMap((expansion) => expansion.tokens.map(({ folded }) => folded)),
        )
        for (let i = match.start; i < match.end; i++) {
          if (!means.has(tokens[i]!.folded)) weights[i] = Math.min(weights[i]!, translated)
        }
      }
      return {
        words: tokens.map((token, i) => ({ ...token, weight: weights[i]! })),
        isMarked: marked,
        wish: wishOf(clauseEnds(text, tokens.length, sentenceBreak), wishes),
        expansions: distinct(expansions),
        isTranslated: expansions.some(({ weight }) => weight >= 1),
        sections,
        topics: topics
          .find(tokens, marked)
          .filter(({ value }) => marked || !value.onlyMarked)
          .filter(({ value }) => !value.exceptions || value.exceptions.find(tokens, marked).length === 0)
          .map(({ value }) => ({ topic: value.topic, always: value.always })),
        actions: new Set(actions.find(tokens, marked).map(({ value }) => value)),
        qualifiers: new Set(qualifiers.find(tokens, marked).map(({ value }) => value)),
        unknownCount: tokens.filter((token, i) => weights[i]! > 0.5 && !vocabulary.has(token.folded)).length,
      }
    },
    sectionsAsked(text) {
      const typed = tokenise(text)
      const tokens = readTokens(typed)
      return resolveSections(sectionWords.find(tokens, isMarked(typed)), clauseEnds(text, tokens.length))
        .sections
    },
  }
}

/** The last sentence that holds a wish; else all sentences. */
function wishOf(sentenceEnds: readonly number[], wishes: readonly number[]): Question['wish'] {
  const last = Math.max(-1, ...wishes)
  const sentence = sentenceEnds.findIndex((end) => end > last)
  const whole = { start: 0, end: sentenceEnds.at(-1) ?? 0 }
  if (last < 0 || sentence < 0) return whole
  return { start: sentenceEnds[sentence - 1] ?? 0, end: sentenceEnds[sentence]! }
}

function lower(weights: Float64Array, { start, end }: { start: number; end: number }, weight: number): void {
  for (let i = start; i < end; i++) weights[i] = Math.min(weights[i]!, weight)
}

/** The same official words from several rules count once, at the highest weight. */
function distinct(expansions: readonly Expansion[]): Expansion[] {
  const best = new Map<string, Expansion>()
  for (const expansion of expansions) {
    const key = expansion.tokens.map(({ folded }) => folded).join(' ')
    const known = best.get(key)
    if (!known || known.weight < expansion.weight) best.set(key, expansion)
  }
  return [...best.values()]
}

/** Words that people say must not be "mended" into words of the catalogue. */
function learnWords(intents: SearchIntents, vocabulary: Vocabulary, read: (text: string) => Token[]): void {
  const phrases = [
    ...intents.layWords.flatMap(({ say, means }) => [...say, ...means]),
    ...intents.sections.flatMap(({ say }) => say),
    ...intents.topics.flatMap(({ say, 'say-with-marks': marked = [] }) => [...say, ...marked]),
    ...[...intents.actions, ...intents.qualifiers].flatMap(({ said, official }) => [...said, ...official]),
    ...intents.courtesy,
    ...intents.weak,
  ]
  for (const phrase of phrases) for (const { folded } of read(phrase)) vocabulary.add(folded)
}
