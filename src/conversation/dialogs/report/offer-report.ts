import { procedureChoice } from '../../../catalogue/answers/choice-payload.ts'
import { displayAmount } from '../../../catalogue/answers/display.ts'
import { checkKnownFee } from '../../../reports/fee-check.ts'
import { type IdentityMode, identityModes, type ReportKind, reportKinds } from '../../../reports/report.ts'
import type { Button, Reply } from '../../message.ts'
import type { UnitOfWork } from '../../turn/botkit-turn.ts'
import { answerContext } from '../answer-context.ts'
import type { DialogContext } from '../dialog-context.ts'
import { decideOffer } from './decide-offer.ts'
import {
  isExpired,
  newNonce,
  type PaperKind,
  type ReportDraft,
  type ReportOffer,
  readMemory,
  withMemory,
} from './draft.ts'
import { emergencyWords } from './emergency-words.ts'
import { type ComparedFee, feeWords } from './fee-words.ts'
import { informalIntro } from './informal-intro.ts'
import { paperWords } from './paper-words.ts'
import { choiceList, paperButtons, paperOptions } from './prompts.ts'
import { isStory } from './read-story.ts'
import { type ReportContext, takesReports } from './report-talk-parts.ts'
import { readTyped, reportChoice } from './step-input.ts'

type OfferMade = 'offered' | 'offered-and-answer' | 'none'

/** Recognises a report in a free message and offers to take it. Nothing is begun before the person agrees. */
export function offerForMessage(unit: UnitOfWork, context: ReportContext, text: string): OfferMade {
  const { classify, readAmounts, words } = context.reports
  const { search } = context.catalogue()
  const decision = decideOffer(text, { classify, readAmounts, words, search })
  switch (decision.kind) {
    case 'none':
      return 'none'
    case 'danger':
      offerInDanger(unit, context, text)
      return decision.alsoAnswer ? 'offered-and-answer' : 'offered'
    case 'paper':
      offerPaper(unit, context, text, decision.paper)
      return 'offered'
    case 'report':
      offerReport(unit, context, text, decision)
      return 'offered'
    case 'fee':
      offerFee(unit, context, decision.fee, text)
      return 'offered'
    case 'fee-of-what':
      askFeeOfWhat(unit, context, text, decision)
      return 'offered'
  }
}

/** The same for a message that only the catalogue's topics recognise; false where no reports are taken. */
export function offerForTopic(
  unit: UnitOfWork,
  context: DialogContext,
  topic: string,
  text: string,
): boolean {
  if (!takesReports(context)) return false
  switch (topic) {
    case 'report':
      offerReport(unit, context, text, {})
      return true
    case 'complaint':
      offerPaper(unit, context, text, 'complaint')
      return true
    case 'danger':
      offerInDanger(unit, context, text)
      return true
    default:
      return false
  }
}

const offerDayMs = 86_400_000

/** What somebody told and never agreed to report is not kept for longer than a day. */
export function forgetOldOffer(unit: UnitOfWork): void {
  const { offer } = readMemory(unit.state).memory
  if (!offer || unit.turn.arrivedAt.getTime() - offer.madeAtMs <= offerDayMs) return
  unit.state = withMemory(unit.state, { offer: undefined })
}

/** An offer is taken up in words ("không ghi tên") for so long. */
const offerMs = 30 * 60_000

/** What was answered in words or by a number to the offer just made. */
export function offerAnswer(unit: UnitOfWork, context: ReportContext): string | undefined {
  const { offer } = readMemory(unit.state).memory
  const text = unit.turn.inbound.text?.trim()
  if (!offer || text === undefined) return undefined
  if (unit.turn.arrivedAt.getTime() - offer.madeAtMs > offerMs) return undefined
  const { words } = context.reports
  const input = readTyped(text, words)
  switch (input.kind) {
    case 'number':
      return offer.options[input.number - 1]
    case 'word':
      if (input.word === 'yes' && offer.options.length === 0) return 'go'
      return input.word === 'no' || input.word === 'skip' ? 'other' : undefined
    case 'text': {
      const mode = text.split(/\s+/).length <= maxModeWords ? words.identity(text) : undefined
      return mode && offer.options.includes(mode) ? mode : undefined
    }
    default:
      return undefined
  }
}

