import Fuse from 'fuse.js'
import { isSyllable } from '../text/syllable.ts'

/** How far a mended word may be from what was typed (0 = same, 1 = nothing in common), in Fuse.js's measure. */
const maxFuseScore = 0.5
/** A word seen this often in names is as good as any; beyond it frequency decides nothing. */
const commonCount = 200

/** The words that the catalogue and the staff's phrases know, and the nearest of them to a mistyped one. */
export class Vocabulary {
  readonly #counts = new Map<string, number>()
  /** Words by what is left of them when one letter is taken out; finds all words one slip away. */
  readonly #deletions = new Map<string, string[]>()
  readonly #corrections = new Map<string, string | undefined>()

  add(word: string, count = 1): void {
    const known = this.#counts.get(word)
    this.#counts.set(word, (known ?? 0) + count)
    if (known !== undefined || !isSyllable(word)) return
    for (const shorter of deletions(word)) {
      const list = this.#deletions.get(shorter)
      if (list) list.push(word)
      else this.#deletions.set(shorter, [word])
    }
  }

  has(word: string): boolean {
    return this.#counts.has(word)
  }

  /** The known word that was probably meant; undefined when none is near. Remembers what it was asked. */
  correct(word: string): string | undefined {
    if (word.length < 2 || word.length > 9 || /\d/.test(word)) return undefined
    if (this.#corrections.has(word)) return this.#corrections.get(word)
    const correction = this.#nearest(word)
    if (this.#corrections.size > 10_000) this.#corrections.clear()
    this.#corrections.set(word, correction)
    return correction
  }

  #nearest(word: string): string | undefined {
    const near = new Set<string>()
    for (const form of [word, ...deletions(word)]) {
      if (this.#counts.has(form) && isSyllable(form)) near.add(form)
      for (const known of this.#deletions.get(form) ?? []) near.add(known)
    }
    if (near.size === 0) return undefined
    const matches = new Fuse([...near], { includeScore: true, threshold: maxFuseScore, ignoreLocation: true })
      .search(word)
      .map(({ item, score }) => ({ item, fuseScore: score ?? 1 }))
    const seen = new Set(matches.map(({ item }) => item))
    for (const item of near) if (!seen.has(item)) matches.push({ item, fuseScore: maxFuseScore })
    const rate = ({ item, fuseScore }: { item: string; fuseScore: number }) =>
      Math.log(1 + Math.min(this.#counts.get(item) ?? 0, commonCount)) / Math.log(1 + commonCount) -
      0.8 * fuseScore +
      (item[0] === word[0] ? 0.5 : 0) +
      (isSwap(word, item) || item.length === word.length - 1 ? 0.15 : 0)
    return matches.reduce((best, match) => (rate(match) > rate(best) ? match : best)).item
  }
}

function deletions(word: string): string[] {
  return Array.from(word, (_, i) => word.slice(0, i) + word.slice(i + 1))
}

/** Two neighbouring letters changed places: "hpep" for "phep". */
function isSwap(a: string, b: string): boolean {
  return a.length === b.length && [...a].sort().join('') === [...b].sort().join('')
}
