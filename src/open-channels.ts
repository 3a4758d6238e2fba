import { join } from 'node:path'
import type { Channel } from './channels/channel.ts'
import { createTelegramChannel } from './channels/telegram/start.ts'
import { createWebChannel } from './channels/web/start.ts'
import type { OnFeedback } from './channels/zalo/ratings.ts'
import type { Config } from './config.ts'
import type { Content } from './content.ts'
import type { ChannelName } from './conversation/message.ts'
import { createDeliverer, type Deliverer } from './conversation/turn/deliver.ts'
import type { ConversationNames } from './conversation/turn/names.ts'
import type { ZaloAlarm } from './desk/notices/zalo-alarm.ts'
import { createErasePerson } from './erase-person.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import type { Metrics } from './metrics.ts'
import type { Stores } from './open-stores.ts'
import { createPictures } from './pictures.ts'
import type { OpenDatabase } from './storage/open-database.ts'
import { createSurveyErasure } from './storage/survey-erasure.ts'
import { openZaloOffice, type ZaloOffice, zaloLabels } from './zalo-office.ts'

/** Every way in and out: the channels of the settings, and for each who sends what waits in its outbox. */
export interface Channels {
  all: readonly Channel[]
  find(name: ChannelName): Channel | undefined
  deliverers: ReadonlyMap<ChannelName, Deliverer>
  /** What else there is to one of them; absent where it is not set, or without keys. */
  zalo: ZaloOffice | undefined
}

interface ChannelsParts {
  connection: OpenDatabase['connection']
  stores: Stores
  nameOf: ConversationNames
  /** Stars of a rating template; late, because polls are opened after the channels. */
  onFeedback: OnFeedback
  /** For the administrators; late, because notices are opened after the channels. */
  onAlarm(alarm: ZaloAlarm): Promise<void>
  /** Besides those of the settings. */
  moreChannels: readonly Channel[]
  config: Config
  content: Content
  /** The folder of the project: holds `src/channels/web/assets`. */
  rootDir: string
  metrics: Metrics
  /** Of this process. */
  owner: string
  clock: Clock
  log: Log
}

/** Nothing is sent or taken yet: channels and deliverers are started apart. */
export function openChannels(parts: ChannelsParts): Channels {
  const { stores, metrics, owner, clock, log } = parts
  const zalo = zaloOffice(parts)
  const all = [
    webChannel(parts),
    ...telegramChannel(parts),
    ...(zalo ? [zalo.channel] : []),
    ...parts.moreChannels,
  ]
  const deliverers = new Map<ChannelName, Deliverer>()
  for (const channel of all) {
    const deliverer = createDeliverer({
      sender: channel,
      conversations: stores.conversations,
      clock,
      log,
      owner,
      onSend: (outcome, durationMs) => metrics.send(channel.name, outcome, durationMs),
    })
    deliverers.set(channel.name, deliverer)
  }
  const byName = new Map(all.map((channel) => [channel.name, channel]))
  return { all, find: (name) => byName.get(name), deliverers, zalo }
}

function webChannel({ stores, config, content, rootDir, clock, log }: ChannelsParts): Channel {
  return createWebChannel({
    mailbox: stores.mailbox,
    uploads: stores.sealed?.uploads,
    clock,
    log,
    assetsDir: join(rootDir, 'src/channels/web/assets'),
    pageTexts: content.web,
    branding: { name: content.agency.office.longName, hotline: content.agency.hotlines.ask },
    embedOrigins: config.web.embedOrigins,
    zaloVerification: config.web.zaloVerification,
  })
}

function telegramChannel({ config, content, clock, log }: ChannelsParts): Channel[] {
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

function zaloOffice(parts: ChannelsParts): ZaloOffice | undefined {
  const { stores, config, content, rootDir, metrics, owner, clock, log } = parts
  if (!config.zalo) return undefined
  const erasePerson = erasingOf(parts)
  if (!stores.sealed || !erasePerson) {
    log.error('zalo: there is no ENCRYPTION_KEY, so tokens cannot be kept and the channel is off')
    return undefined
  }
  return openZaloOffice({
    config: config.zalo,
    stores: stores.sealed.zalo,
    content: content.zalo,
    onFeedback: parts.onFeedback,
    erasePerson: (conversationId) => erasePerson({ channel: 'zalo', conversationId }),
    onEvent: (outcome) => metrics.zaloEvent(...zaloLabels(outcome)),
    onRate: metrics.zaloRate,
    readImage: createPictures(rootDir),
    publicUrl: config.http.publicUrl,
    onAlarm: parts.onAlarm,
    owner,
    clock,
    log,
  })
}

function erasingOf({ connection, stores, nameOf }: ChannelsParts) {
  const { sealed, dossiers } = stores
  if (!sealed || !dossiers.sealed) return undefined
  return createErasePerson({
    nameOf,
    inbox: stores.inbox,
    conversations: stores.conversations,
    identities: sealed.reports.identities,
    links: dossiers.sealed.links,
    selfReports: dossiers.sealed.shadow,
    waiting: stores.waiting,
    forgetInvited: createSurveyErasure(connection, sealed.keyRing),
    audit: stores.audit.log,
  })
}
