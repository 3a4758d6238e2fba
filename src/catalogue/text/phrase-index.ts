import { type Token, tokenise } from './tokenise.ts'

export interface PhraseMatch<T> {
  value: T
  /** Indexes of the first token and of the one after the last. */
  start: number
  end: number
  /** How many tokens of the phrase itself matched (gaps not counted). */
  length: number
}

/** A phrase as it is matched: words, gaps and alternatives in order. */
type Part = { kind: 'word'; token: Token } | { kind: 'gap' } | { kind: 'choice'; options: Option[] }

interface Option {
  parts: Part[]
  /** Folded words with which it can begin; undefined when it can begin with anything. */
  firstWords: ReadonlySet<string> | undefined
}

interface Pattern<T> {
  value: T
  parts: Part[]
  /** Sets of folded words of each of which the text must hold one; asked before anything is tried. */
  needs: ReadonlySet<string>[]
}

/** How many words a `*` may skip. */
const gapTokens = 4

/**
 * Finds phrases in token lists. A phrase may hold `*` (up to four other words) and alternatives: "(mất|hỏng) * thẻ".
 * In a text with marks, marks must agree ("tại gia" is not "tái giá"); hỏi and ngã count as one tone, since the south
 * and centre confuse them. In a text without marks only letters count.
 */
export class PhraseIndex<T> {
  readonly #patterns = new Map<string, Pattern<T>[]>()
  readonly #read: (text: string) => Token[]

  /** @param read how phrases are cut; must treat them as the searched texts were treated. */
  constructor(read: (text: string) => Token[] = tokenise) {
    this.#read = read
  }

