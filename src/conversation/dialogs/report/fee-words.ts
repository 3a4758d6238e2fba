import type { AnswerContext } from '../../../catalogue/answers/answer-card.ts'
import { displayAmount, displayDate, shorten } from '../../../catalogue/answers/display.ts'
import { sourceText, warnings } from '../../../catalogue/answers/source-text.ts'
import type { Procedure } from '../../../catalogue/procedure.ts'
import { compareFee, type FeeCheck, type FeeLine } from '../../../reports/fee-check.ts'
import type { Payment } from '../../../reports/report.ts'
import type { ReportDraft } from './draft.ts'
import type { ReportTexts } from './report-texts.ts'

export type ComparedFee = Extract<FeeCheck, { procedure: Procedure }>

const maxLines = 8
const maxNoteChars = 160

/** How an amount stands to the published fee, with that fee and its source. Never whether anything was lawful. */
export function feeWords(check: ComparedFee, report: ReportTexts, answer: AnswerContext): string {
  const lines = [verdict(check, report)]
  if (check.per !== undefined) lines.push(report.say('report.fee.per', { unit: check.per }))
  if (check.kind === 'differs' || check.kind === 'free-but-asked') {
    if (check.isApproximate) lines.push(report.say('report.fee.approximately'))
  }
  if (check.kind === 'differs' && check.couldBeSum) lines.push(report.say('report.fee.could-be-sum'))
  const published = publishedLines(check)
  if (published.length > 0) {
    lines.push(report.say('report.fee.published'))
    lines.push(...published.slice(0, maxLines).map((line) => feeLine(line, report)))
    const rest = published.length - maxLines
    if (rest > 0) lines.push(report.say('report.fee.more-lines', { count: rest }))
  }
  return [lines.join('\n'), ...warnings(check.procedure, answer), sourceText(check.procedure, answer)].join(
    '\n\n',
  )
}

function verdict(check: ComparedFee, texts: ReportTexts): string {
  const amount = displayAmount(check.askedVnd)
  switch (check.kind) {
    case 'fee-unknown':
      return texts.say('report.fee.unknown', { amount })
    case 'fee-set-by-province':
      return texts.say('report.fee.by-province', { amount })
    case 'free-but-asked':
      return texts.say('report.fee.free', { amount })
    case 'same': {
      const notes = check.matching.flatMap(({ note }) => note ?? [])
      if (check.published.length < 2 || notes.length === 0) return texts.say('report.fee.same', { amount })
      return texts.say('report.fee.same-case', { amount, case: shorten(notes.join('; '), maxNoteChars) })
    }
    case 'differs': {
      const difference = displayAmount(Math.abs(check.differenceVnd))
      return check.differenceVnd > 0
        ? texts.say('report.fee.differs-more', { amount, difference })
        : texts.say('report.fee.differs-less', { amount, difference })
    }
  }
}

const publishedLines = (check: ComparedFee): readonly FeeLine[] =>
  check.kind === 'same' || check.kind === 'differs' ? check.published : []

function feeLine({ amountVnd, note }: FeeLine, texts: ReportTexts): string {
  const amount = displayAmount(amountVnd)
  if (!note) return texts.say('report.fee.line', { amount })
  return texts.say('report.fee.line-note', { amount, note: shorten(note, maxNoteChars) })
}

/** What an informal-payment report records of the money (features row 45). */
export function paymentOf(draft: ReportDraft, procedure: Procedure | undefined, texts: ReportTexts): Payment {
  const { askedVnd, isApproximate, receiptGiven, counter } = draft
  const comparison = procedure && askedVnd !== undefined ? compareFee(askedVnd, procedure.fee) : undefined
  const publishedFee = procedure && publishedInShort(procedure, texts)
  return {
    ...(procedure ? { procedure: { code: procedure.code, name: procedure.name } } : {}),
    ...(askedVnd === undefined ? {} : { askedVnd }),
    ...(isApproximate ? { isApproximate } : {}),
    ...(publishedFee === undefined ? {} : { publishedFee }),
    ...(comparison?.kind === 'differs' ? { differenceVnd: comparison.differenceVnd } : {}),
    ...(comparison?.kind === 'same' ? { differenceVnd: 0 } : {}),
    ...(comparison?.kind === 'free-but-asked' ? { differenceVnd: askedVnd! } : {}),
    ...(receiptGiven ? { receiptGiven } : {}),
    ...(counter ? { counter } : {}),
  }
}

/** The published fee as it is today, with its source, in one line; undefined when the catalogue names none. */
function publishedInShort(
  { fee, code, decision, sourceDate }: Procedure,
  texts: ReportTexts,
): string | undefined {
  if (fee.kind !== 'stated' && fee.kind !== 'free') return undefined
  const words =
    fee.kind === 'free'
      ? texts.say('report.fee.published-free')
      : fee.lines
          .slice(0, maxLines)
          .map(({ amountVnd, note }) => {
            const amount = displayAmount(amountVnd)
            return note
              ? texts.say('report.fee.published-short-note', { amount, note: shorten(note, maxNoteChars) })
              : texts.say('report.fee.published-short', { amount })
          })
          .join('; ')
  const source = decision
    ? texts.say('report.fee.source-decision', { decision: decision.number })
    : texts.say('report.fee.source-data', { date: displayDate(sourceDate) })
  return texts.say('report.fee.published-source', { fee: words, code, source })
}
