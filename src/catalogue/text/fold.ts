/**
 * Letters that look like Latin ones and get into words by copying from old fonts or by a wrong keyboard
 * ("NĐ-CР" with a Cyrillic Р, "saи" with an italic и). ð and Ð come from fonts without đ.
 */
const lookAlikes: Readonly<Record<string, string>> = {
  а: 'a', в: 'b', е: 'e', ё: 'e', з: 'z', і: 'i', и: 'u', й: 'u', к: 'k', м: 'm', н: 'h', о: 'o', п: 'n', р: 'p',
  с: 'c', т: 't', у: 'y', х: 'x', ѕ: 's', ј: 'j', ԁ: 'd', α: 'a', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p',
  τ: 't', υ: 'u', χ: 'x',
} // biome-ignore format: a table

const foreignWord = /[\p{L}\p{M}]*[\p{Script=Cyrillic}\p{Script=Greek}][\p{L}\p{M}]*/gu
const foreignLetter = /[\p{Script=Cyrillic}\p{Script=Greek}]/u
const latinLetter = /\p{Script=Latin}/u

/** NFC, lower case, one đ, and Latin letters for look-alikes inside words that are otherwise Latin. */
export function lowerLatin(text: string): string {
  const lower = text.normalize('NFC').toLowerCase().replaceAll('ð', 'đ')
  // Asked first, for nearly no text has any, and looking for whole words costs much more.
  if (!foreignLetter.test(lower)) return lower.normalize('NFC')
  return lower
    .replace(foreignWord, (word) =>
      latinLetter.test(word) ? [...word].map((letter) => lookAlikes[letter] ?? letter).join('') : word,
    )
    .normalize('NFC')
}

/**
 * The text in lower case without any marks: "Đăng ký Hoà" → "dang ky hoa". Everything else (digits, punctuation,
 * spaces) stays. Never throws.
 */
export function fold(text: string): string {
  if (/^[a-z0-9 ]*$/.test(text)) return text
  return lowerLatin(text).normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').normalize('NFC')
}
