import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../lib/clock.ts'
import { AppError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Accept, Channel } from '../channel.ts'
import { createBotApi } from './bot-api.ts'
import { connect, type MenuCommand } from './connect.ts'
import { fetchFile } from './fetch-file.ts'
import { GroupPace, telegramLimits } from './limits.ts'
import { parseUpdate } from './parse.ts'
import { backOffMs, defaultPace, type PollPace, pause, pollUpdates } from './poll.ts'
import { sendMessage } from './send.ts'
import { addWebhook, checkSecret, webhookPath } from './webhook.ts'

export interface TelegramOptions {
  token: string
  /** Telegram's own server unless told otherwise; may hold a path. */
  apiRoot?: string
  /** Polling needs no public address and allows one process; webhook needs `https` and allows many. */
  mode: 'polling' | 'webhook'
  webhookSecret?: string
  /** Of the whole service, as people reach it; the webhook is `/webhooks/telegram` below it. */
  publicUrl?: string
  /** The menu beside the text field. `command` without its slash. Default: the menu is left as it is. */
  commands?: MenuCommand[]
  clock: Clock
  log: Log
  /** How long one call may take. Default 10 000. */
  requestTimeoutMs?: number
  /** How long fetching a file may take in all. Default 5 000. */
  fetchTimeoutMs?: number
  pace?: Partial<PollPace>
}

/** The rest of the service does not wait longer than this for a Telegram that is out of reach. */
const reachTimeoutMs = 3_000

/** How long `stop` waits for messages that are just being stored. */
const drainMs = 5_000

/**
 * The Telegram channel. When Telegram cannot be reached, which in Viet Nam may be for days
 * (`docs/decisions/0004-telegram-in-viet-nam.md`), `start` resolves all the same and the channel goes on trying, so that
 * the other channels work. Only what waiting does not mend rejects: a refused token, a refused webhook.
 *
 * @throws {AppError} CONFIG_INVALID at once, for settings that cannot work, above all a webhook without a secret.
 */
export function createTelegramChannel(options: TelegramOptions): Channel {
  checkSettings(options)
  const { token, apiRoot, mode, publicUrl = '', clock, requestTimeoutMs = 10_000 } = options
  const { fetchTimeoutMs = 5_000 } = options
  const secret = mode === 'webhook' ? checkSecret(options.webhookSecret) : undefined
  const log = options.log.child({ channel: 'telegram' })
  const pace = { ...defaultPace, ...options.pace }
  const api = createBotApi({ token, ...(apiRoot ? { apiRoot } : {}), timeoutMs: requestTimeoutMs })
  const webhook =
    secret === undefined ? {} : { webhook: { url: publicUrl.replace(/\/+$/, '') + webhookPath, secret } }
  const firstTimeoutMs = Math.min(reachTimeoutMs, requestTimeoutMs)
  const groupPace = new GroupPace(clock)
  const stopping = new AbortController()
  // Every call under way listens to it, and taps come in crowds.
  setMaxListeners(0, stopping.signal)
  const storing = new Set<Promise<unknown>>()
  let botUsername: string | undefined
  let running: Promise<void> | undefined

  async function take(update: unknown, accept: Accept): Promise<void> {
    const parsed = parseUpdate(update, { ...(botUsername ? { botUsername } : {}), now: clock.now() })
    if (parsed.kind === 'ignored') {
      log[parsed.rule === 'malformed' ? 'warn' : 'info']({ rule: parsed.rule }, 'update ignored')
      return
    }
    const stored = accept(parsed.message)
    storing.add(stored)
    await stored.finally(() => storing.delete(stored))
    // Only stops the clock on the button; when it fails, the person still gets the answer as a message.
    if (parsed.callbackQueryId !== undefined) {
      const answer = { callback_query_id: parsed.callbackQueryId }
      void api.call('answerCallbackQuery', answer, { signal: stopping.signal })
    }
  }

  async function tryToConnect(): Promise<boolean> {
    const connection = await connect(
      { api, log, ...(options.commands ? { commands: options.commands } : {}), ...webhook, firstTimeoutMs },
      stopping.signal,
    )
    if (connection.kind === 'unreachable') return false
    botUsername = connection.botUsername
    return true
  }

  /** In the background, until it works. */
  async function connectAtLast(): Promise<void> {
    for (let failures = 1; !stopping.signal.aborted; failures++) {
      await pause(backOffMs(failures, pace), stopping.signal)
      if (stopping.signal.aborted) return
      if (await tryToConnect()) return
    }
  }

  async function run(isConnected: boolean, accept: Accept): Promise<void> {
    try {
      if (!isConnected) await connectAtLast()
      if (mode === 'polling') {
        await pollUpdates({ api, log, pace, take: (update) => take(update, accept) }, stopping.signal)
      }
    } catch (error) {
      log.error({ err: error }, 'Telegram channel has given up; mend the setting and start again')
    }
  }

  return {
    name: 'telegram',
    limits: telegramLimits,
    addRoutes(app, accept) {
      if (secret === undefined) return
      const isStopped = () => stopping.signal.aborted
      addWebhook(app, { secret, log, isStopped, take: (update) => take(update, accept) })
    },
    async start(accept) {
      running = run(await tryToConnect(), accept)
    },
    publicName: () => botUsername,
    send: (conversationId, message) => sendMessage({ api, groupPace, log }, conversationId, message),
    fetchAttachment: (attachment, maxBytes) =>
      fetchFile({ api, log, timeoutMs: fetchTimeoutMs, stopping: stopping.signal }, attachment, maxBytes),
    async stop() {
      stopping.abort()
      const drained = Promise.allSettled([running, ...storing]).then(() => true)
      const isDrained = await Promise.race([drained, sleep(drainMs, false, { ref: false })])
      if (!isDrained) log.warn('stopped while a message was being stored; Telegram will deliver it again')
    },
  }
}

function checkSettings({ token, mode, publicUrl, commands = [] }: TelegramOptions): void {
  // It becomes a part of the address.
  if (!/^[\w:-]+$/.test(token)) {
    throw new AppError('CONFIG_INVALID', 'TELEGRAM_BOT_TOKEN is not a token as BotFather gives it')
  }
  if (mode === 'webhook' && !(publicUrl && URL.canParse(publicUrl) && publicUrl.startsWith('https://'))) {
    throw new AppError('CONFIG_INVALID', 'PUBLIC_URL must be an https address for TELEGRAM_MODE=webhook')
  }
  for (const { command, description } of commands) {
    if (!/^[a-z0-9_]{1,32}$/.test(command) || description.length < 1 || description.length > 256) {
      throw new AppError('CONFIG_INVALID', `"/${command}" cannot be a command in Telegram's menu`)
    }
  }
}
