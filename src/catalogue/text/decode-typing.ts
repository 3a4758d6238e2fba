import { isSyllable, splitInitial } from './syllable.ts'

/**
 * Left-overs of the Telex and VNI typing methods ("giaays phesp", "gia61y phe1p"), decoded to the folded form only:
 * that is enough to search. Both functions return undefined when the word is not such a left-over. They cannot tell
 * "test" (English) from "tet" + s; the caller asks only about words that the catalogue does not know.
 */
export function decodeTelex(word: string): string | undefined {
  // No Vietnamese word begins with a tone key that is no consonant ("form").
  if (!/^[a-z]+$/.test(word) || /^[fjz]/.test(word)) return undefined
  const { initial, rest } = splitInitial(word.replace(/^dd/, 'd'))
  const letters = rest
    .replaceAll('dd', 'd')
    .replace(/uwow|uow|uwo/g, 'uo')
    .replace(/aa|ee|oo/g, (pair) => pair[0]!)
    .replace(/([aou])w/g, '$1')
    .replace(/^w/, 'u')
    .replace(/[sfrxjzw]/g, '')
  return acceptSyllable(word, initial + letters)
}

export function decodeVni(word: string): string | undefined {
  const digits = word.replace(/\D/g, '').length
  if (digits === 0 || digits > 3 || !/^[a-z][a-z0-9]*$/.test(word) || !/[aeiouy]/.test(word)) return undefined
  return acceptSyllable(word, word.replace(/\d/g, ''))
}

export function decodeTyping(word: string): string | undefined {
  return /\d/.test(word) ? decodeVni(word) : decodeTelex(word)
}

function acceptSyllable(word: string, decoded: string): string | undefined {
  return decoded !== word && isSyllable(decoded) ? decoded : undefined
}
