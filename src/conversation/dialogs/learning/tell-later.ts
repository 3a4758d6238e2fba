import type { MaskedText } from '../../../catalogue/masking.ts'
import { fold } from '../../../catalogue/text/fold.ts'
import type { Button } from '../../message.ts'
import type { UnitOfWork } from '../../turn/botkit-turn.ts'
import type { DialogContext } from '../dialog-context.ts'
import { mainButtons } from '../menu.ts'
import { askedName, readAsked } from './asked-memory.ts'

const prefix = 'w:'

/** `w:<name of the question>` */
export function parseTellLater(choice: string): { kind: 'tell-later'; question: string } | undefined {
  const question = choice.startsWith(prefix) ? choice.slice(prefix.length) : ''
  return /^[0-9a-f]{12}$/.test(question) ? { kind: 'tell-later', question } : undefined
}

/** The ways on after "not found", the offer to be told first; what can be typed anyway makes room for it. */
export function notFoundButtons(unit: UnitOfWork, { talk, learning }: DialogContext): Button[] {
  const buttons = mainButtons(talk)
  const asked = readAsked(unit)
  if (!learning || asked?.came !== 'not-found') return buttons
  const offer = { label: talk.say('talk.button.tell-me'), choice: `${prefix}${askedName(asked.text)}` }
  return [offer, ...buttons.filter(({ choice }) => choice !== 'm:search')]
}

/** A tap is the consent. */
export async function takeWish(unit: UnitOfWork, context: DialogContext, question: string): Promise<void> {
  const { talk, learning } = context
  const asked = readAsked(unit)
  if (!learning || asked?.came !== 'not-found' || askedName(asked.text) !== question) {
    unit.replies.push({ text: talk.say('talk.old-button'), buttons: mainButtons(talk) })
    return
  }
  const { channel, conversationId } = unit.turn.inbound
  const { language } = unit.state
  const added = await learning.waiting.add(
    {
      questionKey: fold(asked.text),
      question: asked.text as MaskedText,
      conversation: { channel, conversationId },
      ...(language ? { language } : {}),
    },
    unit.turn.arrivedAt,
  )
  unit.replies.push({
    text:
      added === 'known'
        ? talk.say('talk.ask.tell-again')
        : talk.say('talk.ask.tell-noted', { days: learning.waitDays }),
  })
}
