import type { SearchOutcome } from '../../../catalogue/search-outcome.ts'
import type { ReadAmounts } from '../../../reports/amount/amount-reader.ts'
import type { ClassifyReport } from '../../../reports/classify-report.ts'
import { checkFee, type FeeCheck } from '../../../reports/fee-check.ts'
import type { ReportKind } from '../../../reports/report.ts'
import type { PaperKind } from './draft.ts'
import type { ComparedFee } from './fee-words.ts'
import type { ReportTalkWords } from './report-talk-words.ts'
import { searchStory } from './search-story.ts'

/** What is offered to somebody whose free message may be about the service and not about a procedure. */
export type OfferDecision =
  | { kind: 'none' }
  /** `alsoAnswer`: the catalogue knows something on it, which is said behind the numbers. */
  | { kind: 'danger'; alsoAnswer: boolean }
  | { kind: 'paper'; paper: PaperKind }
  /** Without `report` the kind is asked for. */
  | { kind: 'report'; report?: ReportKind; fee?: ComparedFee; askedVnd?: number; isApproximate?: boolean }
  | { kind: 'fee'; fee: ComparedFee }
  | { kind: 'fee-of-what'; askedVnd: number; codes: string[] }

interface OfferParts {
  classify: ClassifyReport
  readAmounts: ReadAmounts
  words: Pick<ReportTalkWords, 'fee' | 'procedureBegins' | 'procedureEnds'>
  search: {
    search(question: string): SearchOutcome
    sectionsAsked(text: string): readonly unknown[]
  }
}

const sure = 0.5

export function decideOffer(text: string, parts: OfferParts): OfferDecision {
  const { kind, confidence } = parts.classify(text)
  switch (kind) {
    case 'danger':
      return { kind: 'danger', alsoAnswer: isKnown(parts.search.search(text)) }
    case 'complaint':
    case 'denunciation':
      return { kind: 'paper', paper: kind }
    case 'informal-payment':
      return confidence < sure ? { kind: 'report' } : { kind: 'report', report: kind, ...feeOf(text, parts) }
    case 'delay':
    case 'feedback':
      // "Thẩm định hồ sơ kéo dài mấy tháng?" asks; "nộp hai tháng không ai giải quyết" tells.
      if (parts.search.sectionsAsked(text).length > 0 && isKnown(parts.search.search(text)))
        return { kind: 'none' }
      return confidence < sure ? { kind: 'report' } : { kind: 'report', report: kind }
    case 'none':
      return decideFee(text, parts)
  }
}

const isKnown = ({ kind }: SearchOutcome): boolean => kind === 'answer' || kind === 'choices'

/** Reads amount and procedure out of a story. */
function checkStoryFee(text: string, { readAmounts, words, search }: Omit<OfferParts, 'classify'>): FeeCheck {
  const find = searchStory((question) => search.search(question), words)
  return checkFee(text, { readAmounts, search: find })
}

function feeOf(
  text: string,
  parts: OfferParts,
): { fee?: ComparedFee; askedVnd?: number; isApproximate?: boolean } {
  const check = checkStoryFee(text, parts)
  if (check.kind === 'amount-unclear') return {}
  if (check.kind === 'procedure-unclear') return { askedVnd: check.askedVnd }
  return { fee: check, askedVnd: check.askedVnd, isApproximate: check.isApproximate }
}

/** An amount that is to be paid, whether told or asked about; sums that people receive or owe are left alone. */
function decideFee(text: string, parts: OfferParts): OfferDecision {
  if (parts.readAmounts(text).length === 0) return { kind: 'none' }
  const { isFee, isTold } = parts.words.fee(text)
  if (!isFee) return { kind: 'none' }
  const check = checkStoryFee(text, parts)
  switch (check.kind) {
    case 'amount-unclear':
      return { kind: 'none' }
    case 'procedure-unclear': {
      const codes = check.choices.map(({ code }) => code)
      return codes.length > 0 || isTold
        ? { kind: 'fee-of-what', askedVnd: check.askedVnd, codes }
        : { kind: 'none' }
    }
    default:
      return { kind: 'fee', fee: check }
  }
}
