import { join } from 'node:path'
import type { Config } from './config.ts'
import type { Content } from './content.ts'
import { createDesk } from './desk/desk.tsx'
import type { DeskSection } from './desk/desk-page.ts'
import { followUpSection } from './desk/routes/follow-up-routes.tsx'
import { zaloSection } from './desk/zalo/zalo-routes.tsx'
import { dossierSections } from './dossier-sections.ts'
import type { Clock } from './lib/clock.ts'
import type { KeyRing } from './lib/key-ring.ts'
import type { Log } from './lib/log.ts'
import type { Channels } from './open-channels.ts'
import type { Offices } from './open-offices.ts'
import type { Stores } from './open-stores.ts'
import { pollSections } from './poll-sections.ts'
import { surveySections } from './survey-sections.ts'
import { createZaloView } from './zalo-desk.ts'

interface DeskParts {
  stores: Stores
  channels: Channels
  offices: Offices
  keyRing: KeyRing | undefined
  config: Config
  content: Content
  /** The folder of the project: holds `src/desk/assets`. */
  rootDir: string
  clock: Clock
  log: Log
}

/** The officers' pages, with those of every office that is open. */
export function openDesk(parts: DeskParts): ReturnType<typeof createDesk> {
  const { stores, keyRing, config, content, rootDir, clock, log } = parts
  return createDesk({
    officers: stores.officers,
    sessions: stores.sessions,
    attempts: stores.attempts,
    audit: stores.audit.log,
    clock,
    log,
    texts: content.desk,
    branding: { name: content.agency.office.longName },
    assetsDir: join(rootDir, 'src/desk/assets'),
    publicUrl: config.http.publicUrl,
    keyRing,
    // Without a public address nobody but this machine reaches the desk: a trial needs no telephone.
    isSecondStepRequired: config.http.publicUrl !== undefined,
    sections: sectionsOf(parts),
  })
}

/** In the order in which officers see them. */
function sectionsOf({ stores, channels, offices, config, content }: DeskParts): DeskSection[] {
  const { conversations, sealed } = stores
  const { reports, polls, dossiers, learning } = offices
  const { zalo } = channels
  return [
    ...(reports?.sections ?? []),
    ...dossierSections({
      stores: stores.dossiers,
      office: dossiers,
      content,
      slipTargets() {
        const telegram = channels.find('telegram')?.publicName?.()
        const { publicUrl } = config.http
        const oaId = config.zalo?.oaId
        return {
          ...(telegram ? { telegram } : {}),
          ...(oaId ? { zalo: oaId } : {}),
          ...(publicUrl ? { publicUrl } : {}),
        }
      },
    }),
    ...surveySections({
      answers: stores.answers,
      comments: stores.comments,
      lowScores: stores.lowScores,
      citizenFigure: dossiers.citizenFigure,
      asked: stores.questionnaires,
      dossiers: stores.dossiers.store,
      reports: sealed?.reports.store,
      content,
    }),
    ...(polls
      ? pollSections({
          office: polls,
          counter: stores.campaign,
          dossiers: stores.dossiers.store,
          content,
        })
      : []),
    ...(zalo && sealed
      ? [
          zaloSection({
            read: createZaloView({
              api: zalo.api,
              tokens: zalo.tokens,
              stops: zalo.stops,
              ledger: sealed.zalo.ledger,
              contacts: sealed.zalo.contacts,
              conversations,
              content: content.zalo.settings,
            }),
            texts: content.zalo.desk,
          }),
        ]
      : []),
    ...learning.sections,
    followUpSection(content.desk.say('desk.follow-up.nav'), { conversations }),
  ]
}
