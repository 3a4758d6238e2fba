import { bodyToday } from '../agency.ts'
import type { Procedure } from '../procedure.ts'
import type { AnswerContext } from './answer-card.ts'
import { askLine } from './ask-line.ts'

/**
 * Where to hand in: the published words, then what the office has filled in about its own counter. The published
 * executing agency is never used: it may be another province's.
 */
export function placeText(procedure: Procedure, context: AnswerContext): string {
  const { agency, texts } = context
  const channels = new Set(procedure.methods?.map((method) => method.channel) ?? [])
  const { name, contact } = agency.oneStop
  const body = bodyInCharge(procedure, context)
  const places = [
    ...(procedure.filingPlace ? [procedure.filingPlace] : []),
    ...(procedure.levels?.includes('province') && contact.address
      ? [texts.say('answer.place.one-stop', { name, address: contact.address })]
      : []),
    ...(procedure.levels?.includes('province') && contact.hours
      ? [texts.say('answer.place.hours', { hours: contact.hours })]
      : []),
    ...(channels.has('online')
      ? [
          texts.say('answer.place.online', {
            portal: agency.portal.name,
            url: procedure.url ?? agency.portal.url,
          }),
        ]
      : []),
    ...(channels.has('post') ? [texts.say('answer.place.post')] : []),
  ]
  const lines = places.map((text) => texts.say('answer.bullet', { text }))
  if (body) lines.push(texts.say('answer.place.in-charge', { body }))
  if (!procedure.filingPlace) {
    if (!body) lines.unshift(texts.say('answer.place.not-stated'))
    lines.push(askLine(procedure, context))
  }
  return lines.join('\n')
}

/** Name of the body that decides today, when the record names one. */
export function bodyInCharge(procedure: Procedure, { agency, today }: AnswerContext): string | undefined {
  if (procedure.inCharge === undefined) return undefined
  return bodyToday(agency, procedure.inCharge, today)?.body.name
}
