import { type Botkit, BotkitConversation } from 'botkit'
import { asAnswerHandler, asBeforeHook } from '../turn/botkit-turn.ts'
import { answerQuestion } from './ask.ts'
import type { DialogContext } from './dialog-context.ts'
import { inLanguage } from './language.ts'
import { hasWords, wordlessReply } from './wordless-reply.ts'

/** Guided dialog: none of the offered procedures was meant, so the person says it once more in other words. */
export const describeAgain = 'describe-again'

const threads = { describe: 'describe' } as const

/** To be handed to `bot.beginDialog`: every dialog starts at a named thread. */
export const describeAgainStart = { thread: threads.describe }

export function describeAgainDialog(controller: Botkit, context: DialogContext): BotkitConversation {
  const dialog = new BotkitConversation(describeAgain, controller)
  dialog.before(
    threads.describe,
    asBeforeHook((unit) => {
      unit.replies.push({ text: inLanguage(unit, context).talk.say('talk.ask.describe') })
    }),
  )
  dialog.addQuestion(
    '',
    asAnswerHandler(async (unit, convo) => {
      const { text } = unit.turn.inbound
      const said = inLanguage(unit, context)
      if (text === undefined || !hasWords(text)) {
        unit.replies.push(wordlessReply(unit.turn.inbound, said.talk))
        await convo.repeat()
        return
      }
      await answerQuestion(unit, said, text, { isSecondTry: true })
    }),
    'description',
    threads.describe,
  )
  return dialog
}
