import type { Channel } from './channels/channel.ts'
import type { ZaloApi } from './channels/zalo/api.ts'
import { withContactForm } from './channels/zalo/ask-contact.ts'
import { createZaloApi, type ZaloRate } from './channels/zalo/http-api.ts'
import type { ReadImage } from './channels/zalo/image.ts'
import { sendKinds, type ZaloLedger } from './channels/zalo/ledger.ts'
import { zaloLimits } from './channels/zalo/limits.ts'
import { createZaloOAuth } from './channels/zalo/oauth.ts'
import type { OnFeedback, ZaloRatingStore } from './channels/zalo/ratings.ts'
import { createZaloSender } from './channels/zalo/send.ts'
import { createZaloChannel } from './channels/zalo/start.ts'
import { createZaloStops, type ZaloStops } from './channels/zalo/stops.ts'
import { createZaloTokens, type TokenAlarm, type ZaloTokens } from './channels/zalo/tokens.ts'
import type { WebhookOutcome } from './channels/zalo/webhook.ts'
import type { ZaloConfig } from './config.ts'
import { commandPayload } from './conversation/dialogs/choice-payload.ts'
import { eraseWithdrawn } from './jobs/erase-withdrawn.ts'
import type { Job } from './jobs/job.ts'
import { refreshZaloToken } from './jobs/refresh-zalo-token.ts'
import type { Clock } from './lib/clock.ts'
import type { KeyRing } from './lib/key-ring.ts'
import type { Log } from './lib/log.ts'
import type { RetentionSettings } from './reports/retention-settings.ts'
import type { OpenDatabase } from './storage/open-database.ts'
import { createRecordCodec } from './storage/record-codec.ts'
import { createZaloContactStore } from './storage/zalo-contact-store.ts'
import { createZaloLedger } from './storage/zalo-ledger.ts'
import { createZaloRatingStore } from './storage/zalo-rating-store.ts'
import { createZaloTokenStore } from './storage/zalo-token-store.ts'
import { createZaloWithdrawalStore } from './storage/zalo-withdrawal-store.ts'
import type { ZaloContentFiles } from './zalo-content.ts'

export type ZaloStores = ReturnType<typeof openZaloStores>

/** Before the indexes are made: registers the collections. */
export function openZaloStores(
  connection: OpenDatabase['connection'],
  { keyRing, retention, clock }: { keyRing: KeyRing; retention: RetentionSettings; clock: Clock },
) {
  const records = createRecordCodec(keyRing)
  const ledger: ZaloLedger = createZaloLedger(connection, sendKinds)
  const ratings: ZaloRatingStore = createZaloRatingStore(connection, keyRing)
  return {
    contacts: createZaloContactStore(connection, {
      records,
      now: () => clock.now(),
      keepDays: retention.daysOf('zalo-contacts'),
    }),
    tokens: createZaloTokenStore(connection, keyRing),
    withdrawals: createZaloWithdrawalStore(connection, records),
    ledger,
    ratings,
  }
}

/** Everything about one platform in one place. */
export interface ZaloOffice {
  channel: Channel
  jobs: Job[]
  api: ZaloApi
  tokens: ZaloTokens
  stops: ZaloStops
}

export interface ZaloOfficeParts {
  config: ZaloConfig
  stores: ZaloStores
  content: ZaloContentFiles
  /** Stars of a rating template; late, because polls are opened after the channels. */
  onFeedback: OnFeedback
  /** Forgets everything about a conversation; harmless to repeat. */
  erasePerson(conversationId: string): Promise<void>
  onEvent(outcome: WebhookOutcome): void
  onRate(rate: ZaloRate): void
  /** The office's own pictures, by name. */
  readImage: ReadImage
  /** For the administrators; late, because notices are opened after the channels. */
  onAlarm(alarm: TokenAlarm): Promise<void>
  /** As Zalo reaches the service, without a slash at the end. */
  publicUrl?: string | undefined
  /** Of this process. */
  owner: string
  clock: Clock
  log: Log
}

export function openZaloOffice(parts: ZaloOfficeParts): ZaloOffice {
  const { config, stores, content, clock, owner } = parts
  const log = parts.log.child({ part: 'zalo' })
  const tokens = createZaloTokens({
    appId: config.appId,
    oauth: createZaloOAuth({ settings: config, clock }),
    store: stores.tokens,
    seed: config.refreshToken,
    owner,
    clock,
    log,
    async onAlarm(alarm) {
      log.error({ alarm: alarm.kind }, 'zalo: somebody must give consent again (npm run zalo:authorize)')
      await parts.onAlarm(alarm)
    },
  })
  const api = createZaloApi({ settings: config, tokens, clock, log, onRate: parts.onRate })
  const stops = createZaloStops({ clock, log })
  const erasing = eraseWithdrawn({
    withdrawals: stores.withdrawals,
    async erase(userId) {
      await parts.erasePerson(userId)
      // A message that came in between may have made it anew.
      await stores.contacts.erase(userId)
      // Without the id: that it was done is all that may be known of it.
      log.info('zalo: a person was erased at their wish')
    },
  })
  const channel = createZaloChannel({
    settings: config,
    api,
    contacts: stores.contacts,
    send: withContactForm({
      send: createZaloSender({
        api,
        contacts: stores.contacts,
        settings: config,
        content: content.settings,
        texts: content.texts,
        ledger: stores.ledger,
        ratings: stores.ratings,
        readImage: parts.readImage,
        stops,
        clock,
        log,
      }),
      api,
      contacts: stores.contacts,
      texts: content.texts,
      imageUrl: parts.publicUrl && `${parts.publicUrl}/web/assets/zalo-form.png`,
      clock,
      log,
    }),
    limits: zaloLimits(content.settings),
    greetingChoice: commandPayload('greeting'),
    officerPauseHours: content.settings.officerPauseHours,
    onFeedback: parts.onFeedback,
    async onWithdrawn(userId) {
      await stores.withdrawals.add(userId)
      // Not in the time that Zalo waits; what fails here is done by the next run of the job.
      void erasing
        .run(clock.now(), new AbortController().signal)
        .catch((err: unknown) =>
          log.warn({ err }, 'zalo: erasing a person did not end; it will be tried again'),
        )
    },
    onEvent: parts.onEvent,
    clock,
    log,
  })
  return { channel, jobs: [refreshZaloToken(tokens), erasing], api, tokens, stops }
}

/** As the metrics count it: by which reading the signature was right, and what came of the event. */
export function zaloLabels(outcome: WebhookOutcome): [signature: string, outcome: string] {
  switch (outcome.kind) {
    case 'verified':
      return [
        outcome.term,
        outcome.taken.kind === 'taken' ? outcome.taken.what : `ignored-${outcome.taken.rule}`,
      ]
    case 'refused':
      return [outcome.reason, 'refused']
    default:
      return ['none', outcome.kind]
  }
}
