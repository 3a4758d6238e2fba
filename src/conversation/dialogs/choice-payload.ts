import { type CatalogueChoice, parseCatalogueChoice } from '../../catalogue/answers/choice-payload.ts'
import { type CommandName, commandNames } from './commands.ts'

/**
 * What our buttons carry. Stateless, so an old button works for ever and in any state of the dialog; without
 * authority, since anybody can send one. The catalogue's own payloads, and `m:<command>` for "as if said".
 */
export type ChoicePayload = CatalogueChoice | { kind: 'command'; command: CommandName }

export const commandPayload = (command: CommandName): string => `m:${command}`

/** Undefined for anything that we never sent. */
export function parseChoicePayload(choice: string): ChoicePayload | undefined {
  if (!choice.startsWith('m:')) return parseCatalogueChoice(choice)
  const command = commandNames.find((name) => name === choice.slice(2))
  return command && { kind: 'command', command }
}
