import type { UnitOfWork } from '../turn/botkit-turn.ts'
import { type CommandName, commandNames } from './commands.ts'
import type { DialogContext } from './dialog-context.ts'

/** Follows the language that the person writes; words that are neither ("ok", "visa", a code) change nothing. */
export function noteLanguage(unit: UnitOfWork, { english }: DialogContext): void {
  const { text } = unit.turn.inbound
  if (!english || text === undefined) return
  const { reader } = english
  const heard = reader.command(text) === undefined ? reader.languageOf(text) : 'en'
  if (heard === 'en') unit.state = { ...unit.state, language: 'en' }
  else if (heard === 'vi' && unit.state.language) unit.state = { ...unit.state, language: undefined }
}

/** The same context, with the words of the person's language. */
export function inLanguage(unit: UnitOfWork, context: DialogContext): DialogContext {
  const { english } = context
  if (!english || unit.state.language !== 'en') return context
  return { ...context, talk: english.talk, answers: english.answers, language: 'en' }
}

/** "talk to a person": the command that an English message gives as a whole. */
export function englishCommand(text: string, { english }: DialogContext): CommandName | undefined {
  const name = english?.reader.command(text)
  return name === undefined ? undefined : commandNames.find((known) => known === name)
}
