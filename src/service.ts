import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Channel } from './channels/channel.ts'
import type { Config } from './config.ts'
import type { Content } from './content.ts'
import { createConversationNames, createMessageNames } from './conversation/turn/names.ts'
import { ensureFirstOfficer } from './desk/ensure-first-officer.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import { createMetrics } from './metrics.ts'
import { openCatalogue } from './open-catalogue.ts'
import { openChannels } from './open-channels.ts'
import { openDesk } from './open-desk.ts'
import { openJobs } from './open-jobs.ts'
import { openKeyRing } from './open-key-ring.ts'
import { type Offices, openOffices } from './open-offices.ts'
import { openStores } from './open-stores.ts'
import { openTalk } from './open-talk.ts'
import { createReadiness } from './readiness.ts'
import { buildServer } from './server.ts'
import { ensureIndexes, pingDatabase } from './storage/connect.ts'
import { createInstallationSecretStore } from './storage/installation-secret-store.ts'
import { openDatabase } from './storage/open-database.ts'
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

/** Opens every part, each over those before it; only then is anything sent, taken or run. */
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
  const { officers } = stores
  const audit = stores.audit.log

  const catalogue = await openCatalogue({ stores, content, dataDir, clock, log })
  started.push(() => catalogue.stop())

  const nameSecret = keyRing?.deriveKey('conversation names')
  const nameOf = createConversationNames(nameSecret)
  const names = { conversation: nameOf, message: createMessageNames(nameSecret) }
  const shared = { connection, stores, keyRing, config, content, rootDir, metrics, owner, clock, log }

  let offices: Offices | undefined
  const channels = openChannels({
    ...shared,
    nameOf,
    moreChannels,
    onFeedback: async (feedback) => offices?.stars?.onFeedback(feedback),
    onAlarm: async (alarm) => offices?.tellZaloAlarm?.(alarm),
  })
  const { zalo } = channels
  if (zalo) started.push(() => zalo.tokens.idle())
  offices = await openOffices({ ...shared, nameOf, catalogue, channels })
  const { dossiers } = offices
  const { accept, turns } = openTalk({ ...shared, names, catalogue, channels, offices })
  const desk = openDesk({ ...shared, channels, offices })
  const firstOfficer = await ensureFirstOfficer({ officers, audit, clock, texts: content.desk })
  const scheduler = openJobs({ ...shared, channels, offices })
  const app = await buildServer({
    log,
    trustedProxies: config.http.trustedProxies,
    embedOrigins: config.web.embedOrigins,
    metrics,
    metricsToken: config.http.metricsToken,
    readiness: createReadiness({
      pingDatabase: () => pingDatabase(connection),
      inbox: stores.inbox,
      conversations: stores.conversations,
      ...(zalo ? { zalo: zalo.tokens } : {}),
      scheduler,
      metrics,
      clock,
    }),
    addRoutes: (server) => {
      for (const channel of channels.all) channel.addRoutes?.(server, accept)
      desk.addRoutes(server)
      dossiers.addRoutes(server)
      if (config.web.zaloVerification) addZaloVerification(server, config.web.zaloVerification)
    },
  })

  for (const deliverer of channels.deliverers.values()) {
    deliverer.start()
    started.push(() => deliverer.stop(sendDrainMs))
  }
  // Stopped before the deliverers: an answer that is committed after they have ended would wait for its lease to end.
  turns.start()
  started.push(() => turns.stop(turnDrainMs))
  for (const channel of channels.all) {
    await channel.start(accept)
    started.push(() => channel.stop())
  }
  await scheduler.start()
  started.push(() => scheduler.stop(turnDrainMs))
  const url = await listen(app, config)
  started.push(() => app.close())
  return { url, database: database.kind, firstOfficer, madeKeyFile, catchUp: scheduler.catchUp }
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  await app.listen({ port: config.http.port, host: config.http.host })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : config.http.port
  return config.http.publicUrl ?? `http://localhost:${port}`
}
