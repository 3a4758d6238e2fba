import type { Botkit, BotWorker } from 'botkit'
import { fieldsCard, proceduresOfFieldCard } from '../../catalogue/answers/choice-cards.ts'
import { asHandler, currentUnit, type Step, type UnitOfWork } from '../turn/botkit-turn.ts'
import { answerProcedure, answerQuestion } from './ask.ts'
import { type ChoicePayload, parseChoicePayload } from './choice-payload.ts'
import type { CommandName } from './commands.ts'
import { describeAgainDialog } from './describe-again.ts'
import type { DialogContext } from './dialog-context.ts'
import { knowsDossiers } from './dossier/dossier-talk-parts.ts'
import { obeyDossierTap } from './dossier/dossier-taps.ts'
import { type DossierTyped, dossierTyped } from './dossier/dossier-typed.ts'
import { meetFilingDay } from './dossier/filing-day.ts'
import { openSlip, takeTyped } from './dossier/look-up.ts'
import { readLookup } from './dossier/lookup-memory.ts'
import { firstNotice } from './first-notice.ts'
import { englishCommand, inLanguage, noteLanguage } from './language.ts'
import { takeWish } from './learning/tell-later.ts'
import { mainButtons } from './menu.ts'
import { obeyCommand } from './obey-command.ts'
import {
  forgetComment,
  obeyPoll,
  type PollMeaning,
  pollChoice,
  pollReply,
  pollWords,
} from './poll/poll-talk.ts'
import { asksPolls } from './poll/poll-talk-parts.ts'
import { draftButtons, draftIn } from './report/draft-buttons.ts'
import {
  expectsMessage,
  leaveReport,
  openReport,
  receiptTyped,
  tapOnReport,
  writeToReport,
} from './report/follow-up.ts'
import { isInReport } from './report/in-report.ts'
import { forgetOldOffer } from './report/offer-report.ts'
import { createReportDialog } from './report/report-dialog.ts'
import { takesReports } from './report/report-talk-parts.ts'
import { meetReportTalk, obeyReportTap } from './report/report-taps.ts'
import { topicReplies } from './topic-replies.ts'
import { hasWords, wordlessReply } from './wordless-reply.ts'

type Interruption =
  | ChoicePayload
  | PollMeaning
  | { kind: 'group' | 'unknown' }
  | { kind: 'receipt'; typed: string }
  /** Words or files for the report that is open in this conversation. */
  | { kind: 'to-report' }
  | { kind: 'dossier-typed'; typed: DossierTyped }

/**
 * The whole conversation, as Botkit sees it: taps and short commands are understood in any state; a typed message
 * goes to the guided dialog under way, else it is a question.
 */
