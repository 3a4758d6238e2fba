import type mongoose from 'mongoose'
import type { DeskSection } from '../../src/desk/desk-page.ts'
import type { FakeClock } from '../../src/lib/clock.ts'
import { pollSections } from '../../src/poll-sections.ts'
import { createCampaignCounter } from '../../src/storage/campaign-counter.ts'
import { createDossierStore } from '../../src/storage/dossier-store.ts'
import { responseKeyPurpose, responseToken } from '../../src/surveys/invitation/response-token.ts'
import { shipped } from '../support/talk.ts'
import { openSurveys, testKeyRing } from '../surveys/open-surveys.ts'

/** The pages about asking people, over a real database, as the service wires them. */
export function openPollSections(connection: mongoose.Connection, clock: FakeClock): DeskSection[] {
  const { surveys, stores } = openSurveys(connection, clock)
  const responseKey = testKeyRing.deriveKey(responseKeyPurpose)
  return pollSections({
    office: { surveys, switches: stores.switches, tokenOf: (code) => responseToken(responseKey, code) },
    counter: createCampaignCounter(connection),
    dossiers: createDossierStore(connection, { clock }),
    content: shipped().content,
  })
}
