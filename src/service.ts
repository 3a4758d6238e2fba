import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { searchOffice } from './catalogue/search/catalogue-facts.ts'
import type { Channel } from './channels/channel.ts'
import { createTelegramChannel } from './channels/telegram/start.ts'
import { createWebChannel } from './channels/web/start.ts'
import type { OnFeedback } from './channels/zalo/ratings.ts'
import type { Config } from './config.ts'
import type { Content } from './content.ts'
import type { DialogContext } from './conversation/dialogs/dialog-context.ts'
import { registerDialogs } from './conversation/dialogs/register-dialogs.ts'
import type { ChannelName } from './conversation/message.ts'
import { createBotkitResponder } from './conversation/turn/botkit-turn.ts'
import { createDeliverer, type Deliverer } from './conversation/turn/deliver.ts'
import { createInbox } from './conversation/turn/inbox.ts'
import { createConversationNames, createMessageNames } from './conversation/turn/names.ts'
import { createTurnRunner } from './conversation/turn/run-turns.ts'
import { createDesk } from './desk/desk.tsx'
import { ensureFirstOfficer } from './desk/ensure-first-officer.ts'
import { createDigests } from './desk/notices/digests.ts'
import { createZaloAlarm, type ZaloAlarm } from './desk/notices/zalo-alarm.ts'
import { followUpSection } from './desk/routes/follow-up-routes.tsx'
import { zaloSection } from './desk/zalo/zalo-routes.tsx'
import { openDossierOffice } from './dossier-office.ts'
import { dossierSections } from './dossier-sections.ts'
import { erasableClasses } from './erasable-classes.ts'
import { createErasePerson } from './erase-person.ts'
import { anchorAudit } from './jobs/anchor-audit.ts'
import { eraseOldRecords } from './jobs/erase-old-records.ts'
import { createScheduler } from './jobs/schedule.ts'
import { sweepUploads } from './jobs/sweep-uploads.ts'
import { tellDigests } from './jobs/tell-digests.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import { openLiveCatalogue } from './live-catalogue.ts'
import { createMetrics } from './metrics.ts'
import { openKeyRing } from './open-key-ring.ts'
import { openStores } from './open-stores.ts'
import { createPictures } from './pictures.ts'
import { pollSections } from './poll-sections.ts'
import { buildTaughtSearch, openQuestionOffice } from './question-office.ts'
import { createReadiness } from './readiness.ts'
import { openReportOffice } from './report-office.ts'
import { defaultEvidenceLimits } from './reports/evidence/evidence.ts'
import { openSavedSearch, savedIndexFile } from './saved-search.ts'
import { buildServer } from './server.ts'
import { ensureIndexes, pingDatabase } from './storage/connect.ts'
import { createFilingCounter } from './storage/filing-counter.ts'
import { createInstallationSecretStore } from './storage/installation-secret-store.ts'
import { openDatabase } from './storage/open-database.ts'
import { createSurveyErasure } from './storage/survey-erasure.ts'
import { openSurveyOffice } from './survey-office.ts'
import { surveySections } from './survey-sections.ts'
import { createSayReach, createZaloView } from './zalo-desk.ts'
import { openZaloOffice, zaloLabels } from './zalo-office.ts'
import { createZaloStars } from './zalo-ratings.ts'
import { addZaloVerification } from './zalo-verification.ts'

/** A running service. */
export interface Service {
  /** Where the chat page is. */
  url: string
  database: 'mongodb' | 'embedded'
  /** Made when there was no officer at all; to be shown once to whoever started the service, never logged. */
  firstOfficer?: { username: string; oneTimePassword: string }
  /** Made at this start: without this file nobody can read what is sealed, so a copy must be kept. */
  madeKeyFile?: string
  /** Runs the jobs that are due by the clock: for a clock that jumps. */
  catchUp(): Promise<void>
  /** Ends in reverse order of the start; what is under way gets ten seconds in all. */
  stop(): Promise<void>
}

export interface ServiceParts {
  config: Config
  content: Content
  /** The folder of the project: holds `src/channels/web/assets`. */
  rootDir: string
  clock: Clock
  log: Log
  /** Channels besides those of the settings: for tests and benchmarks. */
  moreChannels?: Channel[]
}

/** However long one part hangs, the others still get their turn within the ten seconds. */
const partStopMs = 4_500
const turnDrainMs = 4_000
const sendDrainMs = 4_000

