import type mongoose from 'mongoose'
import type { DeskSection } from '../../src/desk/desk-page.ts'
import { dossierSections } from '../../src/dossier-sections.ts'
import type { FakeClock } from '../../src/lib/clock.ts'
import { type DossierWorld, openDossierWorld } from '../support/dossier-world.ts'

export interface DossierDesk extends DossierWorld {
  sections: DeskSection[]
}

export const slipTargets = { telegram: 'motcua_bot', publicUrl: 'https://hoidap.example.gov.vn' }

/** The pages about dossiers over real stores, with everything that they set in motion. */
export async function openDossierDesk(
  connection: mongoose.Connection,
  clock: FakeClock,
): Promise<DossierDesk> {
  const world = await openDossierWorld({ connection }, { clock })
  const { stores, office, content } = world
  return { ...world, sections: dossierSections({ stores, office, content, slipTargets: () => slipTargets }) }
}
