import type { UnitOfWork } from '../turn/botkit-turn.ts'
import type { DialogContext } from './dialog-context.ts'

/** Who starts with a question instead of a greeting is told once that a machine answers. The web page says it itself. */
export function firstNotice(unit: UnitOfWork, { agency, talk }: DialogContext): void {
  if (unit.state.greetedAt) return
  unit.state = { ...unit.state, greetedAt: unit.turn.arrivedAt }
  if (unit.turn.inbound.channel === 'web') return
  unit.replies.push({ text: talk.say('talk.first-notice', { agency: agency.office.longName }) })
}
