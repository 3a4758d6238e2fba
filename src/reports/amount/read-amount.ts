import type { AmountWords } from './amount-words.ts'
import { type Cardinal, digitWord, type Message, readCardinal } from './read-cardinal.ts'
import { type DigitsNumber, readDigits } from './read-digits.ts'
import {
  afterCounted,
  canStart,
  hasMoneyTalk,
  isCount,
  isCounted,
  isFollowedBy,
  isNo,
  isNumbering,
  isWhole,
} from './surroundings.ts'

/** One amount at one place; `lead` is what its first number was multiplied by, for ranges. */
export type Reading = { next: number } & (
  | { kind: 'amount'; vnd: number; lead: number }
  | { kind: 'range'; fromVnd: number; toVnd: number }
  | { kind: 'unclear'; readings: readonly number[] }
  | { kind: 'foreign'; currency: string; amount: number }
  /** Surely no amount up to `next`: "2 lít xăng". */
  | { kind: 'other' }
)

type Unit = AmountWords['units'][number]

const thousand = 1000
const million = 1_000_000
/** "500.000k": whoever writes so many digits has written the thousands already. */
const maxBeforeThousand = 10_000
/** No fee is below this: "500đ" and "đòi 500" mean thousands, or something else. */
const smallestSure = 10_000

export function readAmount(message: Message, at: number): Reading | undefined {
  const { pieces, lexicon } = message
  const half = lexicon.word('half-before', pieces, at)
  if (half !== undefined) {
    const unit = lexicon.at('unit', pieces, half)
    if (unit) return afterUnit(message, unit.value.vnd / 2, 0.5, unit.value, unit.next, at, true)
  }
  const sign = pieces[at]?.kind === 'mark' ? lexicon.at('currency', pieces, at) : undefined
  if (sign && pieces[sign.next]?.kind === 'number') {
    const digits = readDigits(pieces[sign.next]!.raw)
    return digits && { kind: 'foreign', currency: sign.value, amount: digits.value, next: sign.next + 1 }
  }
  if (!canStart(message, at)) return undefined
  const number = readCardinal(message, at)
  return number ? withNumber(message, number, at) : withoutNumber(message, at)
}

function withNumber(message: Message, number: Cardinal, at: number): Reading | undefined {
  const { pieces, lexicon } = message
  const { next } = number
  const unit = lexicon.at('unit', pieces, next)
  if (unit && !(unit.value.vnd === thousand && isNo(message, next, number))) {
    if (lexicon.isDenied(unit.value, pieces, unit.next)) return { kind: 'other', next: unit.next }
    switch (number.kind) {
      case 'vague':
        return unclearOrOther(message, unit, at)
      case 'range': {
        if (isCount(message, unit.next, at)) return { kind: 'other', next: unit.next }
        const { vnd } = unit.value
        const end = lexicon.word('dong', pieces, unit.next) ?? unit.next
        return { kind: 'range', fromVnd: number.from * vnd, toVnd: number.to * vnd, next: end }
      }
      case 'exact':
        return exactWithUnit(message, number, unit.value, unit.next, at)
    }
  }
  const currency = lexicon.at('currency', pieces, next)
  if (currency && number.kind === 'exact') {
    return { kind: 'foreign', currency: currency.value, amount: number.value, next: currency.next }
  }
  const slang = lexicon.at('doubtful', pieces, next)
  if (slang && number.scale !== 'tens') {
    const { value } = slang
    const isMeant = !value['money-talk'] || hasMoneyTalk(message, at) || isWhole(message, at, slang.next)
    if (lexicon.isDenied(value, pieces, slang.next)) return { kind: 'other', next: slang.next }
    const isGlued = !value.glued || pieces[next]!.isGlued
    const tail = pieces[slang.next]
    const hasTail = tail?.kind === 'number' && tail.isGlued
    if (isMeant && isGlued && !(hasTail && value['money-talk'])) {
      const factor = number.kind === 'exact' ? number.value : 1
      const readings = number.kind === 'exact' ? value.readings.map((vnd) => vnd * factor) : []
      return { kind: 'unclear', readings, next: hasTail ? slang.next + 1 : slang.next }
    }
  }
  return withoutUnit(message, number, at)
}

