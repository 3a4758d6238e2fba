import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Channel, ChannelLimits } from '../channel.ts'
import type { ZaloApi } from './api.ts'
import { checkOa } from './check-oa.ts'
import type { ZaloContactStore } from './contact.ts'
import { fetchMedia } from './fetch-media.ts'
import { createPersonRate } from './person-rate.ts'
import { createRefusals } from './refusals.ts'
import type { ZaloSettings } from './settings.ts'
import { createEventTaking, type EventListeners } from './take-event.ts'
import { addWebhook, type WebhookOutcome } from './webhook.ts'

export interface ZaloOptions extends EventListeners {
  settings: ZaloSettings
  api: ZaloApi
  contacts: ZaloContactStore
  /** `createZaloSender`. */
  send: Channel['send']
  limits: ChannelLimits
  /** What somebody "says" who follows the OA or opens the chat for the first time. */
  greetingChoice: string
  officerPauseHours: number
  clock: Clock
  log: Log
  /** For counting: constant words only. */
  onEvent?: (outcome: WebhookOutcome) => void
  /** How long fetching a file may take in all. Default 5 000. */
  fetchTimeoutMs?: number
}

/** How long `stop` waits for events that are just being stored. */
const drainMs = 5_000

/**
 * The Zalo channel. Everything comes in by webhook, so it takes messages as soon as the server listens; whether Zalo can be
 * reached in the other direction is asked once in the background and stands in the log.
 */
export function createZaloChannel(options: ZaloOptions): Channel {
  const { settings, api, contacts, clock, fetchTimeoutMs = 5_000 } = options
  const log = options.log.child({ channel: 'zalo' })
  const stopping = new AbortController()
  // Every call under way listens to it.
  setMaxListeners(0, stopping.signal)
  const storing = new Set<Promise<unknown>>()
  let { oaId } = settings
  let checked: Promise<unknown> | undefined

  return {
    name: 'zalo',
    limits: options.limits,

    addRoutes(app, accept) {
      const take = createEventTaking({
        contacts,
        accept,
        greetingChoice: options.greetingChoice,
        officerPauseHours: options.officerPauseHours,
        mayTake: createPersonRate(),
        onFeedback: options.onFeedback,
        onWithdrawn: options.onWithdrawn,
        clock,
        log,
      })
      addWebhook(app, {
        appId: settings.appId,
        appSecret: settings.appSecret,
        oaSecretKey: settings.oaSecretKey,
        oaId: () => oaId,
        refusals: createRefusals({ clock, log }),
        take(event) {
          const taken = take(event)
          storing.add(taken)
          return taken.finally(() => storing.delete(taken))
        },
        onEvent: options.onEvent,
        isStopped: () => stopping.signal.aborted,
        clock,
        log,
      })
    },

    async start() {
      checked = checkOa({ api, log }, stopping.signal)
        .then((facts) => {
          oaId ??= facts?.oaId
        })
        .catch((err: unknown) => log.warn({ err }, 'Zalo: the OA could not be asked for'))
    },

    send: options.send,

    fetchAttachment: (attachment, maxBytes) =>
      fetchMedia(
        { openapi: settings.hosts.openapi, log, timeoutMs: fetchTimeoutMs, stopping: stopping.signal },
        attachment,
        maxBytes,
      ),

    async stop() {
      stopping.abort()
      const drained = Promise.allSettled([checked, ...storing]).then(() => true)
      const isDrained = await Promise.race([drained, sleep(drainMs, false, { ref: false })])
      if (!isDrained) log.warn('stopped while an event was being stored; Zalo will deliver it again')
    },
  }
}
