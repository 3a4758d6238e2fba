import { fold } from '../text/fold.ts'
import { isSyllable } from '../text/syllable.ts'

/** How published words are shown on a phone. Nothing here adds a word of its own. */

/**
 * Official names in ALL CAPS in sentence case; other names stay as published. `properNames` keep their capitals, and so
 * does what no Vietnamese syllable is: "BHXH", "UBND", "NĐ-CP", "PHỤ LỤC III".
 */
export function displayName(name: string, properNames: readonly string[] = []): string {
  const words = name.split(' ')
  const isShouted = (word: string) =>
    word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase()
  const shouted = words.filter(isShouted)
  const lettersOf = (some: readonly string[]) => some.join('').replace(/[^\p{L}]/gu, '').length
  if (lettersOf(shouted) < 0.7 * lettersOf(words) || shouted.length < 2) return name
  const lower = words
    .map((word, i) => (isShouted(word) && !isNumeral(word, words[i - 1]) ? lowerSyllables(word) : word))
    .join(' ')
  const sentence = lower.replace(/^(\P{L}*)(\p{L})/u, (_, before: string, letter: string) => {
    return before + letter.toUpperCase()
  })
  return properNames.reduce((text, proper) => text.replaceAll(proper.toLowerCase(), proper), sentence)
}

/** Abbreviations inside "(BHXH," and "NĐ-CP" stay. */
function lowerSyllables(word: string): string {
  return word.replace(/\p{L}+/gu, (letters) => {
    return isSyllable(fold(letters)) ? letters.toLowerCase() : letters
  })
}

/** "HẠNG II": a Roman number where people number things; elsewhere "VI" may be a word. */
function isNumeral(word: string, before: string | undefined): boolean {
  return (
    /^[IVX]+[.,;)]*$/.test(word) && /^(?:HẠNG|NHÓM|LOẠI|MỤC|LỤC|CHƯƠNG|PHẦN|BẬC|CẤP)$/u.test(before ?? '')
  )
}

/** Of a button: long enough to tell neighbours apart, short enough for a phone. */
export const maxLabelChars = 60

/** At most `maxChars` and the mark "…"; cut between words, so that no number loses its end. */
export function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const end = /\s/.test(text[maxChars]!) ? maxChars : text.slice(0, maxChars).search(/\s\S*$/)
  const kept = end > 0 ? text.slice(0, end) : text.slice(0, maxChars).replace(/[\d.,]+$/, '')
  return `${kept.replace(/[\s,;:.–-]+$/u, '')}…`
}

/** "2026-07-15" → "15/07/2026", "2026-07" → "07/2026". */
export function displayDate(isoDate: string): string {
  return isoDate.split('-').reverse().join('/')
}

/** 600000 → "600.000". */
export function displayAmount(amountVnd: number): string {
  return String(amountVnd).replace(/\B(?=(\d{3})+$)/g, '.')
}

/** Without the list mark and end mark that it carried in the source. */
export function listItem(text: string): string {
  return text
    .replace(/^(?:[-–+*•●·]\s*)+/u, '')
    .replace(/[\s;,.]+$/u, '')
    .trim()
}