function unclearOrOther(message: Message, unit: { value: Unit; next: number }, at: number): Reading {
  if (isCount(message, unit.next, at)) return { kind: 'other', next: unit.next }
  const next = message.lexicon.word('dong', message.pieces, unit.next) ?? unit.next
  return { kind: 'unclear', readings: [], next }
}

type Exact = Extract<Cardinal, { kind: 'exact' }>

function exactWithUnit(
  message: Message,
  number: Exact,
  unit: Unit,
  next: number,
  at: number,
): Reading | undefined {
  const { pieces, lexicon } = message
  const { value, other } = number
  const isLoose = unit.loose
  if (isLoose && isCount(message, next, at) && lexicon.word('dong', pieces, next) === undefined) {
    return { kind: 'other', next }
  }
  const tail = pieces[next]
  const isBirthYear =
    unit.vnd === thousand && value === 2 && number.scale === 'digits' && !hasMoneyTalk(message, at)
  if (isBirthYear && (isNumbering(message, at) || (tail?.kind === 'number' && tail.isGlued))) {
    return { kind: 'other', next: tail?.kind === 'number' ? next + 1 : next }
  }
  if (unit.vnd === thousand && number.scale === 'digits' && value >= maxBeforeThousand) {
    return { kind: 'unclear', readings: [value, value * thousand], next: dongAfter(message, next) }
  }
  if (unit.vnd >= million && other !== undefined) {
    return { kind: 'unclear', readings: [other * unit.vnd, value * unit.vnd], next: dongAfter(message, next) }
  }
  if (unit.vnd >= million && number.scale === 'digits' && value >= maxBeforeThousand) {
    return { kind: 'unclear', readings: [value], next: dongAfter(message, next) }
  }
  return afterUnit(message, value * unit.vnd, value, unit, next, at, !Number.isInteger(value))
}

function dongAfter({ pieces, lexicon }: Message, at: number): number {
  return lexicon.word('dong', pieces, at) ?? at
}

/** What may follow "1 triệu": "rưỡi", "2", "hai", "200 nghìn", "đồng", "đô". */
function afterUnit(
  message: Message,
  vnd: number,
  value: number,
  unit: Unit,
  at: number,
  start: number,
  isClosed: boolean,
): Reading {
  const { pieces, lexicon } = message
  const currency = lexicon.at('currency', pieces, at)
  if (currency) return { kind: 'foreign', currency: currency.value, amount: vnd, next: currency.next }
  const lead = value > 0 ? leadOf(message, start, unit.vnd) : unit.vnd
  const close = (total: number, next: number): Reading => ({
    kind: 'amount',
    vnd: Math.round(total),
    lead,
    next: dongAfter(message, next),
  })
  if (isClosed) return close(vnd, at)
  const half = lexicon.word('half-after', pieces, at)
  if (half !== undefined) return close(vnd + unit.vnd / 2, half)
  const vague = lexicon.word('vague-after', pieces, at)
  if (vague !== undefined) return { kind: 'unclear', readings: [], next: dongAfter(message, vague) }
  const rest = readRest(message, unit, at)
  if (!rest) return close(vnd, at)
  if (rest.kind === 'unclear') {
    return { kind: 'unclear', readings: rest.readings.map((part) => vnd + part), next: rest.next }
  }
  return close(vnd + rest.vnd, rest.next)
}

/** By what the first number of an amount was multiplied: a hundred thousand in "3 trăm nghìn". */
function leadOf({ pieces, lexicon }: Message, start: number, unitVnd: number): number {
  if (lexicon.word('hundred', pieces, start + 1) !== undefined) return unitVnd * 100
  if (lexicon.word('tens', pieces, start + 1) !== undefined) return unitVnd * 10
  return unitVnd
}

type Rest = { next: number } & ({ kind: 'amount'; vnd: number } | { kind: 'unclear'; readings: number[] })

