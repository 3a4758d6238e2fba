import { decodeTyping, isSyllable, type Token } from '../catalogue/entry.ts'

/** Shorter words have too many neighbours. */
const shortestMended = 3

/**
 * Mends words that cannot be Vietnamese into known ones: Telex and VNI left-overs ("vofi", "lo1t"), else one letter
 * too many, missing or wrong ("phogn").
 */
export function mendWords(known: readonly Token[]): (tokens: readonly Token[]) => Token[] {
  const words = new Set(known.map(({ folded }) => folded))
  const mended = (word: string): string | undefined => {
    if (words.has(word) || /^\d+$/.test(word)) return undefined
    const decoded = decodeTyping(word)
    if (decoded !== undefined) return words.has(decoded) ? decoded : undefined
    if (isSyllable(word) || word.length < shortestMended) return undefined
    const near = [...words].filter((other) => other.length >= shortestMended && isOneEditApart(word, other))
    return near.length === 1 ? near[0] : undefined
  }
  return (tokens) =>
    tokens.map((token) => {
      const word = mended(token.folded)
      return word === undefined ? token : { accented: word, folded: word, repaired: true }
    })
}

/** One letter added, left out or changed, or two neighbours swapped. */
function isOneEditApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  if (left.length <= 1 && right.length <= 1) return true
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}
