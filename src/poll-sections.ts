import type { Content } from './content.ts'
import type { DeskSection } from './desk/desk-page.ts'
import { campaignSection } from './desk/polls/campaign-routes.tsx'
import { entrySection } from './desk/polls/entry-routes.tsx'
import type { DossierStore } from './dossiers/dossier-store.ts'
import type { SurveyOffice } from './survey-office.ts'
import type { CampaignCounter } from './surveys/campaign-counts.ts'

/** The pages about asking people: whether it runs, and paper forms typed in. */
export function pollSections(parts: {
  office: Pick<SurveyOffice, 'surveys' | 'switches' | 'tokenOf'>
  counter: CampaignCounter
  dossiers: Pick<DossierStore, 'find'>
  content: Pick<Content, 'surveys' | 'pollDesk'>
}): DeskSection[] {
  const { office, counter, dossiers, content } = parts
  const { surveys, switches, tokenOf } = office
  const { settings, inUse } = content.surveys
  const texts = content.pollDesk
  return [
    campaignSection({ switches, counter, settings, inUse, texts }),
    entrySection({ surveys, dossiers, tokenOf, inUse, texts }),
  ]
}
