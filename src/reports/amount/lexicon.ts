import { decodeTyping, decodeVni, fold, lowerLatin } from '../../catalogue/entry.ts'
import type { AmountWords } from './amount-words.ts'
import type { Piece } from './lex.ts'

type Unit = AmountWords['units'][number]
type Doubtful = AmountWords['doubtful'][number]

interface Roles {
  unit: Unit
  doubtful: Doubtful
  currency: string
  number: number
  'last-number': number
  word: keyof AmountWords
  /** Words that deny a unit: "xăng" after "2 lít". */
  denier: Unit | Doubtful
}

interface Entry<T> {
  value: T
  steps: readonly { accented: string; folded: string }[]
  marks: 'free' | 'agree' | 'typed'
}

/** Where a word of the lexicon stands in a message: `next` is the index after it. */
export interface Found<T> {
  value: T
  next: number
}

type Table<T> = Map<string, Entry<T>[]>

const hookAndTilde = /\u0303/g
const sameTones = (accented: string): string => accented.normalize('NFD').replace(hookAndTilde, '\u0309')

/** Finds the words of `intents/amounts.yaml` in the pieces of a message. */
export class Lexicon {
  readonly #tables = new Map<string, Table<unknown>>()
  /** Accented forms of every word in the file, by their folded form. */
  readonly #single = new Map<string, string[]>()
  /** Words about paying that carry no mark: "thu 500" is not "thứ 500" without its mark. */
  readonly #plain = new Set<string>()

  constructor(words: AmountWords) {
    for (const unit of words.units) {
      this.#add('unit', unit.say, unit, unit.loose ? 'free' : 'agree')
      this.#add('unit', unit['only-marked'], unit, 'typed')
      this.#add('denier', unit['not-before'], unit, 'agree')
    }
    for (const slang of words.doubtful) {
      this.#add('doubtful', slang.say, slang, 'agree')
      this.#add('doubtful', slang['only-marked'], slang, 'typed')
      this.#add('denier', slang['not-before'], slang, 'agree')
    }
    for (const { code, say, 'only-marked': marked } of words.currencies) {
      this.#add('currency', say, code, 'agree')
      this.#add('currency', marked, code, 'typed')
    }
    for (const { value, say } of words.numbers) this.#add('number', say, value, 'agree')
    for (const { value, say } of words['last-numbers']) this.#add('last-number', say, value, 'agree')
    for (const [key, list] of Object.entries(words)) {
      const plain = list.filter((word) => typeof word === 'string')
      if (plain.length > 0) this.#add(`word:${key}`, plain, key, 'agree')
    }
  }

  /** The longest word of a role at a place. */
  at<R extends Exclude<keyof Roles, 'denier' | 'word'>>(
    role: R,
    pieces: readonly Piece[],
    at: number,
  ): Found<Roles[R]> | undefined {
    return this.#find(role, pieces, at, () => true) as Found<Roles[R]> | undefined
  }

  /** The index after a word of a list of the file; undefined when none stands there. */
  word(list: keyof AmountWords, pieces: readonly Piece[], at: number): number | undefined {
    return this.#find(`word:${list}`, pieces, at, () => true)?.next
  }

  /** Whether a word of a list ends right before a place. */
  wordBefore(list: keyof AmountWords, pieces: readonly Piece[], at: number): boolean {
    for (let start = Math.max(0, at - 3); start < at; start++) {
      if (this.#find(`word:${list}`, pieces, start, (next) => next === at)) return true
    }
    return false
  }

  isDenied(unit: Unit | Doubtful, pieces: readonly Piece[], at: number): boolean {
    return this.#find('denier', pieces, at, (_, value) => value === unit) !== undefined
  }

  /**
   * "tra8m" → "trăm": a VNI left-over of one of our words. At its end exactly the digits of its marks must stand
   * ("trieu5" is "triệu 5"); inside a word no number can be meant, so a slip is forgiven.
   */
  readVni(word: string): string | undefined {
    const folded = decodeVni(word)
    if (folded === undefined) return undefined
    const typed = [...word.replace(/\D/g, '')].sort().join('')
    const known = this.#single.get(folded)
    const exact = known?.find((accented) => vniDigits(accented) === typed)
    return exact ?? (/\d$/.test(word) ? undefined : known?.[0])
  }

  /** "kđ" → "k", "đ": a unit and the word for đồng in one. */
  splitUnit(word: string): [unit: string, dong: string] | undefined {
    const knows = (table: string, part: string) =>
      this.#tables
        .get(table)
        ?.get(fold(part))
        ?.some(({ steps }) => steps.length === 1) === true
    for (let cut = 1; cut < word.length; cut++) {
      const [unit, dong] = [word.slice(0, cut), word.slice(cut)]
      if (knows('unit', unit) && knows('word:dong', dong)) return [unit, dong]
    }
    return undefined
  }

  #add(table: string, sayings: readonly string[], value: unknown, marks: Entry<unknown>['marks']): void {
    const entries = this.#tables.get(table) ?? new Map<string, Entry<unknown>[]>()
    this.#tables.set(table, entries)
    for (const saying of sayings) {
      const steps = saying.split(/\s+/).map((step) => ({ accented: lowerLatin(step), folded: fold(step) }))
      const first = steps[0]!.folded
      if (value === 'money-talk' && steps[0]!.accented === first) this.#plain.add(first)
      const known = entries.get(first)
      if (known) known.push({ value, steps, marks })
      else entries.set(first, [{ value, steps, marks }])
      for (const { folded, accented } of steps) {
        this.#single.set(folded, [...(this.#single.get(folded) ?? []), accented])
      }
    }
  }

  #find(
    table: string,
    pieces: readonly Piece[],
    at: number,
    accept: (next: number, value: unknown) => boolean,
  ): Found<unknown> | undefined {
    const first = pieces[at]
    if (!first || first.kind === 'number') return undefined
    let best: Found<unknown> | undefined
    for (const key of [first.folded, this.#decode(first)]) {
      for (const { value, steps, marks } of (key && this.#tables.get(table)?.get(key)) || []) {
        const next = at + steps.length
        const fits = steps.every((step, i) => this.#isSame(step, pieces[at + i], marks))
        if (fits && accept(next, value) && (!best || next > best.next)) best = { value, next }
      }
    }
    return best
  }

  #decode(piece: Piece): string | undefined {
    if (piece.accented !== piece.folded || this.#single.has(piece.folded)) return undefined
    return decodeTyping(piece.folded)
  }

  #isSame(
    step: { accented: string; folded: string },
    piece: Piece | undefined,
    marks: Entry<unknown>['marks'],
  ): boolean {
    if (!piece || piece.kind === 'number') return false
    if (step.folded !== piece.folded) {
      return marks !== 'typed' && this.#decode(piece) === step.folded
    }
    if (marks === 'free') return true
    if (piece.accented === piece.folded && step.accented !== step.folded) {
      return marks === 'agree' && !this.#plain.has(piece.folded)
    }
    return sameTones(step.accented) === sameTones(piece.accented)
  }
}

const vniOfMark: Readonly<Record<string, string>> = {
  '\u0301': '1', '\u0300': '2', '\u0309': '3', '\u0303': '4', '\u0323': '5', '\u0302': '6', '\u031b': '7', '\u0306': '8',
  đ: '9',
} // biome-ignore format: a table

function vniDigits(accented: string): string {
  return [...accented.normalize('NFD')]
    .map((letter) => vniOfMark[letter] ?? '')
    .sort()
    .join('')
}
