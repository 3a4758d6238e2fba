import type { QuestionBoard } from './question-terms.ts'

/*
 * A question falls into stretches of 24 words, a new one every 12: words that stand far apart in a story are no phrase,
 * and people do not end their sentences with points.
 */

/** Words further on fall into the last stretch. */
const stretchCount = 30
const stretchStep = 12

/** @returns bit set of the stretches that hold the word at this place */
export function stretchesAt(word: number): number {
  const last = Math.min(stretchCount - 1, Math.floor(word / stretchStep))
  return last === 0 ? 1 : (1 << last) | (1 << (last - 1))
}

/** @param words how many the question has */
export function countStretches(words: number): number {
  return Math.min(stretchCount, Math.floor(Math.max(0, words - 1) / stretchStep) + 1)
}

/** How much of a text falls into each stretch of the question. */
export class StretchSums {
  readonly #board: QuestionBoard
  readonly #sums = new Float64Array(stretchCount)
  /** How many stretches the question has. */
  #used = 1

  constructor(board: QuestionBoard) {
    this.#board = board
  }

  /** For the next text that is held against the question. */
  clear(stretches: number): void {
    this.#used = stretches
    for (let i = 0; i < stretches; i++) this.#sums[i] = 0
  }

  add(term: number, amount: number): void {
    if (this.#used === 1) {
      this.#sums[0]! += amount
      return
    }
    for (let bits = this.#board.stretches[term]!; bits !== 0; bits &= bits - 1) {
      this.#sums[31 - Math.clz32(bits & -bits)]! += amount
    }
  }

  best(): number {
    let best = 0
    for (let i = 0; i < this.#used; i++) if (this.#sums[i]! > best) best = this.#sums[i]!
    return best
  }
}
