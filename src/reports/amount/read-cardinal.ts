import type { Piece } from './lex.ts'
import type { Found, Lexicon } from './lexicon.ts'
import { readDigits } from './read-digits.ts'

/** A number without its unit: "500", "hai trăm rưỡi", "vài chục". */
export type Cardinal = { next: number; scale: Scale } & (
  | { kind: 'exact'; value: number; other?: number; isGrouped: boolean }
  | { kind: 'range'; from: number; to: number }
  | { kind: 'vague' }
)

/** How it was written; "hundred" and "tens" also stand for thousands of đồng when no unit follows. */
type Scale = 'digits' | 'word' | 'ten' | 'tens' | 'hundred'

const maxDigitsBeforeHundred = 99

export interface Message {
  pieces: readonly Piece[]
  lexicon: Lexicon
}

export function readCardinal(message: Message, at: number): Cardinal | undefined {
  const { pieces, lexicon } = message
  const vague = lexicon.word('vague-before', pieces, at)
  if (vague !== undefined) return readVague(message, vague)
  const zeroHundred = lexicon.word('zero-hundred', pieces, at)
  if (zeroHundred !== undefined) return afterHundred(message, 0, zeroHundred)
  const bareHundred = lexicon.word('hundred', pieces, at)
  if (bareHundred !== undefined) return afterHundred(message, 1, bareHundred)
  const bareTens = lexicon.word('tens', pieces, at)
  const ten = lexicon.word('ten', pieces, at)
  if (ten !== undefined) return exact(...plusDigit(message, 10, ten), 'ten')
  if (bareTens !== undefined) return { kind: 'vague', next: bareTens, scale: 'tens' }
  const twenty = lexicon.word('twenty', pieces, at)
  if (twenty !== undefined) return exact(...plusDigit(message, 20, twenty), 'ten')

  const piece = pieces[at]
  if (piece?.kind === 'number') {
    const digits = readDigits(piece.raw)
    if (!digits) return undefined
    const scaled =
      digits.value <= maxDigitsBeforeHundred ? afterDigit(message, digits.value, at + 1) : undefined
    return scaled ?? { kind: 'exact', next: at + 1, scale: 'digits', ...digits }
  }
  const digit = digitWord(message, at)
  if (!digit) return undefined
  const last = lexicon.at('last-number', pieces, digit.next)
  if (last && digit.value >= 2) return exact(digit.value * 10 + last.value, last.next, 'word')
  const neighbour = digitWord(message, digit.next)
  if (neighbour?.value === digit.value + 1) {
    const scaled = afterDigit(message, neighbour.value, neighbour.next)
    const isScaled = scaled?.kind === 'exact' && scaled.scale !== 'word'
    const next = isScaled ? scaled.next : neighbour.next
    const factor = isScaled && scaled.kind === 'exact' ? scaled.value / neighbour.value : 1
    if (Number.isInteger(factor) && (factor > 1 || lexicon.at('unit', pieces, next))) {
      const range = { from: digit.value * factor, to: neighbour.value * factor }
      return { kind: 'range', ...range, next, scale: isScaled ? scaled.scale : 'word' }
    }
  }
  return afterDigit(message, digit.value, digit.next) ?? exact(digit.value, digit.next, 'word')
}

function exact(value: number, next: number, scale: Scale): Cardinal {
  return { kind: 'exact', value, next, scale, isGrouped: false }
}

function readVague({ pieces, lexicon }: Message, at: number): Cardinal {
  let next = at
  let scale: Scale = 'word'
  for (;;) {
    const hundred = lexicon.word('hundred', pieces, next)
    const tens = lexicon.word('tens', pieces, next) ?? lexicon.word('ten', pieces, next)
    if (hundred === undefined && tens === undefined) return { kind: 'vague', next, scale }
    scale = hundred === undefined ? 'tens' : 'hundred'
    next = hundred ?? tens!
  }
}

/** A digit as a word, unless "năm" is a year. */
export function digitWord({ pieces, lexicon }: Message, at: number): Found<number> | undefined {
  const digit = lexicon.at('number', pieces, at)
  if (digit?.value !== 5) return digit
  const after = pieces[digit.next]
  if (after?.kind === 'number' && after.raw.length === 4) return undefined
  return lexicon.word('year-before', pieces, digit.next) === undefined ? digit : undefined
}

function afterDigit(message: Message, digit: number, at: number): Cardinal | undefined {
  const { pieces, lexicon } = message
  const hundred = lexicon.word('hundred', pieces, at)
  if (hundred !== undefined) return afterHundred(message, digit, hundred)
  const tens = lexicon.word('tens', pieces, at)
  if (tens === undefined) return undefined
  const [value, next] = plusDigit(message, digit * 10, tens)
  return exact(value, next, 'tens')
}

/** "trăm" and what follows: "hai", "rưỡi", "lẻ năm", "năm mươi", "hai lăm", "50". */
function afterHundred(message: Message, hundreds: number, at: number): Cardinal {
  const { pieces, lexicon } = message
  const value = hundreds * 100
  const half = lexicon.word('half-after', pieces, at)
  if (half !== undefined && hundreds > 0) return exact(value + 50, half, 'hundred')
  const odd = lexicon.word('odd', pieces, at)
  const afterOdd = odd === undefined ? undefined : digitWord(message, odd)
  if (afterOdd) return exact(value + afterOdd.value, afterOdd.next, 'hundred')
  const ten = lexicon.word('ten', pieces, at)
  if (ten !== undefined) {
    const [rest, next] = plusDigit(message, 10, ten)
    return exact(value + rest, next, 'hundred')
  }
  const digit = digitWord(message, at)
  if (digit) {
    const tens = lexicon.word('tens', pieces, digit.next)
    if (tens !== undefined) {
      const [rest, next] = plusDigit(message, digit.value * 10, tens)
      return exact(value + rest, next, 'hundred')
    }
    const last = lexicon.at('last-number', pieces, digit.next)
    if (last) return exact(value + digit.value * 10 + last.value, last.next, 'hundred')
    if (!startsAnother(message, digit.next)) return exact(value + digit.value * 10, digit.next, 'hundred')
    return exact(value, at, 'hundred')
  }
  const last = lexicon.at('last-number', pieces, at)
  if (last && !startsAnother(message, last.next)) return exact(value + last.value * 10, last.next, 'hundred')
  const piece = pieces[at]
  if (piece?.kind === 'number' && /^[1-9]\d$/.test(piece.raw) && !startsAnother(message, at + 1)) {
    return exact(value + Number(piece.raw), at + 1, 'hundred')
  }
  return exact(value, at, 'hundred')
}

/** "hai" in "một trăm hai người" and "hai trăm ba trăm" belongs to what follows. */
function startsAnother({ pieces, lexicon }: Message, at: number): boolean {
  return (
    lexicon.word('counted', pieces, at) !== undefined ||
    lexicon.word('hundred', pieces, at) !== undefined ||
    pieces[at]?.kind === 'number' ||
    (pieces[at]?.kind === 'mark' && /[-/:%]/.test(pieces[at].raw) && pieces[at].isGlued)
  )
}

function plusDigit(message: Message, value: number, at: number): [value: number, next: number] {
  const { pieces, lexicon } = message
  const digit = digitWord(message, at) ?? lexicon.at('last-number', pieces, at)
  if (!digit || lexicon.word('hundred', pieces, digit.next) !== undefined) return [value, at]
  return [value + digit.value, digit.next]
}
