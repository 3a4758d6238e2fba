import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildSearch } from './catalogue/search/build-search.ts'
import type { Channel } from './channels/channel.ts'
import { createTelegramChannel } from './channels/telegram/start.ts'
import { createWebChannel } from './channels/web/start.ts'
import type { Config } from './config.ts'
import type { Content } from './content.ts'
import type { DialogContext } from './conversation/dialogs/dialog-context.ts'
import { registerDialogs } from './conversation/dialogs/register-dialogs.ts'
import type { ChannelName } from './conversation/message.ts'
import { createBotkitResponder } from './conversation/turn/botkit-turn.ts'
import { createDeliverer, type Deliverer } from './conversation/turn/deliver.ts'
import { createInbox } from './conversation/turn/inbox.ts'
import { createTurnRunner } from './conversation/turn/run-turns.ts'
import { auditKey } from './desk/audit/audit-key.ts'
import { createDesk } from './desk/desk.tsx'
import { ensureFirstOfficer } from './desk/ensure-first-officer.ts'
import { followUpSection } from './desk/routes/follow-up-routes.tsx'
import { keyRingOf } from './key-ring-of.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import { openLiveCatalogue } from './live-catalogue.ts'
import { createMetrics } from './metrics.ts'
import { createReadiness } from './readiness.ts'
import { buildServer } from './server.ts'
import { createAttemptStore } from './storage/attempt-store.ts'
import { createAuditStore } from './storage/audit-store.ts'
import { createCatalogueStore } from './storage/catalogue-store.ts'
import { ensureIndexes, pingDatabase } from './storage/connect.ts'
import { createConversationStore } from './storage/conversation-store.ts'
import { createInboxStore } from './storage/inbox-store.ts'
import { createOfficerStore } from './storage/officer-store.ts'
import { openDatabase } from './storage/open-database.ts'
import { createQuestionStore } from './storage/question-store.ts'
import { createSessionStore } from './storage/session-store.ts'
import { createWebMailboxStore } from './storage/web-mailbox-store.ts'

/** A running service. */
export interface Service {
  /** Where the chat page is. */
  url: string
  database: 'mongodb' | 'embedded'
  /** Made when there was no officer at all; to be shown once to whoever started the service, never logged. */
  firstOfficer?: { username: string; oneTimePassword: string }
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
/** How long the web page can show what was said before; the chat itself is forgotten then. */
const webRetentionHours = 72

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
  const inboxStore = createInboxStore(connection, () => clock.now())
  const conversations = createConversationStore(connection)
  const questions = createQuestionStore(connection)
  const mailbox = createWebMailboxStore(connection, clock, webRetentionHours)
  const catalogueStore = createCatalogueStore(connection)
  const keyRing = keyRingOf(config)
  const officers = createOfficerStore(connection)
  const sessions = createSessionStore(connection)
  const attempts = createAttemptStore(connection)
  const auditStore = createAuditStore(connection, { clock, log, key: auditKey(keyRing) })
  await ensureIndexes(connection)

  const catalogue = await openLiveCatalogue({
    store: catalogueStore,
    shipped: content.procedures,
    build: (procedures) => buildSearch(procedures, content.intents, content.weights),
    clock,
    log,
  })
  started.push(() => catalogue.stop())

  const channels = [
    createWebChannel({
      mailbox,
      clock,
      log,
      assetsDir: join(rootDir, 'src/channels/web/assets'),
      pageTexts: content.web,
      branding: { name: content.agency.office.longName, hotline: content.agency.hotlines.ask },
      embedOrigins: config.web.embedOrigins,
    }),
    ...telegramChannel(config, content, clock, log),
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

  const context: DialogContext = {
    catalogue: () => catalogue.current(),
    agency: content.agency,
    talk: content.talk,
    answers: content.answers,
    staleAfterDays: config.content.catalogueMaxAgeDays,
    questions,
    readCommand: content.readCommand,
    onQuestion: (kind) => metrics.answer(kind),
  }
  const channelLimits = new Map(channels.map((channel) => [channel.name, channel.limits]))
  const turns = createTurnRunner({
    inbox: inboxStore,
    conversations,
    respond: createBotkitResponder((controller) => registerDialogs(controller, context)),
    apologise: (reference) => ({ text: content.talk.say('talk.failed', { reference }) }),
    limits: (channel) => channelLimits.get(channel) ?? { maxTextChars: 2_000, maxButtons: 5 },
    clock,
    log,
    owner,
    onQueued: (conversation, leasedUntil) =>
      deliverers.get(conversation.channel)?.notify(conversation, leasedUntil),
    onTurn: metrics.turn,
  })
  const inbox = createInbox(inboxStore, clock, (key) => turns.notify(key))

  const accept = async (message: Parameters<typeof inbox.accept>[0]) => {
    const outcome = await inbox.accept(message)
    metrics.inbound(message.channel, outcome)
    return outcome
  }
  const audit = auditStore.log
  const desk = createDesk({
    officers,
    sessions,
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
    sections: [followUpSection(content.desk.say('desk.follow-up.nav'), { questions, conversations })],
  })
  const firstOfficer = await ensureFirstOfficer({ officers, audit, clock, texts: content.desk })
  const app = await buildServer({
    log,
    trustedProxies: config.http.trustedProxies,
    embedOrigins: config.web.embedOrigins,
    metrics,
    metricsToken: config.http.metricsToken,
    readiness: createReadiness({
      pingDatabase: () => pingDatabase(connection),
      inbox: inboxStore,
      conversations,
      metrics,
      clock,
    }),
    addRoutes: (server) => {
      for (const channel of channels) channel.addRoutes?.(server, accept)
      desk.addRoutes(server)
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
  const url = await listen(app, config)
  started.push(() => app.close())
  return { url, database: database.kind, firstOfficer }
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
