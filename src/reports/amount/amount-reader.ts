import type { AmountWords } from './amount-words.ts'
import { lexMessage } from './lex.ts'
import { Lexicon } from './lexicon.ts'
import { type MoneyMention, maxAmountVnd } from './money-mention.ts'
import { type Reading, readAmount } from './read-amount.ts'
import { type Message, readCardinal } from './read-cardinal.ts'
import { isNumbering } from './surroundings.ts'

/** The amounts of money in a message, in order; never throws. Codes, dates and counts are left out. */
export type ReadAmounts = (text: string) => MoneyMention[]

/** Chat messages are shorter; what is cut off would only cost time. */
const maxChars = 4_000
/** "2 - 300k" is a number and an amount, "200 - 300k" a range. */
const maxRangeRatio = 20

/**
 * @param words parsed `intents/amounts.yaml`
 * @example createAmountReader(words)('thu 1tr2/bộ') // [{ kind: 'amount', amountVnd: 1200000, per: 'bộ', … }]
 */
export function createAmountReader(words: AmountWords): ReadAmounts {
  const lexicon = new Lexicon(words)
  return (text) => {
    const cut = text.slice(0, maxChars)
    const message: Message = { pieces: lexMessage(cut, lexicon), lexicon }
    const mentions: MoneyMention[] = []
    let at = 0
    while (at < message.pieces.length) {
      const reading = readRange(message, at) ?? readAmount(message, at)
      const mention = reading && toMention(message, cut, reading, at)
      if (mention) mentions.push(mention)
      at = reading ? Math.max(reading.next, at + 1) : at + 1
    }
    return mentions
  }
}

/** "300-500k", "từ 2 đến 3 triệu", "500k - 1 triệu", "2, 3 triệu". */
function readRange(message: Message, at: number): Reading | undefined {
  const { pieces } = message
  const first = readAmount(message, at)
  if (first?.kind === 'amount' && first.lead !== 1) {
    const second = readAfterConnector(message, first.next, false)
    return second && rangeOf(first.vnd, second)
  }
  const piece = pieces[at]
  if (isNumbering(message, at)) return undefined
  const canBeBare = piece && (piece.kind !== 'number' || !piece.isGlued || pieces[at - 1]?.kind === 'mark')
  if (!canBeBare || isPartOfCode(message, at)) return undefined
  const number = readCardinal(message, at)
  if (number?.kind !== 'exact') return undefined
  const second = readAfterConnector(message, number.next, /^\d$/.test(piece.raw))
  if (!second) return undefined
  const unitVnd = second.lead >= 1000 ? second.lead : 1
  const isScaled = number.scale === 'hundred' || number.scale === 'tens'
  const scale = isScaled && unitVnd >= 100_000 && unitVnd < 1_000_000 ? unitVnd / 100 : unitVnd
  return rangeOf(number.value * scale, second)
}

function isPartOfCode({ pieces }: Message, at: number): boolean {
  const before = pieces[at - 1]
  return Boolean(
    pieces[at]!.isGlued && before && /[-/.–_#+]/.test(before.raw) && before.isGlued && pieces[at - 2],
  )
}

type Amount = Extract<Reading, { kind: 'amount' }>

function readAfterConnector(
  { pieces, lexicon }: Message,
  at: number,
  isOneDigit: boolean,
): Amount | undefined {
  const mark = pieces[at]
  const isDash = mark?.kind === 'mark' && /[-–—~÷]/.test(mark.raw)
  const isComma = isOneDigit && mark?.raw === ',' && pieces[at + 1]?.kind === 'number'
  const next = isDash || isComma ? at + 1 : lexicon.word('up-to', pieces, at)
  if (next === undefined) return undefined
  // The dash joins the second number to the first one, not to a code: read it as if a space stood there.
  const spaced = pieces.map((piece, i) => (i === next ? { ...piece, isGlued: false } : piece))
  const second = readAmount({ pieces: spaced, lexicon }, next)
  return second?.kind === 'amount' ? second : undefined
}

function rangeOf(fromVnd: number, second: Amount): Reading | undefined {
  if (!(fromVnd > 0 && fromVnd < second.vnd && second.vnd <= fromVnd * maxRangeRatio)) return undefined
  return { kind: 'range', fromVnd, toVnd: second.vnd, next: second.next }
}

function toMention(message: Message, text: string, reading: Reading, at: number): MoneyMention | undefined {
  const { pieces, lexicon } = message
  const { start } = pieces[at]!
  const { end } = pieces[reading.next - 1]!
  const per = readPer(message, at, reading.next)
  const place = { text: text.slice(start, end), start, end, ...(per === undefined ? {} : { per }) }
  switch (reading.kind) {
    case 'other':
      return undefined
    case 'amount': {
      if (!(reading.vnd > 0 && reading.vnd <= maxAmountVnd)) return undefined
      const isApproximate =
        lexicon.wordBefore('about-before', pieces, at) ||
        lexicon.word('about-after', pieces, reading.next) !== undefined
      return { ...place, kind: 'amount', amountVnd: reading.vnd, isApproximate }
    }
    case 'range':
      if (reading.toVnd > maxAmountVnd) return undefined
      return {
        ...place,
        kind: 'range',
        fromVnd: Math.round(reading.fromVnd),
        toVnd: reading.toVnd,
        isApproximate: true,
      }
    case 'unclear': {
      const readings = reading.readings.map(Math.round).filter((vnd) => vnd > 0 && vnd <= maxAmountVnd)
      return { ...place, kind: 'unclear', readingsVnd: readings }
    }
    case 'foreign':
      return { ...place, kind: 'foreign', currency: reading.currency, amount: reading.amount }
  }
}

/** "bộ" in "200k/bộ", "200k một bộ" and "mỗi bộ 200k". */
function readPer({ pieces, lexicon }: Message, start: number, next: number): string | undefined {
  const isOne = pieces[next]?.raw === '/' || pieces[next]?.raw === '1'
  const after = isOne ? next + 1 : lexicon.word('per', pieces, next)
  const from = after !== undefined && pieces[after]?.raw === '1' ? after + 1 : after
  const end = from === undefined ? undefined : lexicon.word('counted', pieces, from)
  if (from !== undefined && end !== undefined) return words(pieces, from, end)
  for (let at = Math.max(0, start - 3); at < start - 1; at++) {
    const noun = lexicon.word('per', pieces, at)
    if (noun !== undefined && lexicon.word('counted', pieces, noun) === start)
      return words(pieces, noun, start)
  }
  return undefined
}

function words(pieces: Message['pieces'], from: number, to: number): string {
  return pieces
    .slice(from, to)
    .map(({ raw }) => raw)
    .join(' ')
}
