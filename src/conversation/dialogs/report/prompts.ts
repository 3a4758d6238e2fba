import { displayAmount, maxLabelChars, shorten } from '../../../catalogue/answers/display.ts'
import { displayCoordinates } from '../../../lib/coordinates.ts'
import { defaultEvidenceLimits } from '../../../reports/evidence/evidence.ts'
import { identityModes, reportKinds } from '../../../reports/report.ts'
import type { Button, Reply } from '../../message.ts'
import { commandPayload } from '../choice-payload.ts'
import { previousStep, type ReportDraft, type ReportStep } from './draft.ts'
import type { ReportContext } from './report-talk-parts.ts'
import type { ReportTexts } from './report-texts.ts'
import { reviewLines } from './review-lines.ts'
import { reportChoice } from './step-input.ts'

/** The values of a step's options in the order in which they are numbered. */
export function optionsOf(step: ReportStep, draft: ReportDraft): readonly string[] {
  switch (step) {
    case 'kind':
      return [...reportKinds, 'complaint', 'denunciation']
    case 'paper':
      return paperOptions
    case 'identity':
      return identityModes
    case 'procedure':
      return draft.procedureChoices ?? []
    case 'receipt-given':
      return ['yes', 'no']
    default:
      return []
  }
}

/** The question of a step with everything that can be tapped. */
export function promptFor(draft: ReportDraft, step: ReportStep, context: ReportContext): Reply {
  const { texts } = context.reports
  const tap = (label: string, value: string): Button => ({
    label,
    choice: reportChoice(draft.nonce, step, value),
  })
  const ways = waysOn(draft, step, texts)
  switch (step) {
    case 'kind': {
      const kinds = [...reportKinds, 'complaint', 'denunciation'] as const
      const options = kinds.map((kind) => tap(texts.say(`report.kind.${kind}`), kind))
      return { text: texts.say('report.kind.ask'), buttons: [...options, ...ways] }
    }
    case 'paper':
      return {
        text: texts.say('report.paper.offer'),
        buttons: [...paperButtons(draft.nonce, 'paper', texts), ...ways],
      }
    case 'identity':
      return {
        text: texts.say('report.identity.ask'),
        buttons: [...identityModes.map((mode) => tap(texts.say(`report.identity.${mode}`), mode)), ...ways],
      }
    case 'contact':
      return { text: texts.say('report.contact.ask'), buttons: ways, asksContact: true }
    case 'story':
      return storyPrompt(draft, texts, tap, ways)
    case 'payment':
      return paymentPrompt(draft, context, tap, ways)
    case 'procedure':
      return procedurePrompt(draft, context, tap, ways)
    case 'evidence':
      return evidencePrompt(draft, texts, tap, ways)
    case 'review':
      return reviewPrompt(draft, context, tap, ways)
    case 'edit': {
      const lines = reviewLines(draft, procedureOf(draft, context), texts)
      const options = lines.map(({ label, step: to }, index) =>
        tap(texts.say('report.button.line', { number: index + 1, label }), to),
      )
      return { text: texts.say('report.edit.which'), buttons: [...options, ...ways] }
    }
    case 'place':
      return { text: placeQuestion(draft, texts), buttons: ways }
    case 'when':
    case 'people':
    case 'counter':
      return { text: texts.say(`report.edit.${step}`), buttons: ways }
    case 'receipt-given':
      return {
        text: texts.say('report.edit.receipt'),
        buttons: [
          tap(texts.say('report.button.receipt-yes'), 'yes'),
          tap(texts.say('report.button.receipt-no'), 'no'),
          ...ways,
        ],
      }
  }
}

function placeQuestion({ location }: ReportDraft, texts: ReportTexts): string {
  const ask = texts.say('report.edit.place')
  if (location === undefined) return ask
  return `${ask}\n${texts.say('report.location.to-drop', { coordinates: displayCoordinates(location) })}`
}

export function procedureOf(draft: Pick<ReportDraft, 'procedureCode'>, context: ReportContext) {
  return draft.procedureCode === undefined
    ? undefined
    : context.catalogue().search.byCode(draft.procedureCode)
}

/** As they are numbered in the question. */
export const paperOptions = ['informal-payment', 'delay', 'feedback', 'only'] as const

/** What can still be done with a matter that the law wants on paper. */
export function paperButtons(nonce: string, step: 'paper' | 'offer', texts: ReportTexts): Button[] {
  const kinds = ['informal-payment', 'delay', 'feedback'] as const
  return [
    ...kinds.map((kind) => ({
      label: texts.say(`report.kind.${kind}`),
      choice: reportChoice(nonce, step, kind),
    })),
    { label: texts.say('report.button.paper-only'), choice: reportChoice(nonce, step, 'only') },
  ]
}

type Tap = (label: string, value: string) => Button

