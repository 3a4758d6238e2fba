import { createHmac } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import type { Content } from './content.ts'
import {
  createDossierNews,
  createLinkedSender,
  type SendToLinked,
} from './conversation/dialogs/dossier/dossier-news.ts'
import type { DossierTalkParts } from './conversation/dialogs/dossier/dossier-talk-parts.ts'
import { createSelfReportQuestions } from './conversation/dialogs/dossier/self-report-question.ts'
import type { ConversationStore } from './conversation/turn/conversation.ts'
import type { ConversationNames } from './conversation/turn/names.ts'
import type { DossierDeskActions } from './desk/dossiers/dossier-desk.ts'
import { addDossierRoute } from './dossier-route.ts'
import { createDigitsHasher, digitsKeyPurpose } from './dossiers/digits-hash.ts'
import type { LinkStore, OnHandedOver, SlipStore } from './dossiers/dossier-links.ts'
import type { DossierLists } from './dossiers/dossier-list.ts'
import type { ReviewStore } from './dossiers/dossier-reviews.ts'
import type { DossierStore } from './dossiers/dossier-store.ts'
import type { DossierFile } from './dossiers/formats/table.ts'
import { type ImportDossiersOptions, type ImportOutcome, importDossiers } from './dossiers/import-dossiers.ts'
import { type LookupCounter, lookUpDossier } from './dossiers/look-up-dossier.ts'
import { makeSlips } from './dossiers/make-slips.ts'
import { type CitizenFigure, citizenFigure } from './dossiers/shadow-clock.ts'
import type { ShadowStore } from './dossiers/shadow-store.ts'
import { slipKeyPurpose } from './dossiers/slip-token.ts'
import { askShadowDossiers } from './jobs/ask-shadow-dossiers.ts'
import { draftDossierApologies } from './jobs/draft-dossier-apologies.ts'
import type { Job } from './jobs/job.ts'
import { sendApproved, sendDossierNews } from './jobs/send-dossier-news.ts'
import { tellDossierChanges } from './jobs/tell-dossier-changes.ts'
import type { Clock } from './lib/clock.ts'
import type { KeyRing } from './lib/key-ring.ts'
import type { Log } from './lib/log.ts'
import type { RetentionSettings } from './reports/retention-settings.ts'
import { createDossierLinkStore } from './storage/dossier-link-store.ts'
import { createDossierLists } from './storage/dossier-lists.ts'
import { createReviewStore } from './storage/dossier-review-store.ts'
import { createDossierStore } from './storage/dossier-store.ts'
import type { OpenDatabase } from './storage/open-database.ts'
import { createShadowStore } from './storage/shadow-store.ts'
import { createSlipStore } from './storage/slip-store.ts'
import { responseKeyPurpose, responseToken } from './surveys/invitation/response-token.ts'

/** Where dossiers are kept, and what belongs to them. */
export interface DossierStores {
  store: DossierStore
  lists: DossierLists
  slips: SlipStore
  reviews: ReviewStore
  /** What leads to people: only where it can be sealed. */
  sealed?: { keyRing: KeyRing; links: LinkStore; shadow: ShadowStore }
}

/** Before the indexes are made: registers the collections. */
export function openDossierStores(
  connection: OpenDatabase['connection'],
  {
    keyRing,
    retention,
    clock,
  }: { keyRing?: KeyRing | undefined; retention: Pick<RetentionSettings, 'daysOf'>; clock: Clock },
): DossierStores {
  return {
    store: createDossierStore(connection, { clock }),
    lists: createDossierLists(connection),
    slips: createSlipStore(connection),
    reviews: createReviewStore(connection, { keepDays: retention.daysOf('settled-dossier-reviews') }),
    ...(keyRing
      ? {
          sealed: {
            keyRing,
            links: createDossierLinkStore(connection, keyRing),
            shadow: createShadowStore(connection, keyRing, { keepDays: retention.daysOf('self-reports') }),
          },
        }
      : {}),
  }
}

/** Everything that takes dossiers in, answers about them and tells of them. */
export interface DossierOffice {
  /** For the dialogs; absent without keys. */
  talk?: DossierTalkParts
  jobs: Job[]
  /** What the pages of the desk set in motion. */
  desk: DossierDeskActions
  /** `POST /api/dossiers`, when it has a key. */
  addRoutes(app: FastifyInstance): void
  /** As citizens tell it, to stand beside the office's own figure; absent without keys. */
  citizenFigure?(range: { from: string; until: string }): Promise<CitizenFigure>
}

export interface DossierOfficeParts {
  stores: DossierStores
  conversations: ConversationStore
  nameOf: ConversationNames
  counter: LookupCounter
  config: Pick<Config, 'dossiers'>
  content: Content
  /** Told of each linked dossier whose result was handed over. */
  onHandedOver?: OnHandedOver | undefined
  clock: Clock
  log: Log
}

