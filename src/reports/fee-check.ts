import type { Fee, Procedure, SearchOutcome } from '../catalogue/entry.ts'
import type { ReadAmounts } from './amount/amount-reader.ts'
import type { MoneyMention } from './amount/money-mention.ts'

export type FeeLine = Extract<Fee, { kind: 'stated' }>['lines'][number]

/**
 * What the published fee says to an amount that somebody says they were asked for. Data for the words "khác mức công
 * bố" and no more: whether anything was unlawful is not for a comparison to say.
 */
export type FeeComparison =
  /** The source does not say; nothing can be compared. */
  | { kind: 'fee-unknown' }
  | { kind: 'fee-set-by-province' }
  | { kind: 'free-but-asked' }
  | { kind: 'same'; published: readonly FeeLine[]; matching: readonly FeeLine[] }
  | {
      kind: 'differs'
      /** All of them: several are for different cases or channels, and we cannot know which applies. */
      published: readonly FeeLine[]
      nearest: FeeLine
      /** Asked minus the nearest published amount: positive = more was asked. */
      differenceVnd: number
      /** Several published amounts together make the amount asked: they may be due together. */
      couldBeSum: boolean
    }

export type FeeCheck =
  /** `mentions` are all that was read: none, several, a range, or one that has to be asked about. */
  | { kind: 'amount-unclear'; mentions: readonly MoneyMention[] }
  /** `choices` may be empty. */
  | { kind: 'procedure-unclear'; askedVnd: number; choices: readonly Procedure[] }
  | (FeeComparison & {
      askedVnd: number
      procedure: Procedure
      /** "khoảng 500k": the difference is as rough as the amount. */
      isApproximate: boolean
      /** "bộ" in "200k/bộ": what the amount was asked for one of. */
      per?: string
    })

interface FeeCheckParts {
  readAmounts: ReadAmounts
  /** Finds the procedure that a text is about; gets the text without its amounts. */
  search(text: string): SearchOutcome
}

/** Reads "Họ thu tôi 500 nghìn làm giấy phép lao động" and compares it with the published fee. */
export function checkFee(text: string, { readAmounts, search }: FeeCheckParts): FeeCheck {
  const mentions = readAmounts(text)
  const asked = soleAmount(mentions)
  if (!asked) return { kind: 'amount-unclear', mentions }
  const found = search(withoutAmounts(text, mentions))
  const askedVnd = asked.amountVnd
  if (found.kind !== 'answer') {
    const choices = found.kind === 'choices' ? found.procedures : []
    return { kind: 'procedure-unclear', askedVnd, choices }
  }
  return checkKnownFee(asked, found.procedure)
}

/** The same, once the person has said which procedure and how much. */
export function checkKnownFee(
  asked: Pick<Extract<MoneyMention, { kind: 'amount' }>, 'amountVnd' | 'isApproximate' | 'per'>,
  procedure: Procedure,
): FeeCheck {
  const { amountVnd: askedVnd, isApproximate, per } = asked
  return {
    ...compareFee(askedVnd, procedure.fee),
    askedVnd,
    procedure,
    isApproximate,
    ...(per === undefined ? {} : { per }),
  }
}

/** @param askedVnd in đồng; 0 when nothing was asked for */
export function compareFee(askedVnd: number, fee: Fee): FeeComparison {
  switch (fee.kind) {
    case 'unknown':
      return { kind: 'fee-unknown' }
    case 'set-by-province':
      return { kind: 'fee-set-by-province' }
    case 'free':
      return askedVnd === 0 ? { kind: 'same', published: [], matching: [] } : { kind: 'free-but-asked' }
    case 'stated':
      return compareLines(askedVnd, fee.lines)
  }
}

function compareLines(askedVnd: number, published: readonly FeeLine[]): FeeComparison {
  const matching = published.filter(({ amountVnd }) => amountVnd === askedVnd)
  if (matching.length > 0) return { kind: 'same', published, matching }
  const distance = ({ amountVnd }: FeeLine) => Math.abs(askedVnd - amountVnd)
  const nearest = published.reduce((best, line) => (distance(line) < distance(best) ? line : best))
  return {
    kind: 'differs',
    published,
    nearest,
    differenceVnd: askedVnd - nearest.amountVnd,
    couldBeSum: isSumOfLines(askedVnd, published),
  }
}

/** Longer lists have so many sums that one of them would fit by chance. */
const maxSummedLines = 8

function isSumOfLines(askedVnd: number, lines: readonly FeeLine[]): boolean {
  if (lines.length > maxSummedLines) return false
  const sums = new Set([0])
  for (const { amountVnd } of lines) {
    for (const sum of [...sums]) sums.add(sum + amountVnd)
  }
  return sums.has(askedVnd)
}

/** The one amount of a message; an amount named twice counts once. */
function soleAmount(
  mentions: readonly MoneyMention[],
): Extract<MoneyMention, { kind: 'amount' }> | undefined {
  const [first, ...others] = mentions
  if (first?.kind !== 'amount') return undefined
  return others.every((other) => other.kind === 'amount' && other.amountVnd === first.amountVnd)
    ? first
    : undefined
}

function withoutAmounts(text: string, mentions: readonly MoneyMention[]): string {
  let rest = ''
  let at = 0
  for (const { start, end } of mentions) {
    rest += `${text.slice(at, start)} `
    at = end
  }
  return (rest + text.slice(at)).replace(/\s+/g, ' ').trim()
}