const maxModeWords = 8

function offerReport(
  unit: UnitOfWork,
  context: ReportContext,
  text: string,
  found: { report?: ReportKind; fee?: ComparedFee; askedVnd?: number; isApproximate?: boolean },
): void {
  const { texts } = context.reports
  const { report: kind, fee, askedVnd, isApproximate } = found
  const offer = makeOffer(unit, text, {
    ...(kind ? { kind } : {}),
    ...(askedVnd === undefined ? {} : { askedVnd }),
    ...(isApproximate === undefined ? {} : { isApproximate }),
    ...(fee ? { procedureCode: fee.procedure.code } : {}),
    ...(kind ? { options: [...identityModes] } : {}),
  })
  const blocks: string[] = []
  if (kind === 'informal-payment') {
    blocks.push(informalIntro(context))
    if (fee) blocks.push(feeWords(fee, texts, answerContext(unit.turn.arrivedAt, context)))
  } else blocks.push(texts.say('report.offer.report'))
  const { name: portal, url } = context.agency.portal
  if (kind === 'delay') blocks.push(texts.say('report.offer.dossier', { portal, url }))
  if (kind) blocks.push(texts.say('report.identity.ask'))
  const modes = kind
    ? identityModes.map((mode) => button(offer, texts.say(`report.identity.${mode}`), mode))
    : [button(offer, texts.say('report.button.report'), 'go')]
  const more = kind === 'delay' ? [{ label: context.talk.say('talk.button.portal', { portal }), url }] : []
  pushOffer(unit, context, offer, blocks, [
    ...modes,
    button(offer, texts.say('report.button.other'), 'other'),
    ...more,
  ])
}

function offerPaper(unit: UnitOfWork, context: ReportContext, text: string, paper: PaperKind): void {
  const { texts } = context.reports
  const offer = makeOffer(unit, text, { paper, options: [...paperOptions] })
  const blocks = [paperWords(paper, context), texts.say('report.paper.offer')]
  pushOffer(unit, context, offer, blocks, paperButtons(offer.nonce, 'offer', texts))
}

function offerInDanger(unit: UnitOfWork, context: ReportContext, text: string): void {
  const { texts } = context.reports
  const offer = makeOffer(unit, text, {})
  const blocks = [emergencyWords(context), texts.say('report.danger.offer')]
  pushOffer(unit, context, offer, blocks, [button(offer, texts.say('report.button.report'), 'go')])
}

/** The amount against the published fee, then the two ways on. */
function offerFee(unit: UnitOfWork, context: ReportContext, fee: ComparedFee, text: string): void {
  const { texts } = context.reports
  const { askedVnd, isApproximate, procedure } = fee
  const offer = makeOffer(unit, text, {
    kind: 'informal-payment',
    askedVnd,
    isApproximate,
    procedureCode: procedure.code,
  })
  const blocks = [
    feeWords(fee, texts, answerContext(unit.turn.arrivedAt, context)),
    `${texts.say('report.fee.ask-receipt')} ${texts.say('report.fee.offer')}`,
  ]
  pushOffer(unit, context, offer, blocks, [
    button(offer, texts.say('report.button.report-this'), 'go'),
    { label: texts.say('report.button.procedure'), choice: procedureChoice(procedure.code, []) },
  ])
}

