import { fold, lowerLatin } from './fold.ts'

/** One syllable, number or code of a text, with its two search keys. */
export interface Token {
  /** Lower case with marks, one spelling for each syllable: "Hoà" and "hòa" are both "hòa", "lý" and "lí" both "lí". */
  accented: string
  /** The accented key without marks. */
  folded: string
  /** Set when the word was mistyped and mended: its marks say nothing. */
  repaired?: true
}

/**
 * Cuts a text into syllables, numbers and procedure codes. Handles NFD, look-alike letters, zero-width characters,
 * emoji, letters held down ("đượccc"), old and new tone placement, i for y, words glued to numbers ("2022em"),
 * dotted abbreviations ("B.H.X.H", "C/O"), leading zeros and Roman numerals after "loại, cấp, hạng, nhóm, mức".
 */
export function tokenise(text: string): Token[] {
  return plainTokens(text) ?? tokeniseFully(text)
}

function tokeniseFully(text: string): Token[] {
  const words = cleanText(text).match(wordPattern) ?? []
  const tokens: Token[] = []
  for (const word of words.flatMap(unglue)) {
    const previous = tokens.at(-1)
    tokens.push(toToken(previous && rankWords.has(previous.folded) ? (romanDigits[word] ?? word) : word))
  }
  return tokens
}

/** Latin letters, spaces and marks that only separate words: most texts hold nothing else. */
const plainText = /^[\p{Ll}\s,.?!:;()"-]*$/u
/** What depends on neighbours: dotted letters, letters held down, other alphabets. */
const notPlain = /\p{Ll}[.-]\p{Ll}|(\p{Ll})\1\1|[^\p{Script=Latin}\P{L}]/u
const plainWord = /\p{Ll}+/gu
const romanNumeral = /^[iv]+$/
/** Vietnamese has some seven thousand syllables. */
const maxKnownWords = 20_000
const knownWords = new Map<string, Token>()

/** The same tokens for a plain text, each distinct word worked out once; undefined when the text is not plain. */
function plainTokens(text: string): Token[] | undefined {
  const lower = text.normalize('NFC').toLowerCase()
  if (!plainText.test(lower) || notPlain.test(lower)) return undefined
  const tokens: Token[] = []
  for (const word of lower.match(plainWord) ?? []) {
    // After "loại, cấp…" it may be a number.
    if (romanNumeral.test(word)) return undefined
    let token = knownWords.get(word)
    if (token === undefined) {
      const [only, another] = tokeniseFully(word)
      if (only === undefined || another !== undefined) return undefined
      token = only
      if (knownWords.size < maxKnownWords) knownWords.set(word, token)
    }
    tokens.push(token)
  }
  return tokens
}

const invisible = /[\p{Cf}\u00ad]/gu
const emoji = /[\p{Extended_Pictographic}\u{1f1e6}-\u{1f1ff}\u{fe0f}\u{20e3}]/gu
/** Not i: "iii" is a number. */
const heldLetter = /(?!i)(\p{L})\1{2,}/gu
const dottedLetters = /(?<![\p{L}\p{M}\d/])(?:\p{L}[.-])+\p{L}(?![\p{L}\p{M}\d/])/gu
/** A code, two letters with a slash ("C/O" is not "co"), or a run of letters and digits. */
const wordPattern = /\d\.\d{6}|(?<![\p{L}\p{M}\d])\p{L}\/\p{L}(?![\p{L}\p{M}\d])|[\p{L}\p{M}\d]+/gu

/** Lower-case text without what the eye does not read; running it twice changes nothing. */
export function cleanText(text: string): string {
  return lowerLatin(text.replace(/(?![0-9])\p{Nd}/gu, ' ').replace(invisible, ''))
    .replace(/(?![0-9])\p{Emoji}/gu, ' ')
    .replace(emoji, ' ')
    .replace(heldLetter, '$1')
    .replace(dottedLetters, (letters) => letters.replace(/[.-]/g, ''))
    .normalize('NFC')
}

function toToken(word: string): Token {
  const accented = canonicalSpelling(/^\d+$/.test(word) ? word.replace(/^0+(?=\d)/, '') : word)
  return { accented, folded: fold(accented) }
}

const newTonePlacement: Readonly<Record<string, string>> = {
  oà: 'òa', oá: 'óa', oả: 'ỏa', oã: 'õa', oạ: 'ọa', oè: 'òe', oé: 'óe', oẻ: 'ỏe', oẽ: 'õe', oẹ: 'ọe',
  uỳ: 'ùy', uý: 'úy', uỷ: 'ủy', uỹ: 'ũy', uỵ: 'ụy',
} // biome-ignore format: a table
const iForY: Readonly<Record<string, string>> = { y: 'i', ý: 'í', ỳ: 'ì', ỷ: 'ỉ', ỹ: 'ĩ', ỵ: 'ị' }

function canonicalSpelling(word: string): string {
  return word
    .replace(/(?<!q)(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])$/u, (end) => newTonePlacement[end]!)
    .replace(/^([hklmstv])([yýỳỷỹỵ])$/u, (_, initial: string, y: string) => initial + iForY[y]!)
    .replace(/^qu([iíìỉĩị])$/u, (_, i: string) => `qu${'yýỳỷỹỵ'['iíìỉĩị'.indexOf(i)]!}`)
}

const rankWords = new Set(['loai', 'cap', 'hang', 'nhom', 'muc'])
const romanDigits: Readonly<Record<string, string>> = { i: '1', ii: '2', iii: '3', iv: '4', v: '5', vi: '6' }

/** "2022em" → "2022", "em"; "8h" and "d9a8ng" stay. */
function unglue(word: string): string[] {
  const glued = /^(\d+)(\p{L}{2,})$/u.exec(word)
  return glued ? [glued[1]!, glued[2]!] : [word]
}
