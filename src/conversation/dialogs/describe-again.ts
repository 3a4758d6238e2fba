import { type Botkit, BotkitConversation } from 'botkit'
import { asAnswerHandler, asBeforeHook } from '../turn/botkit-turn.ts'
import { answerQuestion, keepQuestion } from './ask.ts'
import type { DialogContext } from './dialog-context.ts'
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
      unit.replies.push({ text: context.talk.say('talk.ask.describe') })
    }),
  )
  dialog.addQuestion(
    '',
    asAnswerHandler(async (unit, convo) => {
      const { text } = unit.turn.inbound
      if (text === undefined || !hasWords(text)) {
        unit.replies.push(wordlessReply(unit.turn.inbound, context.talk))
        await convo.repeat()
        return
      }
      await keepQuestion(unit, context, text, 'choices-rejected')
      await answerQuestion(unit, context, text, { isSecondTry: true })
    }),
    'description',
    threads.describe,
  )
  return dialog
}
