import { procedureCodePattern } from '../procedure.ts'
import { decodeTyping } from '../text/decode-typing.ts'
import { PhraseIndex, type PhraseMatch } from '../text/phrase-index.ts'
import { isSyllable } from '../text/syllable.ts'
import { type Token, tokenise } from '../text/tokenise.ts'
import type { EnglishWords } from './english-words.ts'

export interface EnglishReader {
  /** Undefined when in doubt: "visa", "ok", a code. "work permit gia hạn" is Vietnamese. */
  languageOf(text: string): 'en' | 'vi' | undefined
  /** The message in the words of the catalogue, what is to be done first; undefined when nothing of it is known. */
  translate(text: string): string | undefined
  /** The command that an English message gives as a whole, under its name in `commands.yaml`. */
  command(text: string): string | undefined
}

/** So many English words for one that is Vietnamese: people name streets and persons. */
const englishPerVietnamese = 3
/** What may be either: a word of both languages, or of none that we know. */
const hint = 0.2
/** Longer texts are no questions. */
const maxChars = 2_000

/**
 * Languages are told apart by words: one that is in `english.yaml` and no Vietnamese syllable speaks for English; a
 * syllable that no English word looks like, and any mark, speaks for Vietnamese. What is both ("to", "can", "long") says
 * nothing, and neither do English words that Vietnamese people use themselves.
 */
export function createEnglishReader(words: EnglishWords): EnglishReader {
  const loanwords = new Set(words.loanwords.flatMap((word) => read(word).map(({ folded }) => folded)))
  const names = new PhraseIndex<true>(read)
  for (const name of words.names) names.add(name, true)
  const rules = [...words.things, ...words.actions, ...words.asked]
  const known = new Set(
    [...words.words, ...rules.flatMap(({ say }) => say), ...words.commands.flatMap(({ say }) => say)].flatMap(
      (phrase) => read(phrase.replace(/[()|*]/g, ' ')).map(({ folded }) => folded),
    ),
  )
  const index = new PhraseIndex<{ kind: 'thing' | 'action' | 'asked'; means: string }>(read)
  for (const kind of ['things', 'actions', 'asked'] as const) {
    for (const { say, means } of words[kind]) {
      const value = { kind: ({ things: 'thing', actions: 'action', asked: 'asked' } as const)[kind], means }
      for (const phrase of say) index.add(phrase, value)
    }
  }
  const key = (text: string) =>
    read(text)
      .map(({ folded }) => folded)
      .join(' ')
  const commands = new Map(
    words.commands.flatMap(({ command, say }) => say.map((one) => [key(one), command])),
  )

  return {
    languageOf(text) {
      const tokens = read(text.slice(0, maxChars))
      const isName = covered(names.find(tokens, false))
      let english = 0
      let vietnamese = 0
      for (const [at, token] of tokens.entries()) {
        const word = token.folded
        if (isName.has(at) || /\d/.test(word)) continue
        if (token.accented !== word) vietnamese++
        else if (loanwords.has(word)) continue
        else if (known.has(word)) english += isSyllable(word) ? hint : 1
        else if (isSyllable(word)) vietnamese++
        else if (decodeTyping(word) !== undefined) vietnamese += 0.5
        else english += hint
      }
      if (english >= 1 && english >= vietnamese * englishPerVietnamese) return 'en'
      return vietnamese > 0 ? 'vi' : undefined
    },

    translate(text) {
      const cut = text.slice(0, maxChars)
      const tokens = read(cut)
      const matches = longestFirst(index.find(tokens, false))
      const said = (kind: 'thing' | 'action' | 'asked') =>
        matches.filter(({ value }) => value.kind === kind).map(({ value }) => value.means)
      const codes = cut.split(/[\s,;()]+/).filter((word) => procedureCodePattern.test(word.slice(0, 8)))
      // Official names that somebody put between the English words.
      const official = tokens.filter(({ accented, folded }) => accented !== folded)
      const parts = [
        ...codes,
        ...said('action'),
        ...said('thing'),
        ...official.map(({ accented }) => accented),
        ...said('asked'),
      ]
      return parts.length > 0 ? [...new Set(parts)].join(' ') : undefined
    },

    command: (text) => commands.get(key(text)),
  }
}

/** Words without the plural, so that "permit" finds "permits". */
function read(text: string): Token[] {
  return tokenise(text.replaceAll(/[’']s\b/g, '').replaceAll(/[’'_–-]/g, ' ')).map((token) => {
    const { accented, folded } = token
    if (accented !== folded || !/^[a-z]{4,}s$/.test(folded) || /(?:ss|us|is)$/.test(folded)) return token
    const single = folded.endsWith('ies') ? `${folded.slice(0, -3)}y` : folded.slice(0, -1)
    return { accented: single, folded: single }
  })
}

/** Of matches that share words the one with most words of its own counts; in the order of the text. */
function longestFirst<T>(matches: readonly PhraseMatch<T>[]): PhraseMatch<T>[] {
  const taken = new Set<number>()
  const chosen: PhraseMatch<T>[] = []
  const sorted = [...matches].sort(
    (a, b) => b.length - a.length || a.end - a.start - (b.end - b.start) || a.start - b.start,
  )
  for (const match of sorted) {
    const places = Array.from({ length: match.end - match.start }, (_, i) => match.start + i)
    if (places.some((place) => taken.has(place))) continue
    for (const place of places) taken.add(place)
    chosen.push(match)
  }
  return chosen.sort((a, b) => a.start - b.start)
}

function covered(matches: readonly PhraseMatch<unknown>[]): Set<number> {
  return new Set(
    matches.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
  )
}