  add(phrase: string, value: T): void {
    const parts = parsePhrase(phrase, this.#read)
    const pattern = { value, parts, needs: needsOf(parts) }
    for (const first of firstWords(pattern.parts)) {
      const list = this.#patterns.get(first)
      if (list) list.push(pattern)
      else this.#patterns.set(first, [pattern])
    }
  }

  /** One match for each phrase and place: the one with most words of its own, then the shortest. */
  find(tokens: readonly Token[], marked = isMarked(tokens)): PhraseMatch<T>[] {
    const found: PhraseMatch<T>[] = []
    const words = wordsOf(tokens)
    for (let start = 0; start < tokens.length; start++) {
      const patterns = this.#patterns.get(tokens[start]!.folded)
      if (!patterns) continue
      for (const { value, parts, needs } of patterns) {
        if (!needs.every((need) => holdsOne(words, need))) continue
        const places = ends(parts, 0, tokens, start, marked)
        if (places === nowhere) continue
        let best: PhraseMatch<T> | undefined
        for (const [end, length] of places) {
          if (!best || length > best.length || (length === best.length && end < best.end)) {
            best = { value, start, end, length }
          }
        }
        if (best && best.length > 0) found.push(best)
      }
    }
    return found
  }
}

/** What the parts after the first need; an alternative that can begin with anything needs nothing. */
function needsOf(parts: readonly Part[]): ReadonlySet<string>[] {
  return parts.slice(1).flatMap((part): ReadonlySet<string>[] => {
    if (part.kind === 'word') return [new Set([part.token.folded])]
    if (part.kind === 'gap') return []
    const firsts = part.options.map((option) => option.firstWords)
    return firsts.every((words) => words !== undefined)
      ? [new Set(firsts.flatMap((words) => [...words]))]
      : []
  })
}

const wordSets = new WeakMap<readonly Token[], ReadonlySet<string>>()

/** The folded words of a text; the same text is searched for many kinds of phrases in a row. */
function wordsOf(tokens: readonly Token[]): ReadonlySet<string> {
  let words = wordSets.get(tokens)
  if (!words) {
    words = new Set(tokens.map(({ folded }) => folded))
    wordSets.set(tokens, words)
  }
  return words
}

function holdsOne(words: ReadonlySet<string>, need: ReadonlySet<string>): boolean {
  const [few, many] = words.size < need.size ? [words, need] : [need, words]
  for (const word of few) if (many.has(word)) return true
  return false
}

const nowhere: ReadonlyMap<number, number> = new Map()

/** Where the parts from `from` on can end when they begin at `start`, each with the most words matched on the way. */
function ends(
  parts: readonly Part[],
  from: number,
  tokens: readonly Token[],
  start: number,
  marked: boolean,
): ReadonlyMap<number, number> {
  let index = from
  let at = start
  // Plain words need no bookkeeping, and nearly all phrases fail at one of them.
  for (let part = parts[index]; part?.kind === 'word'; part = parts[index]) {
    if (at >= tokens.length || !sameWord(part.token, tokens[at]!, marked)) return nowhere
    index++
    at++
  }
  const words = index - from
  const part = parts[index]
  if (!part) return new Map([[at, words]])
  const result = new Map<number, number>()
  if (part.kind === 'choice') {
    const next = tokens[at]?.folded
    for (const option of part.options) {
      if (option.firstWords && (next === undefined || !option.firstWords.has(next))) continue
      const middles = ends(option.parts, 0, tokens, at, marked)
      if (middles === nowhere) continue
      for (const [middle, own] of middles) {
        for (const [end, length] of ends(parts, index + 1, tokens, middle, marked))
          note(result, end, words + own + length)
      }
    }
  } else {
    for (let skip = 0; skip <= gapTokens && at + skip <= tokens.length; skip++) {
      const rest = ends(parts, index + 1, tokens, at + skip, marked)
      if (rest === nowhere) continue
      for (const [end, length] of rest) note(result, end, words + length)
      // The nearest continuation is the one meant.
      if (rest.size > 0) break
    }
  }
  return result
}

function note(result: Map<number, number>, end: number, length: number): void {
  if (length > (result.get(end) ?? -1)) result.set(end, length)
}

/** "(a|b c) * d": words are cut by `read`, `*` is a gap, brackets hold alternatives and may be nested. */
function parsePhrase(phrase: string, read: (text: string) => Token[]): Part[] {
  const symbols = phrase.match(/[()|*]|[^()|*]+/g) ?? []
  let at = 0
  const sequence = (): Part[] => {
    const parts: Part[] = []
    while (at < symbols.length && symbols[at] !== '|' && symbols[at] !== ')') {
      const symbol = symbols[at++]!
      if (symbol === '*') parts.push({ kind: 'gap' })
      else if (symbol === '(') parts.push({ kind: 'choice', options: options() })
      else parts.push(...read(symbol).map((token): Part => ({ kind: 'word', token })))
    }
    return parts
  }
  const option = (): Option => {
    const parts = sequence()
    const isFixed = parts[0]?.kind === 'word'
    return { parts, firstWords: isFixed ? firstWords(parts) : undefined }
  }
  const options = (): Option[] => {
    const list = [option()]
    while (symbols[at] === '|') {
      at++
      list.push(option())
    }
    at++
    return list
  }
  return sequence()
}

/** The folded words with which a phrase can begin. */
function firstWords(parts: readonly Part[]): Set<string> {
  const [first, ...rest] = parts
  switch (first?.kind) {
    case undefined:
      return new Set()
    case 'word':
      return new Set([first.token.folded])
    case 'gap':
      return firstWords(rest)
    case 'choice':
      return new Set(
        first.options.flatMap(({ parts: option }) => [...firstWords(option.length > 0 ? option : rest)]),
      )
  }
}

/** Whether a word of a text is the word of a phrase; without marks only letters count. */
export function sameWord(step: Token, token: Token, marked: boolean): boolean {
  if (step.folded !== token.folded) return false
  return (
    !marked ||
    token.repaired ||
    step.accented === token.accented ||
    sameTones(step.accented) === sameTones(token.accented)
  )
}

const sameTonesCache = new Map<string, string>()

function sameTones(accented: string): string {
  let merged = sameTonesCache.get(accented)
  if (merged === undefined) {
    merged = accented.normalize('NFD').replaceAll('\u0303', '\u0309')
    if (sameTonesCache.size < 20_000) sameTonesCache.set(accented, merged)
  }
  return merged
}

/** Whether the writer types marks: about seven in ten syllables of ordinary Vietnamese carry one. */
export function isMarked(tokens: readonly Token[]): boolean {
  let marked = 0
  let words = 0
  for (const token of tokens) {
    if (/^\d/.test(token.folded)) continue
    words++
    if (token.accented !== token.folded) marked++
  }
  return marked > 0 && marked >= words * 0.35
}