export function openDossierOffice(parts: DossierOfficeParts): DossierOffice {
  const { stores, conversations, nameOf, content, clock, log } = parts
  const { store, slips, reviews, sealed } = stores
  const { texts, talk: words, mapping, settings } = content.dossiers
  const { retention } = content.reports
  const hasher = sealed && createDigitsHasher(sealed.keyRing.deriveKey(digitsKeyPurpose))
  const sendToLinked = sealed && senderOf(sealed)
  const changes = sealed && sendToLinked && tellChanges(sealed, sendToLinked)
  const approved = { reviews, store, send: sendToLinked ?? (async () => {}) }

  function senderOf({ keyRing, links }: NonNullable<DossierStores['sealed']>): SendToLinked {
    const messageKey = keyRing.deriveKey('dossier message names')
    return createLinkedSender({
      links,
      conversations,
      nameOf,
      messageName: (id) => createHmac('sha256', messageKey).update(id).digest('hex').slice(0, 32),
      words,
    })
  }

  function tellChanges({ keyRing, links }: NonNullable<DossierStores['sealed']>, send: SendToLinked): Job {
    const responseKey = keyRing.deriveKey(responseKeyPurpose)
    return tellDossierChanges({
      store,
      links,
      reviews,
      tellLinked: createDossierNews({ send, texts }),
      onHandedOver: parts.onHandedOver ?? (async () => {}),
      tokenOf: (code) => responseToken(responseKey, code),
      linkDaysAfterEnd: retention.daysOf('finished-dossier-links'),
    })
  }

  /** Each name is hashed by itself: who tries and what is tried stand apart in what is counted. */
  function keyedCounter({ keyRing }: NonNullable<DossierStores['sealed']>): LookupCounter {
    const secret = keyRing.deriveKey('dossier lookup counts')
    const keyed = (key: string) => `dossier:${createHmac('sha256', secret).update(key).digest('base64url')}`
    return {
      count: (key, windowMs, now) => parts.counter.count(keyed(key), windowMs, now),
      takeBack: (key, now) => parts.counter.takeBack(keyed(key), now),
    }
  }
  const counter = sealed && keyedCounter(sealed)

  /** The first import is looked for until it is there; then it stays. */
  let isFilled = false
  async function hasDossiers(): Promise<boolean> {
    isFilled ||= (await store.imports(1)).length > 0
    return isFilled
  }

  function importFile(
    file: DossierFile,
    options: Pick<ImportDossiersOptions, 'asOf' | 'isDryRun'> = {},
  ): Promise<ImportOutcome> {
    const importParts = { store, mapping, texts, settings, ...(hasher ? { hasher } : {}) }
    return importDossiers(file, importParts, { now: clock.now(), ...options })
  }

  function onImported(): void {
    // What fails here is told by the next run of the job.
    changes
      ?.run(clock.now(), new AbortController().signal)
      .catch((err: unknown) => log.warn({ err }, 'dossiers: news could not be told at once'))
  }

  return {
    ...(sealed && hasher && counter
      ? {
          talk: {
            hasDossiers,
            lookUp: (typed, sources) =>
              lookUpDossier(typed, sources, {
                hasher,
                counter,
                limits: settings.lookup,
                find: (code) => store.find(code),
                clock,
              }),
            links: sealed.links,
            slips,
            shadow: sealed.shadow,
            linkDays: retention.daysOf('dossier-links'),
            selfReport: settings.selfReport,
            calendar: content.reports.calendar,
            texts,
            words,
            nameOf,
          },
          citizenFigure: async (range) => citizenFigure(await sealed.shadow.all(), range),
        }
      : {}),
    jobs: [
      draftDossierApologies({ store, reviews }),
      sendDossierNews(approved),
      ...(changes ? [changes] : []),
      ...(sealed
        ? [
            askShadowDossiers({
              shadow: sealed.shadow,
              ask: createSelfReportQuestions({ conversations, nameOf, words }),
            }),
          ]
        : []),
    ],
    desk: {
      importFile,
      onImported,
      sendApproved: (news) => sendApproved(news, clock.now(), approved),
      ...(sealed
        ? {
            linkedTo: async (code) => (await sealed.links.ofDossier(code)).length,
            makeSlips: (codes) =>
              makeSlips(codes, {
                store: slips,
                secret: sealed.keyRing.deriveKey(slipKeyPurpose),
                keepDays: retention.daysOf('dossier-slips'),
                now: clock.now(),
              }),
          }
        : {}),
    },
    addRoutes(app) {
      const { apiKey } = parts.config.dossiers
      if (apiKey === undefined) return
      addDossierRoute(app, {
        apiKey,
        importJson: (bytes) => importFile({ name: 'API', bytes }),
        onImported,
        mapping,
        texts,
        log,
      })
    },
  }
}
