import type { ColumnMapping } from '../../dossiers/column-mapping.ts'
import type { DossierCode } from '../../dossiers/dossier-code.ts'
import type { DossierLists } from '../../dossiers/dossier-list.ts'
import type { ApprovedNews, ReviewStore } from '../../dossiers/dossier-reviews.ts'
import type { DossierStore } from '../../dossiers/dossier-store.ts'
import type { DossierTexts } from '../../dossiers/dossier-texts.ts'
import type { DossierFile } from '../../dossiers/formats/table.ts'
import type { ImportOutcome } from '../../dossiers/import-dossiers.ts'
import type { Slip } from '../../dossiers/make-slips.ts'
import type { DossierDeskTexts } from './dossier-desk-texts.ts'
import type { SlipTargets } from './slips/slip-page.ts'
import type { SlipTexts } from './slips/slip-texts.ts'

/** What the pages about dossiers set in motion elsewhere. */
export interface DossierDeskActions {
  importFile(file: DossierFile, options?: { asOf?: Date; isDryRun?: boolean }): Promise<ImportOutcome>
  /** After an import that changed something: news go out at once. */
  onImported(): void
  /** Into the outboxes, at once; what fails here a job sends. */
  sendApproved(news: ApprovedNews): Promise<void>
  /** In how many chats the dossier is followed; absent without keys. */
  linkedTo?(code: DossierCode): Promise<number>
  /** Absent without keys. */
  makeSlips?(codes: readonly DossierCode[]): Promise<Slip[]>
}

export interface DossierDeskParts {
  store: Pick<DossierStore, 'find' | 'findMany' | 'imports'>
  lists: DossierLists
  reviews: ReviewStore
  actions: DossierDeskActions
  mapping: ColumnMapping
  /** As in letters. */
  agencyName: string
  /** Where the codes of slips lead, as far as it is known now. */
  slipTargets(): SlipTargets
  texts: DossierDeskTexts
  dossierTexts: DossierTexts
  slipTexts: SlipTexts
}

export const dossierPath = (code: string): string => `/desk/dossiers/${encodeURIComponent(code)}`

/** Who may take files in, print slips and settle what waits; the table of access says the same. */
export const worksOnDossiers = ['intake', 'leader'] as const
