import type { MoneyMention } from '../../../src/reports/amount/money-mention.ts'
import { describeMentions, type Phrasing } from './read-phrasings.ts'
import { readAmounts } from './shipped-reader.ts'

export interface Figures {
  total: number
  right: number
  /** Money was written and the reader asks or sees nothing. */
  refused: number
  /** Another amount than written, or an amount where none is. */
  wrong: number
  /** Of those, the ones off by a factor of ten or more, and amounts read out of codes, dates and counts. */
  grave: number
  misses: string[]
}

export function measurePhrasings(phrasings: readonly Phrasing[]): Figures {
  const figures: Figures = { total: phrasings.length, right: 0, refused: 0, wrong: 0, grave: 0, misses: [] }
  for (const { text, expected, line } of phrasings) {
    const mentions = readAmounts(text)
    const got = describeMentions(mentions)
    if (got === expected) {
      figures.right++
      continue
    }
    figures.misses.push(`line ${line}: ${text} → ${got}, not ${expected}`)
    const amounts = mentions.flatMap(amountsOf)
    const meant = (expected.match(/(?<![a-z] ?)\d+/g) ?? []).map(Number)
    if (amounts.length === 0) {
      figures.refused++
      continue
    }
    figures.wrong++
    const isNear = (amount: number) => meant.some((one) => amount < one * 10 && one < amount * 10)
    if (!amounts.every(isNear)) figures.grave++
  }
  return figures
}

function amountsOf(mention: MoneyMention): number[] {
  if (mention.kind === 'amount') return [mention.amountVnd]
  return mention.kind === 'range' ? [mention.fromVnd, mention.toVnd] : []
}