export function registerDialogs(controller: Botkit, context: DialogContext): void {
  /** Undefined: words for the dialog under way, or a question. */
  async function interruptionBy({ turn, state }: UnitOfWork): Promise<Interruption | undefined> {
    const { choice, text, chatKind, attachments } = turn.inbound
    if (chatKind === 'group') return { kind: 'group' }
    if (choice !== undefined) {
      const ofPoll = asksPolls(context) ? pollChoice(choice) : undefined
      if (ofPoll) return ofPoll
      const payload = parseChoicePayload(choice)
      const isOwn = payload?.kind === 'report' && payload.tap.step !== 'offer' && payload.tap.step !== 'draft'
      // A tap of the report that is being written is an answer, and answers go to its dialog.
      if (isOwn && isInReport(state) && draftIn(state)?.nonce === payload.tap.nonce) return undefined
      return payload ?? { kind: 'unknown' }
    }
    const isWriting = isInReport(state)
    const isToReport = takesReports(context) && expectsMessage(currentUnit(), context, isWriting)
    if (knowsDossiers(context) && text !== undefined) {
      const memory = readLookup(state, turn.arrivedAt)
      const typed = dossierTyped(text, memory, isWriting || isToReport)
      if (typed) return { kind: 'dossier-typed', typed }
    }
    if (asksPolls(context)) {
      const ofPoll = await pollReply(currentUnit(), context.polls, isBusy(currentUnit()))
      if (ofPoll) return ofPoll
    }
    const command =
      text === undefined ? undefined : (context.readCommand(text) ?? englishCommand(text, context))
    if (command && (!(isWriting || isToReport) || interrupts(command, text!)))
      return { kind: 'command', command }
    if (takesReports(context) && text !== undefined) {
      const typed = receiptTyped(text)
      if (typed === 'receipt' || (typed !== undefined && !isWriting && !isToReport)) {
        return { kind: 'receipt', typed: text }
      }
    }
    if (asksPolls(context)) {
      const ofPoll = pollWords(currentUnit(), context.polls, isBusy(currentUnit()))
      if (ofPoll) return ofPoll
    }
    return isToReport && (text !== undefined || attachments.length > 0) ? { kind: 'to-report' } : undefined
  }

  /** Something else waits for the next words. */
  function isBusy(unit: UnitOfWork): boolean {
    const { state, turn } = unit
    const isToReport = takesReports(context) && expectsMessage(unit, context, isInReport(state))
    const step = knowsDossiers(context) ? readLookup(state, turn.arrivedAt)?.step : undefined
    return state.dialog !== undefined || isToReport || step === 'code-asked' || step === 'digits-asked'
  }

  const interrupt: Step = async (unit, bot) => {
    const said = inLanguage(unit, context)
    const { talk } = said
    forgetOldOffer(unit)
    const met = await interruptionBy(unit)
    // A comment that was announced is the very next thing said, or none.
    if (met && met.kind !== 'poll-comment' && met.kind !== 'poll-tap') forgetComment(unit)
    switch (met?.kind) {
      case undefined:
        return
      case 'group':
        unit.replies.push({ text: talk.say('talk.private-only') })
        return
      case 'unknown':
        unit.replies.push({ text: talk.say('talk.old-button'), buttons: mainButtons(talk) })
        return
      case 'command':
        return obeyCommand(met.command, unit, bot, said)
      case 'procedure': {
        const procedure = context.catalogue().search.byCode(met.code)
        if (procedure) answerProcedure(unit, said, { ...met, procedure })
        else unit.replies.push({ text: talk.say('talk.ask.unknown-code', { code: met.code }) })
        return remindOfReport(unit)
      }
      case 'fields':
        unit.replies.push(fieldsCard(context.catalogue().procedures, met.page, said.answers))
        return remindOfReport(unit)
      case 'field': {
        const { procedures } = context.catalogue()
        unit.replies.push(proceduresOfFieldCard(procedures, met.fieldKey, met.page, said.answers))
        return remindOfReport(unit)
      }
      case 'poll-help':
        if (asksPolls(context)) await obeyPoll(met, unit, context, isBusy(unit))
        return obeyCommand('report', unit, bot, context)
      case 'tell-later':
        await takeWish(unit, said, met.question)
        return remindOfReport(unit)
      case 'poll-tap':
      case 'poll-write':
      case 'poll-comment':
      case 'poll-wish':
      case 'poll-typed':
        if (asksPolls(context)) await obeyPoll(met, unit, context, isBusy(unit))
        return
      case 'dossier':
      case 'dossier-typed':
        return meetDossier(unit, bot, met)
      case 'receipt':
      case 'to-report':
      case 'report':
      case 'follow-up':
      case 'receipt-noted':
        return meetReport(unit, bot, met)
    }
  }

  /** What is for reports; where none are taken, the honest sentence. */
  async function meetReport(
    unit: UnitOfWork,
    bot: BotWorker,
    met: Extract<Interruption, { kind: 'receipt' | 'to-report' | 'report' | 'follow-up' | 'receipt-noted' }>,
  ): Promise<void> {
    if (!takesReports(context)) {
      unit.replies.push(...topicReplies('report', context, unit.turn.arrivedAt))
      return
    }
    switch (met.kind) {
      case 'receipt':
        return openReport(unit, context, met.typed)
      case 'to-report':
        await writeToReport(unit, context)
        return
      case 'report':
        return obeyReportTap(unit, bot, context, met.tap)
      case 'follow-up':
        return tapOnReport(unit, context, met.tap)
      case 'receipt-noted':
        unit.replies.push({ text: context.reports.texts.say('report.sent.noted') })
    }
  }

  /** A slip in the middle of a report ends the dialog, and its draft waits: the digits are not for the report. */
  async function meetDossier(
    unit: UnitOfWork,
    bot: BotWorker,
    met: Extract<Interruption, { kind: 'dossier' | 'dossier-typed' }>,
  ): Promise<void> {
    if (!knowsDossiers(context)) {
      unit.replies.push(...topicReplies('dossier-status', context, unit.turn.arrivedAt))
      return
    }
    if (met.kind === 'dossier' && met.tap.action !== 'slip' && met.tap.action !== 'code') {
      return obeyDossierTap(unit, context, met.tap)
    }
    const draft = takesReports(context) && isInReport(unit.state) ? draftIn(unit.state) : undefined
    if (takesReports(context)) leaveReport(unit, context)
    await bot.cancelAllDialogs()
    if (met.kind === 'dossier') await obeyDossierTap(unit, context, met.tap)
    else if (met.typed.kind === 'slip') await openSlip(unit, context, met.typed.token)
    else await takeTyped(unit, context, met.typed)
    if (draft && takesReports(context)) {
      const { texts } = context.reports
      unit.replies.push({ text: texts.say('report.draft.reminder'), buttons: draftButtons(draft, texts) })
    }
  }

  /** A procedure was looked at in the middle of a report: how to go on with it. */
  function remindOfReport(unit: UnitOfWork): void {
    if (!takesReports(context) || !isInReport(unit.state)) return
    const draft = draftIn(unit.state)
    if (!draft) return
    const { texts } = context.reports
    unit.replies.push({ text: texts.say('report.draft.reminder'), buttons: draftButtons(draft, texts) })
  }

  const onMessage: Step = async (unit, bot) => {
    const { text } = unit.turn.inbound
    const said = inLanguage(unit, context)
    forgetOldOffer(unit)
    firstNotice(unit, said)
    if (text === undefined || !hasWords(text)) {
      unit.replies.push(wordlessReply(unit.turn.inbound, said.talk))
      return
    }
    // Days and stories are read in Vietnamese only.
    if (said.language === 'en') return answerQuestion(unit, said, text)
    if (knowsDossiers(context) && meetFilingDay(unit, context, text)) return
    const met = takesReports(context) ? await meetReportTalk(unit, bot, context, text) : 'not-taken'
    if (met !== 'taken') await answerQuestion(unit, context, text, { isNoReport: met === 'answer-too' })
  }

  controller.interrupts(
    async () => {
      noteLanguage(currentUnit(), context)
      return (await interruptionBy(currentUnit())) !== undefined
    },
    'message',
    asHandler(interrupt),
  )
  controller.addDialog(describeAgainDialog(controller, context))
  if (takesReports(context)) controller.addDialog(createReportDialog(controller, context))
  controller.on('message', asHandler(onMessage))
}

/** Of the commands only these are meant as such in the middle of a report: "cán bộ" and "ok" are answers there. */
function interrupts(command: CommandName, text: string): boolean {
  if (text.trim().startsWith('/')) return true
  switch (command) {
    case 'stop':
    case 'menu':
    case 'report':
    case 'follow-up':
    case 'drop-report':
    case 'resume-report':
      return true
    case 'help':
      return text.trim().split(/\s+/).length <= 2
    default:
      return false
  }
}
