import type { LinkStore, SlipStore } from '../../../dossiers/dossier-links.ts'
import type { DossierTexts } from '../../../dossiers/dossier-texts.ts'
import type { DossierLookup, LookupSource } from '../../../dossiers/look-up-dossier.ts'
import type { FilingDayRules } from '../../../dossiers/read-filing-day.ts'
import type { ShadowStore } from '../../../dossiers/shadow-store.ts'
import type { HolidayCalendar } from '../../../lib/working-days/holiday-calendar.ts'
import type { ConversationNames } from '../../turn/names.ts'
import type { DialogContext } from '../dialog-context.ts'
import type { DossierTalkTexts } from './dossier-talk-texts.ts'

/** What the talk about dossiers needs. An installation without keys has none of it. */
export interface DossierTalkParts {
  /** False until the first import: people are sent to the portal then. */
  hasDossiers(): Promise<boolean>
  lookUp(typed: { code: string; lastFour: string }, sources: readonly LookupSource[]): Promise<DossierLookup>
  links: LinkStore
  slips: SlipStore
  shadow: ShadowStore
  /** A link lasts so long when nothing ends it before. */
  linkDays: number
  selfReport: Omit<FilingDayRules, 'today'>
  calendar: HolidayCalendar
  texts: DossierTexts
  words: DossierTalkTexts
  /** By what name the wrong tries of a conversation are counted. */
  nameOf: ConversationNames
}

/** The context of dialogs where dossiers are looked up. */
export type DossierContext = DialogContext & { dossiers: DossierTalkParts }

export const knowsDossiers = (context: DialogContext): context is DossierContext =>
  context.dossiers !== undefined
