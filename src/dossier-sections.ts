import type { Content } from './content.ts'
import type { DeskSection } from './desk/desk-page.ts'
import { dossiersSection } from './desk/dossiers/dossiers-section.tsx'
import type { SlipTargets } from './desk/dossiers/slips/slip-page.ts'
import type { DossierOffice, DossierStores } from './dossier-office.ts'

/** The pages about dossiers, over everything that the installation keeps of them. */
export function dossierSections(parts: {
  stores: DossierStores
  office: Pick<DossierOffice, 'desk'>
  content: Pick<Content, 'agency' | 'dossiers'>
  slipTargets: () => SlipTargets
}): DeskSection[] {
  const { stores, office, content, slipTargets } = parts
  const { mapping, texts, desk, slips } = content.dossiers
  return [
    dossiersSection({
      store: stores.store,
      lists: stores.lists,
      reviews: stores.reviews,
      actions: office.desk,
      mapping,
      agencyName: content.agency.office.longName,
      slipTargets,
      texts: desk,
      dossierTexts: texts,
      slipTexts: slips,
    }),
  ]
}
