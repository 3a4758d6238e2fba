import { whereToAsk } from '../agency.ts'
import type { Procedure } from '../procedure.ts'
import type { AnswerContext } from './answer-card.ts'

/** "Trước khi nộp, Anh/Chị hỏi …": only with contacts that the office has filled in. */
export function askLine(procedure: Procedure, { agency, texts, today }: AnswerContext): string {
  const at = whereToAsk(agency, procedure.inCharge, today)
  switch (at.kind) {
    case 'phone':
      return texts.say('answer.ask.phone', { name: at.name, phone: at.phone })
    case 'body':
      return texts.say('answer.ask.body', { name: at.name })
    case 'counter':
      return texts.say('answer.ask.counter')
  }
}