function askFeeOfWhat(
  unit: UnitOfWork,
  context: ReportContext,
  text: string,
  { askedVnd, codes }: { askedVnd: number; codes: string[] },
): void {
  const { texts } = context.reports
  const offer = makeOffer(unit, text, { kind: 'informal-payment', askedVnd, options: codes })
  const amount = displayAmount(askedVnd)
  const choices = choiceList({ procedureChoices: codes }, context, (code, label) =>
    button(offer, label, code),
  )
  const ask =
    codes.length > 0
      ? [texts.say('report.fee.which', { amount }), ...choices.lines].join('\n')
      : `${texts.say('report.fee.which-unknown', { amount })} ${texts.say('report.fee.offer')}`
  pushOffer(
    unit,
    context,
    offer,
    [ask],
    [
      ...choices.buttons,
      button(offer, texts.say('report.button.report-this'), 'go'),
      button(offer, texts.say('report.button.other'), 'other'),
    ],
  )
}

/** The procedure was chosen: the same offer, now with the comparison. */
export function compareOffered(
  unit: UnitOfWork,
  context: ReportContext,
  offer: ReportOffer,
  code: string,
): boolean {
  const procedure = context.catalogue().search.byCode(code)
  if (!procedure || offer.askedVnd === undefined) return false
  const { askedVnd: amountVnd, isApproximate = false } = offer
  offerFee(unit, context, checkKnownFee({ amountVnd, isApproximate }, procedure) as ComparedFee, offer.story)
  return true
}

function makeOffer(unit: UnitOfWork, text: string, found: Partial<ReportOffer>): ReportOffer {
  return {
    nonce: newNonce(),
    madeAtMs: unit.turn.arrivedAt.getTime(),
    story: isStory(text) ? text.trim() : '',
    options: [],
    ...found,
  }
}

const button = (offer: ReportOffer, label: string, value: string): Button => ({
  label,
  choice: reportChoice(offer.nonce, 'offer', value),
})

/** Keeps the offer in mind and says it; who has a draft already is asked what becomes of that one. */
function pushOffer(
  unit: UnitOfWork,
  context: ReportContext,
  offer: ReportOffer,
  blocks: readonly string[],
  buttons: Button[],
): void {
  unit.state = withMemory(unit.state, { offer })
  const { draft } = readMemory(unit.state).memory
  const { draftDays } = context.reports.settings.limits
  const isLive = draft !== undefined && !isExpired(draft, unit.turn.arrivedAt, draftDays)
  unit.replies.push(
    isLive ? besideDraft(draft, offer, blocks, context) : { text: blocks.join('\n\n'), buttons },
  )
}

function besideDraft(
  draft: ReportDraft,
  offer: ReportOffer,
  blocks: readonly string[],
  { reports }: ReportContext,
): Reply {
  const { texts } = reports
  const informing = blocks.filter((block) => block !== texts.say('report.identity.ask'))
  return {
    text: [...informing, texts.say('report.offer.draft')].join('\n\n'),
    buttons: [
      { label: texts.say('report.button.resume'), choice: reportChoice(draft.nonce, 'draft', 'resume') },
      button(offer, texts.say('report.button.drop-old'), 'replace'),
    ],
  }
}

type OfferTap =
  | { kind: 'begin'; from: Partial<ReportOffer> & { mode?: IdentityMode } }
  | { kind: 'replace' }
  | { kind: 'compare'; code: string }
  | { kind: 'paper-only' }
  | { kind: 'other' }
  | { kind: 'unknown' }

/** What a tap under an offer asks for. */
export function readOfferTap(offer: ReportOffer, value: string): OfferTap {
  const mode = identityModes.find((one) => one === value)
  if (mode) return { kind: 'begin', from: { ...offer, mode } }
  const kind = reportKinds.find((one) => one === value)
  if (kind) return { kind: 'begin', from: { ...offer, kind } }
  if (/^\d\.\d{6}$/.test(value)) return { kind: 'compare', code: value }
  switch (value) {
    case 'go':
      return { kind: 'begin', from: offer }
    case 'replace':
    case 'other':
      return { kind: value }
    case 'only':
      return { kind: 'paper-only' }
    default:
      return { kind: 'unknown' }
  }
}