/** Back, skip and stop: as buttons where they lead somewhere, as words everywhere. */
function waysOn(draft: ReportDraft, step: ReportStep, texts: ReportTexts): Button[] {
  const choice = (value: string) => reportChoice(draft.nonce, step, value)
  const back = { label: texts.say('report.button.back'), choice: choice('back'), isSpare: true as const }
  const skip = { label: texts.say('report.button.skip'), choice: choice('skip') }
  const stop = {
    label: texts.say('report.button.stop'),
    choice: commandPayload('stop'),
    isSpare: true as const,
  }
  return [...(previousStep(draft, step) ? [back] : []), ...(skippable.includes(step) ? [skip] : []), stop]
}

/** Elsewhere the word "bỏ qua" takes the careful choice or says why it cannot be. */
const skippable: readonly ReportStep[] = [
  'payment',
  'procedure',
  'place',
  'when',
  'people',
  'counter',
  'receipt-given',
]

const maxQuotedStory = 600

function storyPrompt(draft: ReportDraft, texts: ReportTexts, tap: Tap, ways: Button[]): Reply {
  if (draft.story === undefined) return { text: texts.say('report.story.ask'), buttons: ways }
  const story = shorten(draft.story, maxQuotedStory)
  if (draft.isReviewed) return { text: texts.say('report.story.change', { story }), buttons: ways }
  return {
    text: texts.say('report.story.more', { story }),
    buttons: [tap(texts.say('report.button.enough'), 'enough'), ...ways],
  }
}

function paymentPrompt(draft: ReportDraft, context: ReportContext, tap: Tap, ways: Button[]): Reply {
  const { texts } = context.reports
  const { askedVnd, procedureCode } = draft
  if (draft.isReviewed || (procedureCode !== undefined && askedVnd === undefined)) {
    return { text: texts.say('report.payment.ask-amount'), buttons: ways }
  }
  if (askedVnd === undefined) return { text: texts.say('report.payment.ask'), buttons: ways }
  const choices = choiceList(draft, context, (code, label) => tap(label, code))
  return {
    text: [
      texts.say('report.payment.ask-procedure', { amount: displayAmount(askedVnd) }),
      ...choices.lines,
    ].join('\n'),
    buttons: [...choices.buttons, ...ways],
  }
}

function procedurePrompt(draft: ReportDraft, context: ReportContext, tap: Tap, ways: Button[]): Reply {
  const choices = choiceList(draft, context, (code, label) => tap(label, code))
  const ask = context.reports.texts.say('report.procedure.ask')
  return { text: [ask, ...choices.lines].join('\n'), buttons: [...choices.buttons, ...ways] }
}

const maxNameChars = 160

/** Procedures to choose from, numbered, in full in the text and short on the buttons. */
export function choiceList(
  { procedureChoices = [] }: Pick<ReportDraft, 'procedureChoices'>,
  context: ReportContext,
  button: (code: string, label: string) => Button,
): { lines: string[]; buttons: Button[] } {
  const { texts } = context.reports
  const found = procedureChoices.flatMap((code) => context.catalogue().search.byCode(code) ?? [])
  const option = (name: string, index: number, maxChars: number) =>
    texts.say('report.procedure.option', { number: index + 1, name: shorten(name, maxChars) })
  return {
    lines: found.map(({ name }, index) => option(name, index, maxNameChars)),
    buttons: found.map(({ code, name }, index) => button(code, option(name, index, maxLabelChars))),
  }
}

function evidencePrompt(draft: ReportDraft, texts: ReportTexts, tap: Tap, ways: Button[]): Reply {
  const asksReceipt = draft.kind === 'informal-payment' && draft.receiptGiven === undefined
  const ask = texts.say('report.evidence.ask', { max: defaultEvidenceLimits.maxFiles })
  return {
    text: asksReceipt ? `${ask}\n${texts.say('report.evidence.ask-receipt')}` : ask,
    buttons: [
      ...(asksReceipt
        ? [
            tap(texts.say('report.button.receipt-yes'), 'receipt-yes'),
            tap(texts.say('report.button.receipt-no'), 'receipt-no'),
          ]
        : []),
      ...(draft.evidence.length > 0
        ? [tap(texts.say('report.button.done'), 'done')]
        : [tap(texts.say('report.button.skip'), 'skip'), tap(texts.say('report.button.done'), 'done')]),
      ...ways,
    ],
  }
}

function reviewPrompt(draft: ReportDraft, context: ReportContext, tap: Tap, ways: Button[]): Reply {
  const { texts } = context.reports
  const rows = reviewLines(draft, procedureOf(draft, context), texts).map(({ label, value }, index) =>
    texts.say('report.line.row', { number: index + 1, label, value }),
  )
  return {
    text: [texts.say('report.review.ask'), ...rows, '', texts.say('report.review.end')].join('\n'),
    buttons: [
      tap(texts.say('report.button.send'), 'send'),
      tap(texts.say('report.button.edit'), 'edit'),
      ...ways,
    ],
  }
}
