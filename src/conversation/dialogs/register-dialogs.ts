import type { Botkit } from 'botkit'
import { fieldsCard, proceduresOfFieldCard } from '../../catalogue/answers/choice-cards.ts'
import { asHandler, currentUnit, type Step, type UnitOfWork } from '../turn/botkit-turn.ts'
import { answerProcedure, answerQuestion } from './ask.ts'
import { type ChoicePayload, parseChoicePayload } from './choice-payload.ts'
import { describeAgainDialog } from './describe-again.ts'
import type { DialogContext } from './dialog-context.ts'
import { firstNotice } from './first-notice.ts'
import { mainButtons } from './menu.ts'
import { obeyCommand } from './obey-command.ts'
import { hasWords, wordlessReply } from './wordless-reply.ts'

/**
 * The whole conversation, as Botkit sees it: taps and short commands are understood in any state; a typed message
 * goes to the guided dialog under way, else it is a question.
 */
export function registerDialogs(controller: Botkit, context: DialogContext): void {
  const { talk } = context

  /** Undefined: words for the dialog under way, or a question. */
  function tapOrCommand({ turn }: UnitOfWork): ChoicePayload | { kind: 'group' | 'unknown' } | undefined {
    const { choice, text, chatKind } = turn.inbound
    if (chatKind === 'group') return { kind: 'group' }
    if (choice !== undefined) return parseChoicePayload(choice) ?? { kind: 'unknown' }
    const command = text === undefined ? undefined : context.readCommand(text)
    return command && { kind: 'command', command }
  }

  const interrupt: Step = async (unit, bot) => {
    const tapped = tapOrCommand(unit)
    switch (tapped?.kind) {
      case undefined:
        return
      case 'group':
        unit.replies.push({ text: talk.say('talk.private-only') })
        return
      case 'unknown':
        unit.replies.push({ text: talk.say('talk.old-button'), buttons: mainButtons(talk) })
        return
      case 'command':
        return obeyCommand(tapped.command, unit, bot, context)
      case 'procedure': {
        const procedure = context.catalogue().search.byCode(tapped.code)
        if (procedure) answerProcedure(unit, context, { ...tapped, procedure })
        else unit.replies.push({ text: talk.say('talk.ask.unknown-code', { code: tapped.code }) })
        return
      }
      case 'fields':
        unit.replies.push(fieldsCard(context.catalogue().procedures, tapped.page, context.answers))
        return
      case 'field': {
        const { procedures } = context.catalogue()
        unit.replies.push(proceduresOfFieldCard(procedures, tapped.fieldKey, tapped.page, context.answers))
      }
    }
  }

  const onMessage: Step = async (unit) => {
    const { text } = unit.turn.inbound
    firstNotice(unit, context)
    if (text !== undefined && hasWords(text)) await answerQuestion(unit, context, text)
    else unit.replies.push(wordlessReply(unit.turn.inbound, talk))
  }

  controller.interrupts(
    async () => tapOrCommand(currentUnit()) !== undefined,
    'message',
    asHandler(interrupt),
  )
  controller.addDialog(describeAgainDialog(controller, context))
  controller.on('message', asHandler(onMessage))
}
