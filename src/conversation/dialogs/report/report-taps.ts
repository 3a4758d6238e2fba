import type { BotWorker } from 'botkit'
import type { UnitOfWork } from '../../turn/botkit-turn.ts'
import { answerQuestion } from '../ask.ts'
import { type ReportOffer, type ReportStep, readMemory, withMemory } from './draft.ts'
import { compareOffered, offerAnswer, offerForMessage, readOfferTap } from './offer-report.ts'
import {
  answerTap,
  beginReport,
  currentDraft,
  dropDraft,
  resumeReport,
  waitingDraftReply,
} from './report-dialog.ts'
import type { ReportContext } from './report-talk-parts.ts'
import type { ReportTap } from './step-input.ts'

/** Any tap on a button of a draft or an offer, outside of the step that is being asked. */
export async function obeyReportTap(
  unit: UnitOfWork,
  bot: BotWorker,
  context: ReportContext,
  tap: ReportTap,
): Promise<void> {
  const draft = await currentDraft(unit, context)
  const { offer } = readMemory(unit.state).memory
  if (tap.step === 'offer' && offer?.nonce === tap.nonce)
    return obeyOfferTap(unit, bot, context, offer, tap.value)
  if (!draft || draft.nonce !== tap.nonce) {
    unit.replies.push({ text: context.reports.texts.say('report.draft.over') })
    return
  }
  switch (tap.step) {
    case 'draft':
      if (tap.value === 'drop') return dropReport(unit, bot, context)
      return resumeReport(unit, bot, context, draft)
    case 'offer':
      // The second tap of a double one: the offer has become this draft.
      return resumeReport(unit, bot, context, draft)
    default:
      return answerTap(unit, bot, context, tap.step as ReportStep)
  }
}

/** "Phản ánh": goes on with the draft that waits, else begins. */
export async function startReport(unit: UnitOfWork, bot: BotWorker, context: ReportContext): Promise<void> {
  const { isForeign } = readMemory(unit.state)
  if (isForeign) {
    unit.state = withMemory(unit.state, { draft: undefined, offer: undefined })
    unit.replies.push({ text: context.reports.texts.say('report.draft.outdated') })
  }
  const draft = await currentDraft(unit, context)
  if (draft) unit.replies.push(waitingDraftReply(draft, context))
  else await beginReport(unit, bot, context)
}

/** "Viết tiếp". */
export async function continueReport(
  unit: UnitOfWork,
  bot: BotWorker,
  context: ReportContext,
): Promise<void> {
  const draft = await currentDraft(unit, context)
  if (draft) await resumeReport(unit, bot, context, draft)
  else unit.replies.push({ text: context.reports.texts.say('report.draft.none') })
}

/** "Bỏ bản nháp". */
export async function dropReport(unit: UnitOfWork, bot: BotWorker, context: ReportContext): Promise<void> {
  const { texts } = context.reports
  const draft = await currentDraft(unit, context)
  await dropDraft(unit, context)
  await bot.cancelAllDialogs()
  unit.replies.push({ text: texts.say(draft ? 'report.draft.dropped' : 'report.draft.none') })
}

/** A free message that is about the service; false when it is a question for the catalogue. */
export async function meetReportTalk(
  unit: UnitOfWork,
  bot: BotWorker,
  context: ReportContext,
  text: string,
): Promise<'taken' | 'answer-too' | 'not-taken'> {
  const answer = offerAnswer(unit, context)
  const { offer } = readMemory(unit.state).memory
  if (answer && offer) {
    await obeyOfferTap(unit, bot, context, offer, answer)
    return 'taken'
  }
  switch (offerForMessage(unit, context, text)) {
    case 'offered':
      return 'taken'
    case 'offered-and-answer':
      return 'answer-too'
    case 'none':
      return 'not-taken'
  }
}

async function obeyOfferTap(
  unit: UnitOfWork,
  bot: BotWorker,
  context: ReportContext,
  offer: ReportOffer,
  value: string,
): Promise<void> {
  const { texts } = context.reports
  const tapped = readOfferTap(offer, value)
  switch (tapped.kind) {
    case 'begin': {
      const draft = await currentDraft(unit, context)
      if (draft) unit.replies.push(waitingDraftReply(draft, context))
      else await beginReport(unit, bot, context, tapped.from)
      return
    }
    case 'replace':
      await dropDraft(unit, context)
      return beginReport(unit, bot, context, offer)
    case 'compare':
      if (!compareOffered(unit, context, offer, tapped.code)) {
        unit.replies.push({ text: context.talk.say('talk.ask.unknown-code', { code: tapped.code }) })
      }
      return
    case 'paper-only':
      unit.state = withMemory(unit.state, { offer: undefined })
      unit.replies.push({ text: texts.say('report.paper.only') })
      return
    case 'other':
      unit.state = withMemory(unit.state, { offer: undefined })
      if (offer.story === '') unit.replies.push({ text: context.talk.say('talk.search') })
      else await answerQuestion(unit, context, offer.story, { isNoReport: true })
      return
    case 'unknown':
      unit.replies.push({ text: texts.say('report.draft.over') })
  }
}
