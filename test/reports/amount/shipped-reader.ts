import { formatProblem } from '../../../src/lib/problem.ts'
import { createAmountReader } from '../../../src/reports/amount/amount-reader.ts'
import { type AmountWords, parseAmountWords } from '../../../src/reports/amount/amount-words.ts'
import { checkTexts, readSource } from '../../catalogue/read-content.ts'

/** The shipped words of amounts, as the program reads them. */
export function shippedAmountWords(): AmountWords {
  const parsed = parseAmountWords(readSource('intents/amounts.yaml'), checkTexts)
  if (parsed.kind === 'problems') throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return parsed.words
}

export const readAmounts = createAmountReader(shippedAmountWords())