function readRest(message: Message, unit: Unit, at: number): Rest | undefined {
  const { pieces, lexicon } = message
  const piece = pieces[at]
  if (!piece || piece.kind === 'mark') return undefined
  const last = lexicon.at('last-number', pieces, at)
  const isLast = last && lexicon.word('hundred', pieces, last.next) === undefined
  if (isLast && !lexicon.at('unit', pieces, last.next) && !isCounted(message, last.next)) {
    return { kind: 'amount', vnd: (last.value * unit.vnd) / 10, next: last.next }
  }
  if (/^0\d{1,2}$/.test(piece.raw)) {
    return digitsRest(message, { value: Number(piece.raw), isGrouped: false }, unit, at)
  }
  if (lexicon.word('vague-before', pieces, at) !== undefined) return undefined
  const odd = lexicon.word('odd', pieces, at)
  const number = readCardinal(message, odd ?? at)
  if (number?.kind !== 'exact') return undefined
  const smaller = lexicon.at('unit', pieces, number.next)
  if (smaller && smaller.value.vnd < unit.vnd) {
    const part = number.value * smaller.value.vnd
    if (part >= unit.vnd || isNo(message, number.next, number)) return undefined
    const further = readRest(message, smaller.value, smaller.next)
    if (further?.kind === 'amount') return { kind: 'amount', vnd: part + further.vnd, next: further.next }
    return { kind: 'amount', vnd: part, next: smaller.next }
  }
  if (smaller || lexicon.at('currency', pieces, number.next) || lexicon.at('doubtful', pieces, number.next)) {
    return undefined
  }
  if (isCounted(message, number.next)) return undefined
  // "2 trieu ba ay": the woman, not three.
  if (number.scale === 'word' && lexicon.word('year-before', pieces, number.next) !== undefined)
    return undefined
  if (number.scale === 'digits') return digitsRest(message, number, unit, at)
  if (number.scale === 'word' && unit.vnd > thousand) {
    const share = number.value < 10 ? 10 : 100
    return { kind: 'amount', vnd: (number.value * unit.vnd) / share, next: number.next }
  }
  if (number.scale === 'hundred') {
    return { kind: 'amount', vnd: (number.value * unit.vnd) / thousand, next: number.next }
  }
  const shares = unit.vnd >= million ? [100, thousand] : [thousand]
  return {
    kind: 'unclear',
    readings: shares.map((share) => (number.value * unit.vnd) / share),
    next: number.next,
  }
}

function digitsRest(
  { pieces, lexicon }: Message,
  number: DigitsNumber,
  unit: Unit,
  at: number,
): Rest | undefined {
  const piece = pieces[at]!
  const after = pieces[at + 1]
  const hasDong = lexicon.word('dong', pieces, at + 1) !== undefined
  if (after?.isGlued && !hasDong && (after.kind !== 'mark' || isFollowedBy(pieces, at, /[-/.:]/)))
    return undefined
  if (after?.kind === 'number') return undefined
  if (number.value >= thousand || number.isGrouped) {
    const isPart = number.value < unit.vnd && (number.isGrouped || hasDong)
    return isPart ? { kind: 'amount', vnd: number.value, next: at + 1 } : undefined
  }
  if (unit.vnd === thousand && !piece.isGlued) return undefined
  if (!/^\d{1,3}$/.test(piece.raw)) return undefined
  const part = (Number(piece.raw) * unit.vnd) / 10 ** piece.raw.length
  if (/^[1-9]0$/.test(piece.raw)) return { kind: 'unclear', readings: [part, part / 10], next: at + 1 }
  return part > 0 ? { kind: 'amount', vnd: part, next: at + 1 } : undefined
}

