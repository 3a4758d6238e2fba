import { displayAmount, shorten } from '../../../catalogue/answers/display.ts'
import type { Procedure } from '../../../catalogue/procedure.ts'
import { displayCoordinates } from '../../../lib/coordinates.ts'
import type { ReportDraft, ReportStep } from './draft.ts'
import type { ReportTexts } from './report-texts.ts'

/** A line of the review; each can be changed. */
interface ReviewLine {
  label: string
  value: string
  /** Where it is changed. */
  step: ReportStep
}

/** Keeps the whole review within one message; what is sent is always the whole. */
const maxStoryChars = 1_200

/** Everything that will be sent, a line each; what nobody told stands there as not told. */
export function reviewLines(
  draft: ReportDraft,
  procedure: Procedure | undefined,
  texts: ReportTexts,
): ReviewLine[] {
  const empty = texts.say('report.line.empty')
  const lines: ReviewLine[] = [
    {
      label: texts.say('report.line.kind'),
      value: draft.kind ? texts.say(`report.kind.${draft.kind}`) : empty,
      step: 'kind',
    },
    {
      label: texts.say('report.line.mode'),
      value: draft.mode ? texts.say(`report.identity.${draft.mode}`) : empty,
      step: 'identity',
    },
  ]
  if (draft.mode !== 'anonymous') {
    lines.push({
      label: texts.say('report.line.contact'),
      value: contactOf(draft, texts) ?? empty,
      step: 'contact',
    })
  }
  lines.push(
    {
      label: texts.say('report.line.story'),
      value: shorten(draft.story?.replace(/\s*\n\s*/g, ' / ') ?? empty, maxStoryChars),
      step: 'story',
    },
    { label: texts.say('report.line.place'), value: placeOf(draft, texts) ?? empty, step: 'place' },
    { label: texts.say('report.line.when'), value: draft.happenedWhen ?? empty, step: 'when' },
    { label: texts.say('report.line.people'), value: draft.people ?? empty, step: 'people' },
  )
  if (draft.kind === 'informal-payment') {
    lines.push(
      { label: texts.say('report.line.procedure'), value: procedure?.name ?? empty, step: 'procedure' },
      { label: texts.say('report.line.amount'), value: amountOf(draft, texts) ?? empty, step: 'payment' },
      { label: texts.say('report.line.counter'), value: draft.counter ?? empty, step: 'counter' },
      {
        label: texts.say('report.line.receipt'),
        value: draft.receiptGiven ? texts.say(`report.line.receipt-${draft.receiptGiven}`) : empty,
        step: 'receipt-given',
      },
    )
  }
  const count = draft.evidence.length
  lines.push({
    label: texts.say('report.line.evidence'),
    value: count > 0 ? texts.say('report.line.files', { count }) : texts.say('report.line.no-files'),
    step: 'evidence',
  })
  return lines
}

function placeOf({ place, location }: ReportDraft, texts: ReportTexts): string | undefined {
  if (location === undefined) return place
  const point = texts.say('report.line.location', { coordinates: displayCoordinates(location) })
  return place === undefined ? point : `${place}; ${point}`
}

function contactOf({ name, phone }: ReportDraft, texts: ReportTexts): string | undefined {
  if (name === undefined) return undefined
  return phone === undefined ? name : texts.say('report.line.contact-both', { name, phone })
}

function amountOf({ askedVnd, isApproximate }: ReportDraft, texts: ReportTexts): string | undefined {
  if (askedVnd === undefined) return undefined
  const amount = displayAmount(askedVnd)
  return isApproximate
    ? texts.say('report.line.amount-about', { amount })
    : texts.say('report.line.amount-value', { amount })
}
