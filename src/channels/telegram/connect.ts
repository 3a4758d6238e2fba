import { z } from 'zod'
import { AppError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { type ApiOutcome, type BotApi, describe } from './bot-api.ts'
import { allowedUpdates } from './parse.ts'
import { isTokenRefused } from './send.ts'

/** Says hello: who are we, how do updates come, which commands does the menu offer. */
interface ConnectPart {
  api: BotApi
  log: Log
  commands?: MenuCommand[]
  /** Absent: updates are fetched. */
  webhook?: { url: string; secret: string }
  /** For the first call, which tells whether Telegram is there at all. */
  firstTimeoutMs: number
}

export interface MenuCommand {
  /** `a-z 0-9 _`, at most 32. */
  command: string
  /** What the menu shows, at most 256 characters. */
  description: string
}

export type Connection = { kind: 'connected'; botUsername?: string } | { kind: 'unreachable' }

/** @throws {AppError} START_FAILED for what waiting does not mend: a refused token, a refused webhook. */
export async function connect(part: ConnectPart, signal: AbortSignal): Promise<Connection> {
  const { api, log, commands, webhook, firstTimeoutMs } = part
  const me = await api.call('getMe', {}, { timeoutMs: firstTimeoutMs, signal })
  if (me.kind === 'refused' && isTokenRefused(me.status)) {
    throw new AppError('START_FAILED', `Telegram refuses TELEGRAM_BOT_TOKEN (${me.status})`)
  }
  const bot = me.kind === 'done' ? botSchema.safeParse(me.result) : undefined
  if (!bot?.success) return unreachable('getMe', me)

  const method = webhook ? 'setWebhook' : 'deleteWebhook'
  const outcome = webhook
    ? await api.call('setWebhook', webhookOf(webhook), { signal })
    : await api.call('deleteWebhook', { drop_pending_updates: false }, { signal })
  if (webhook && outcome.kind === 'refused' && outcome.status === 400) {
    throw new AppError('START_FAILED', `Telegram refuses the webhook: ${outcome.description}`)
  }
  if (outcome.kind === 'refused' && outcome.status === 404) {
    log.warn({ method }, 'this Telegram server does not know a method; going on without')
  } else if (outcome.kind !== 'done') return unreachable(method, outcome)

  if (commands) {
    // In chats of two only: in a group the bot does nothing but ask people to write to it in private.
    const menu = { commands, scope: { type: 'all_private_chats' as const } }
    const offered = await api.call('setMyCommands', menu, { signal })
    if (offered.kind !== 'done') log.warn(describe(offered), 'the command menu could not be set')
  }
  log.info({ by: webhook ? 'webhook' : 'polling' }, 'Telegram connected')
  const { username } = bot.data
  return { kind: 'connected', ...(username ? { botUsername: username } : {}) }

  function unreachable(failed: string, why: ApiOutcome): Connection {
    log.warn({ method: failed, ...describe(why) }, 'Telegram cannot be reached; trying again')
    return { kind: 'unreachable' }
  }
}

const botSchema = z.object({ username: z.string().optional() })

function webhookOf({ url, secret }: { url: string; secret: string }) {
  return {
    url,
    secret_token: secret,
    allowed_updates: allowedUpdates,
    // Storing takes milliseconds; more connections than this would only queue at the database.
    max_connections: 20,
    drop_pending_updates: false,
  }
}