/** Starts every part in order; when one fails, those before it are stopped and the error is passed on. */
export async function startService(parts: ServiceParts): Promise<Service> {
  const started: (() => Promise<void> | void)[] = []
  const stop = async () => {
    for (const end of started.splice(0).reverse()) {
      const ended = Promise.resolve(end()).catch((err) =>
        parts.log.error({ err }, 'service: a part did not stop'),
      )
      await Promise.race([ended, parts.clock.sleep(partStopMs)])
    }
  }
  try {
    return { ...(await startParts(parts, started)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts(
  { config, content, rootDir, clock, log, moreChannels = [] }: ServiceParts,
  started: (() => Promise<void> | void)[],
): Promise<Omit<Service, 'stop'>> {
  const owner = randomUUID()
  const metrics = createMetrics()

  const database = await openDatabase(config.storage, log.child({ part: 'database' }))
  started.push(() => database.close())
  const { connection } = database
  const { dataDir } = config.storage
  const { retention } = content.reports
  const secrets = createInstallationSecretStore(connection)
  // Its own index first: of two processes that start together only one may leave a witness of the key.
  await ensureIndexes(connection)
  const { keyRing, madeKeyFile } = await openKeyRing(config, secrets, { log })
  const stores = await openStores(connection, { keyRing, dataDir, retention, clock, log })
  const { conversations, questions, officers, attempts, sealed } = stores
  const audit = stores.audit.log

  const catalogue = await openLiveCatalogue({
    store: stores.catalogue,
    shipped: content.procedures,
    aliases: stores.aliases,
    build: buildTaughtSearch(content, (procedures, intents) =>
      openSavedSearch(procedures, {
        file: join(dataDir, savedIndexFile),
        intents,
        weights: content.weights,
        office: searchOffice(content.agency),
        log: log.child({ part: 'search' }),
      }),
    ),
    clock,
    log,
  })
  started.push(() => catalogue.stop())

  const nameSecret = keyRing?.deriveKey('conversation names')
  const nameOf = createConversationNames(nameSecret)
  const erasePerson =
    sealed &&
    stores.dossiers.sealed &&
    createErasePerson({
      nameOf,
      inbox: stores.inbox,
      conversations,
      identities: sealed.reports.identities,
      links: stores.dossiers.sealed.links,
      selfReports: stores.dossiers.sealed.shadow,
      waiting: stores.waiting,
      forgetInvited: createSurveyErasure(connection, sealed.keyRing),
      audit,
    })
  /** Polls and notices are opened after the channels. */
  let takeFeedback: OnFeedback | undefined
  let tellZaloAlarm: ((alarm: ZaloAlarm) => Promise<void>) | undefined
  const zalo =
    config.zalo &&
    sealed &&
    erasePerson &&
    openZaloOffice({
      config: config.zalo,
      stores: sealed.zalo,
      content: content.zalo,
      onFeedback: async (feedback) => takeFeedback?.(feedback),
      erasePerson: (conversationId) => erasePerson({ channel: 'zalo', conversationId }),
      onEvent: (outcome) => metrics.zaloEvent(...zaloLabels(outcome)),
      onRate: metrics.zaloRate,
      readImage: createPictures(rootDir),
      publicUrl: config.http.publicUrl,
      onAlarm: async (alarm) => tellZaloAlarm?.(alarm),
      owner,
      clock,
      log,
    })
  if (zalo) started.push(() => zalo.tokens.idle())
  if (config.zalo && !zalo)
    log.error('zalo: there is no ENCRYPTION_KEY, so tokens cannot be kept and the channel is off')

  const channels = [
    createWebChannel({
      mailbox: stores.mailbox,
      uploads: sealed?.uploads,
      clock,
      log,
      assetsDir: join(rootDir, 'src/channels/web/assets'),
      pageTexts: content.web,
      branding: { name: content.agency.office.longName, hotline: content.agency.hotlines.ask },
      embedOrigins: config.web.embedOrigins,
      zaloVerification: config.web.zaloVerification,
    }),
    ...telegramChannel(config, content, clock, log),
    ...(zalo ? [zalo.channel] : []),
    ...moreChannels,
  ]

  const deliverers = new Map<ChannelName, Deliverer>()
  for (const channel of channels) {
    const deliverer = createDeliverer({
      sender: channel,
      conversations,
      clock,
      log,
      owner,
      onSend: (outcome, durationMs) => metrics.send(channel.name, outcome, durationMs),
    })
    deliverers.set(channel.name, deliverer)
  }

  const channelOf = new Map(channels.map((channel) => [channel.name, channel]))
  const office =
    sealed &&
    (await openReportOffice({
      connection,
      stores: sealed.reports,
      noticeStore: stores.notices,
      filings: createFilingCounter(attempts, sealed.keyRing.deriveKey('filing counts')),
      officers,
      audit,
      conversations,
      nameOf,
      async fetchAttachment(name, attachment) {
        const channel = channelOf.get(name)
        if (!channel?.fetchAttachment) return { kind: 'refused', reason: 'not-allowed' }
        return channel.fetchAttachment(attachment, defaultEvidenceLimits.maxBytes)
      },
      config,
      content,
      ...(zalo && sealed
        ? { sayReach: createSayReach({ contacts: sealed.zalo.contacts, texts: content.zalo.desk, clock }) }
        : {}),
      serviceUrl: config.http.publicUrl ?? `http://localhost:${config.http.port}`,
      clock,
      log: log.child({ part: 'reports' }),
    }))
  tellZaloAlarm =
    office && createZaloAlarm({ notices: office.notices, officers, texts: content.notices, clock })
  if (!office) log.warn('reports: there is no ENCRYPTION_KEY, so no reports are taken')

  const polls =
    sealed &&
    (await openSurveyOffice({
      stores: sealed.surveys,
      lowScores: stores.lowScores,
      keyRing: sealed.keyRing,
      conversations,
      nameOf,
      content: content.surveys,
      agencyName: content.agency.office.longName,
      channels,
      clock,
    }))
  const zaloStars =
    zalo &&
    polls &&
    createZaloStars({
      api: zalo.api,
      ratings: sealed.zalo.ratings,
      rating: content.zalo.settings.rating,
      surveys: polls.surveys,
      invitations: sealed.surveys.invitations,
      inUse: content.surveys.inUse,
      log: log.child({ part: 'zalo' }),
    })
  takeFeedback = zaloStars?.onFeedback

  const dossiers = openDossierOffice({
    onHandedOver: polls?.onHandedOver,
    stores: stores.dossiers,
    conversations,
    nameOf,
    counter: attempts,
    config,
    content,
    clock,
    log: log.child({ part: 'dossiers' }),
  })

  const learning = openQuestionOffice({
    questions,
    aliases: stores.aliases,
    waiting: stores.waiting,
    conversations,
    nameOf,
    catalogue,
    audit,
    content,
    clock,
  })

  const context: DialogContext = {
    learning: learning.talk,
    english: content.english,
    ...(dossiers.talk ? { dossiers: dossiers.talk } : {}),
    ...(office ? { reports: office.talk } : {}),
    ...(polls ? { polls: polls.talk } : {}),
    catalogue: () => catalogue.current(),
    agency: content.agency,
    talk: content.talk,
    answers: content.answers,
    staleAfterDays: config.content.catalogueMaxAgeDays,
    questions,
    readCommand: content.readCommand,
    onQuestion: (kind) => metrics.answer(kind),
  }
  const turns = createTurnRunner({
    inbox: stores.inbox,
    conversations,
    respond: createBotkitResponder((controller) => registerDialogs(controller, context)),
    apologise: (reference) => ({ text: content.talk.say('talk.failed', { reference }) }),
    limits: (channel) => channelOf.get(channel)?.limits ?? { maxTextChars: 2_000, maxButtons: 5 },
    moreChoices: content.talk.say('talk.more-choices'),
    clock,
    log,
    owner,
    onQueued: (conversation, leasedUntil) =>
      deliverers.get(conversation.channel)?.notify(conversation, leasedUntil),
    onTurn: metrics.turn,
    fingerprintSecret: keyRing?.deriveKey('double click fingerprints'),
  })
  const inbox = createInbox(stores.inbox, clock, (key) => turns.notify(key), {
    conversation: nameOf,
    message: createMessageNames(nameSecret),
  })

  const accept = async (message: Parameters<typeof inbox.accept>[0]) => {
    const outcome = await inbox.accept(message)
    metrics.inbound(message.channel, outcome)
    return outcome
  }
  const desk = createDesk({
    officers,
    sessions: stores.sessions,
    attempts,
    audit,
    clock,
    log,
    texts: content.desk,
    branding: { name: content.agency.office.longName },
    assetsDir: join(rootDir, 'src/desk/assets'),
    publicUrl: config.http.publicUrl,
    keyRing,
    // Without a public address nobody but this machine reaches the desk: a trial needs no telephone.
    isSecondStepRequired: config.http.publicUrl !== undefined,
    sections: [
      ...(office?.sections ?? []),
      ...dossierSections({
        stores: stores.dossiers,
        office: dossiers,
        content,
        slipTargets() {
          const telegram = channelOf.get('telegram')?.publicName?.()
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
    ],
  })
  const firstOfficer = await ensureFirstOfficer({ officers, audit, clock, texts: content.desk })
  const scheduler = createScheduler({
    jobs: [
      anchorAudit(audit),
      ...(sealed ? [sweepUploads(sealed.uploads)] : []),
      ...(office?.jobs ?? []),
      ...(polls?.jobs ?? []),
      ...dossiers.jobs,
      ...(zalo?.jobs ?? []),
      ...(zaloStars?.jobs ?? []),
      ...(office && polls && sealed
        ? tellDigests(
            createDigests({
              notices: office.notices,
              officers,
              reports: sealed.reports.store,
              reviews: stores.dossiers.reviews,
              questions,
              switches: polls.switches,
              answers: stores.answers,
              dossiers: stores.dossiers.store,
              survey: content.surveys,
              calendar: content.reports.calendar,
              texts: content.notices,
            }),
          )
        : []),
      eraseOldRecords({
        classes: erasableClasses({
          dossiers: stores.dossiers.store,
          responses: sealed?.surveys.responses,
          retention,
        }),
        log: log.child({ part: 'retention' }),
      }),
    ],
    leases: stores.leases,
    clock,
    log: log.child({ part: 'jobs' }),
    owner,
    onRun: metrics.job,
  })
  const app = await buildServer({
    log,
    trustedProxies: config.http.trustedProxies,
    embedOrigins: config.web.embedOrigins,
    metrics,
    metricsToken: config.http.metricsToken,
    readiness: createReadiness({
      pingDatabase: () => pingDatabase(connection),
      inbox: stores.inbox,
      conversations,
      ...(zalo ? { zalo: zalo.tokens } : {}),
      scheduler,
      metrics,
      clock,
    }),
    addRoutes: (server) => {
      for (const channel of channels) channel.addRoutes?.(server, accept)
      desk.addRoutes(server)
      dossiers.addRoutes(server)
      if (config.web.zaloVerification) addZaloVerification(server, config.web.zaloVerification)
    },
  })

  for (const deliverer of deliverers.values()) {
    deliverer.start()
    started.push(() => deliverer.stop(sendDrainMs))
  }
  // Stopped before the deliverers: an answer that is committed after they have ended would wait for its lease to end.
  turns.start()
  started.push(() => turns.stop(turnDrainMs))
  for (const channel of channels) {
    await channel.start(accept)
    started.push(() => channel.stop())
  }
  await scheduler.start()
  started.push(() => scheduler.stop(turnDrainMs))
  const url = await listen(app, config)
  started.push(() => app.close())
  return { url, database: database.kind, firstOfficer, madeKeyFile, catchUp: scheduler.catchUp }
}

function telegramChannel(config: Config, content: Content, clock: Clock, log: Log): Channel[] {
  const { telegram } = config
  if (!telegram) return []
  const { operation } = content
  return [
    createTelegramChannel({
      ...telegram,
      clock,
      log,
      commands: [
        { command: 'batdau', description: operation.say('operation.command.start') },
        { command: 'timthutuc', description: operation.say('operation.command.search') },
        { command: 'linhvuc', description: operation.say('operation.command.fields') },
        { command: 'phananh', description: operation.say('operation.command.report') },
        { command: 'tracuuphananh', description: operation.say('operation.command.follow-up') },
        { command: 'tracuuhoso', description: operation.say('operation.command.dossier') },
        { command: 'gapcanbo', description: operation.say('operation.command.officer') },
        { command: 'trogiup', description: operation.say('operation.command.help') },
        { command: 'dung', description: operation.say('operation.command.stop') },
      ],
    }),
  ]
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  await app.listen({ port: config.http.port, host: config.http.host })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : config.http.port
  return config.http.publicUrl ?? `http://localhost:${port}`
}
