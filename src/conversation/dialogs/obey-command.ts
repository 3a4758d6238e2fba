import type { BotWorker } from 'botkit'
import { fieldsCard } from '../../catalogue/answers/choice-cards.ts'
import type { UnitOfWork } from '../turn/botkit-turn.ts'
import type { CommandName } from './commands.ts'
import { describeAgain, describeAgainStart } from './describe-again.ts'
import type { DialogContext } from './dialog-context.ts'
import { mainButtons, menuReply } from './menu.ts'
import { officerCard } from './officer-card.ts'

/** Does what a short saying or a menu button asks. Every command ends the guided dialog under way. */
export async function obeyCommand(
  command: CommandName,
  unit: UnitOfWork,
  bot: BotWorker,
  context: DialogContext,
): Promise<void> {
  const { agency, talk } = context
  const wasGuided = bot.hasActiveDialog()
  await bot.cancelAllDialogs()
  switch (command) {
    case 'greeting': {
      unit.state = { ...unit.state, greetedAt: unit.turn.arrivedAt }
      const text = talk.say('talk.greeting', { agency: agency.office.longName })
      unit.replies.push({ text, buttons: mainButtons(talk) })
      return
    }
    case 'menu':
      unit.replies.push(menuReply(talk))
      return
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
    case 'stop':
      unit.state = { ...unit.state, topic: undefined }
      unit.replies.push({ text: talk.say(wasGuided ? 'talk.stopped' : 'talk.nothing-to-stop') })
      return
    case 'thanks':
      unit.replies.push({ text: talk.say('talk.thanks') })
      return
    case 'goodbye':
      unit.replies.push({ text: talk.say('talk.goodbye') })
      return
    case 'none-of-these':
      await bot.beginDialog(describeAgain, describeAgainStart)
  }
}