/** "triệu rưỡi", "củ hai", and slang that needs no number. */
function withoutNumber(message: Message, at: number): Reading | undefined {
  const { pieces, lexicon } = message
  const slang = lexicon.at('doubtful', pieces, at)
  if (slang?.value.alone) return { kind: 'unclear', readings: slang.value.readings, next: slang.next }
  const unit = lexicon.at('unit', pieces, at)
  if (!unit || unit.value.vnd < 100_000 || pieces[at - 1]?.kind === 'number') return undefined
  if (lexicon.isDenied(unit.value, pieces, unit.next)) return undefined
  const reading = afterUnit(message, unit.value.vnd, 0, unit.value, unit.next, at, false)
  if (reading.kind === 'foreign') return undefined
  if (reading.next > unit.next && lexicon.word('dong', pieces, unit.next) === undefined) {
    const isWordTail = digitWord(message, unit.next) ?? lexicon.at('last-number', pieces, unit.next)
    const isHalf = lexicon.word('half-after', pieces, unit.next)
    if (unit.value.loose || isWordTail || isHalf !== undefined) return reading
  }
  if (!unit.value.loose || !hasMoneyTalk(message, at)) return undefined
  return { kind: 'unclear', readings: [unit.value.vnd], next: unit.next }
}

function withoutUnit(message: Message, number: Cardinal, at: number): Reading | undefined {
  const { pieces, lexicon } = message
  const { next, scale } = number
  const dong = lexicon.word('dong', pieces, next)
  const isInMoneyTalk = hasMoneyTalk(message, at)
  if (dong === undefined && isCounted(message, next))
    return { kind: 'other', next: afterCounted(message, next) }
  const isHundred = scale === 'hundred' || scale === 'tens'
  switch (number.kind) {
    case 'vague':
      if (scale === 'word') return undefined
      return scale === 'hundred' || isInMoneyTalk || dong !== undefined
        ? { kind: 'unclear', readings: [], next: dong ?? next }
        : undefined
    case 'range':
      if (!isHundred) return undefined
      return {
        kind: 'range',
        fromVnd: number.from * thousand,
        toVnd: number.to * thousand,
        next: dong ?? next,
      }
    case 'exact': {
      const { value } = number
      // "5001.200đ": neither grouped rightly nor a fraction of a đồng.
      if (dong !== undefined && (isHundred || value < thousand || !Number.isInteger(value))) {
        return Number.isInteger(value)
          ? { kind: 'unclear', readings: [value * thousand, value], next: dong }
          : { kind: 'unclear', readings: [], next: dong }
      }
      if (dong !== undefined) return { kind: 'amount', vnd: value, lead: 1, next: dong }
      if (isHundred) {
        const isTyped = pieces[next - 1]!.isGlued || pieces[next - 1]!.kind !== 'word'
        const isSure = scale === 'hundred' || isInMoneyTalk || isTyped || isWhole(message, at, next)
        const lead = leadOf(message, at, thousand)
        return isSure ? { kind: 'amount', vnd: value * thousand, lead, next } : undefined
      }
      if (scale === 'digits') return bareDigits(message, number, at)
      return isInMoneyTalk && value >= 10
        ? { kind: 'unclear', readings: [value * thousand, value], next }
        : undefined
    }
  }
}

/** Digits and nothing else: money only by their look ("500.000") or by the talk around ("đòi 500"). */
function bareDigits(message: Message, number: Exact & DigitsNumber, at: number): Reading | undefined {
  const { pieces } = message
  const { value, next } = number
  const after = pieces[next]
  if (after?.isGlued && (after.kind !== 'mark' || isFollowedBy(pieces, at, /[-/:x]/))) return undefined
  if (isNumbering(message, at)) return undefined
  const isSaid = hasMoneyTalk(message, at) || isWhole(message, at, next)
  const isRound = value % thousand === 0 || (isSaid && value % 100 === 0)
  if (value >= smallestSure && (number.isGrouped || isRound)) {
    return { kind: 'amount', vnd: value, lead: 1, next }
  }
  if (!isSaid || value >= smallestSure) return undefined
  if (!Number.isInteger(value)) return { kind: 'unclear', readings: [value * million], next }
  if (value < 10 && !isWhole(message, at, next)) return undefined
  return { kind: 'unclear', readings: [value * thousand, value], next }
}
