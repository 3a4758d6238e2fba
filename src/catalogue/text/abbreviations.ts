import { PhraseIndex } from './phrase-index.ts'
import { type Token, tokenise } from './tokenise.ts'

/** A short form and what it may stand for; the first reading whose `near` words occur wins, else one without `near`. */
export interface Abbreviation {
  short: string
  readings: readonly { means: string; near?: readonly string[] }[]
}

interface Entry {
  /** The short form as written, when it carries a mark: "đk" is then not matched by "dk" alone. */
  readings: { means: Token[]; near?: PhraseIndex<true> }[]
}

/** Replaces short forms by full words; a token that is none stays as it is. */
export class Abbreviations {
  readonly #entries = new Map<string, Entry>()

  constructor(abbreviations: readonly Abbreviation[]) {
    for (const { short, readings } of abbreviations) {
      const entry: Entry = {
        readings: readings.map(({ means, near }) => {
          if (!near) return { means: tokenise(means) }
          const index = new PhraseIndex<true>()
          for (const phrase of near) index.add(phrase, true)
          return { means: tokenise(means), near: index }
        }),
      }
      for (const form of [short, ...folds(short)]) {
        const key = tokenise(form)
          .map((token) => token.accented)
          .join('')
        if (key && !this.#entries.has(key)) this.#entries.set(key, entry)
      }
    }
  }

  expand(tokens: readonly Token[]): Token[] {
    return tokens.flatMap((token) => {
      const entry = this.#entries.get(token.accented)
      if (!entry) return [token]
      const reading =
        entry.readings.find(({ near }) => near !== undefined && near.find(tokens, false).length > 0) ??
        entry.readings.find(({ near }) => near === undefined)
      return reading ? reading.means : [token]
    })
  }

  has(token: Token): boolean {
    return this.#entries.has(token.accented)
  }
}

function folds(short: string): string[] {
  const folded = tokenise(short)
    .map((token) => token.folded)
    .join('')
  return folded ? [folded] : []
}
