import type { BotWorker } from 'botkit'
import { fieldsCard } from '../../catalogue/answers/choice-cards.ts'
import type { UnitOfWork } from '../turn/botkit-turn.ts'
import type { CommandName } from './commands.ts'
import { describeAgain, describeAgainStart } from './describe-again.ts'
import type { DialogContext } from './dialog-context.ts'
import { knowsDossiers } from './dossier/dossier-talk-parts.ts'
import { askForCode, lookUpButton } from './dossier/look-up.ts'
import { keepRejected } from './learning/asked-memory.ts'
import { mainButtons, menuReply } from './menu.ts'
import { officerCard } from './officer-card.ts'
import { draftButtons, draftIn } from './report/draft-buttons.ts'
import { leaveReport } from './report/follow-up.ts'
import { isInReport } from './report/in-report.ts'
import { stoppedReply } from './report/report-dialog.ts'
import { type ReportContext, takesReports } from './report/report-talk-parts.ts'
import { continueReport, dropReport, startReport } from './report/report-taps.ts'
import { topicReplies } from './topic-replies.ts'

/** Does what a short saying or a menu button asks. Every command ends the guided dialog under way; a report stays. */
export async function obeyCommand(
  command: CommandName,
  unit: UnitOfWork,
  bot: BotWorker,
  context: DialogContext,
): Promise<void> {
  const { agency, talk } = context
  const wasGuided = bot.hasActiveDialog()
  const draft = isInReport(unit.state) ? draftIn(unit.state) : undefined
  await bot.cancelAllDialogs()
  await obey()
  if (draft && takesReports(context) && !speaksOfReport.includes(command)) {
    const { texts } = context.reports
    unit.replies.push({ text: texts.say('report.draft.reminder'), buttons: draftButtons(draft, texts) })
  }

  async function obey(): Promise<void> {
    switch (command) {
      case 'greeting': {
        unit.state = { ...unit.state, greetedAt: unit.turn.arrivedAt }
        const text = talk.say('talk.greeting', { agency: agency.office.longName })
        const more = isNoVietnamese(unit, context) ? `\n${talk.say('talk.greeting-english')}` : ''
        unit.replies.push({ text: `${text}${more}`, buttons: mainButtons(talk) })
        return
      }
      case 'menu': {
        const menu = menuReply(talk)
        const hasDossiers = knowsDossiers(context) && (await context.dossiers.hasDossiers())
        const buttons = hasDossiers ? [...menu.buttons!, lookUpButton(context)] : menu.buttons!
        unit.replies.push({ ...menu, buttons })
        return
      }
      case 'help':
        unit.replies.push({ text: talk.say('talk.help'), buttons: mainButtons(talk) })
        return
      case 'search':
        unit.replies.push({ text: talk.say('talk.search') })
        return
      case 'fields':
        unit.replies.push(fieldsCard(context.catalogue().procedures, 1, context.answers))
        return
      case 'officer':
        unit.replies.push(officerCard(agency, talk, unit.turn.arrivedAt))
        return
      case 'stop': {
        unit.state = { ...unit.state, topic: undefined, asked: undefined }
        const wasReading = takesReports(context) && leaveReport(unit, context)
        const wasBusy = wasGuided || wasReading
        if (draft && takesReports(context)) unit.replies.push(stoppedReply(draft, context))
        else unit.replies.push({ text: talk.say(wasBusy ? 'talk.stopped' : 'talk.nothing-to-stop') })
        return
      }
      case 'thanks':
        unit.replies.push({ text: talk.say('talk.thanks') })
        return
      case 'goodbye':
        unit.replies.push({ text: talk.say('talk.goodbye') })
        return
      case 'none-of-these':
        await keepRejected(unit, context)
        await bot.beginDialog(describeAgain, describeAgainStart)
        return
      case 'dossier':
        if (knowsDossiers(context)) return askForCode(unit, context)
        unit.replies.push(...topicReplies('dossier-status', context, unit.turn.arrivedAt))
        return
      case 'report':
      case 'follow-up':
      case 'resume-report':
      case 'drop-report':
        if (takesReports(context)) return obeyReportCommand(command, unit, bot, context)
        unit.replies.push(...topicReplies('report', context, unit.turn.arrivedAt))
    }
  }
}

/** "hello": the person may be no Vietnamese. */
const isNoVietnamese = ({ turn }: UnitOfWork, { english, language }: DialogContext): boolean =>
  english !== undefined &&
  language === undefined &&
  turn.inbound.text !== undefined &&
  english.reader.languageOf(turn.inbound.text) === undefined

/** After the others the draft that was left is named. */
const speaksOfReport: readonly CommandName[] = ['stop', 'report', 'resume-report', 'drop-report']

async function obeyReportCommand(
  command: 'report' | 'follow-up' | 'resume-report' | 'drop-report',
  unit: UnitOfWork,
  bot: BotWorker,
  context: ReportContext,
): Promise<void> {
  switch (command) {
    case 'report':
      return startReport(unit, bot, context)
    case 'follow-up':
      unit.replies.push({ text: context.reports.texts.say('report.look-up.ask') })
      return
    case 'resume-report':
      return continueReport(unit, bot, context)
    case 'drop-report':
      return dropReport(unit, bot, context)
  }
}
