import { type CatalogueChoice, parseCatalogueChoice } from '../../catalogue/answers/choice-payload.ts'
import { type CommandName, commandNames } from './commands.ts'
import { type DossierTap, parseDossierChoice } from './dossier/dossier-choice.ts'
import { parseTellLater } from './learning/tell-later.ts'
import { type FollowUpTap, parseFollowUpChoice } from './report/follow-up-choice.ts'
import { notedChoice, parseReportChoice, type ReportTap } from './report/step-input.ts'

/**
 * What our buttons carry. Stateless, so an old button works for ever and in any state of the dialog; without
 * authority, since anybody can send one. The catalogue's own payloads, `m:<command>` for "as if said", and those of
 * reports, which hold a number that ends with the draft or the look-up.
 */
export type ChoicePayload =
  | CatalogueChoice
  | { kind: 'command'; command: CommandName }
  | { kind: 'report'; tap: ReportTap }
  | { kind: 'follow-up'; tap: FollowUpTap }
  | { kind: 'receipt-noted' }
  | { kind: 'dossier'; tap: DossierTap }
  | { kind: 'tell-later'; question: string }

export const commandPayload = (command: CommandName): string => `m:${command}`

/** Undefined for anything that we never sent. */
export function parseChoicePayload(choice: string): ChoicePayload | undefined {
  if (choice === notedChoice) return { kind: 'receipt-noted' }
  const report = parseReportChoice(choice)
  if (report) return { kind: 'report', tap: report }
  const followUp = parseFollowUpChoice(choice)
  if (followUp) return { kind: 'follow-up', tap: followUp }
  const dossier = parseDossierChoice(choice)
  if (dossier) return { kind: 'dossier', tap: dossier }
  const wish = parseTellLater(choice)
  if (wish) return wish
  if (!choice.startsWith('m:')) return parseCatalogueChoice(choice)
  const command = commandNames.find((name) => name === choice.slice(2))
  return command && { kind: 'command', command }
}
