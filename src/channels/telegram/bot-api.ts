import { Telegram, TelegramError } from 'telegraf'
import type { Telegram as ApiMethods, Opts } from 'telegraf/types'
import { z } from 'zod'
import type { Download, DownloadLimits } from '../../lib/download.ts'
import { downloadFrom } from './download.ts'

/**
 * One call to Telegram, through telegraf's client, with what it lacks: an end in time, and outcomes as values. Errors of
 * the HTTP library hold the address, and the address holds the token; so no error leaves this file, only what it meant.
 */
export interface BotApi {
  call<M extends keyof ApiMethods>(method: M, payload: Opts<M>, options?: CallOptions): Promise<ApiOutcome>
  /**
   * The file behind a `file_path` of getFile, from the API's own host and below its own folder of this bot; a redirect
   * is not followed, wherever it leads.
   */
  download(filePath: string, limits: DownloadLimits): Promise<Download>
}

interface CallOptions {
  timeoutMs?: number
  /** Ends the call with `failed`, `aborted`. */
  signal?: AbortSignal
}

export type ApiOutcome =
  | { kind: 'done'; result: unknown }
  /** Telegram's own no. `description` is safe to log: no ids, no quoted content. */
  | { kind: 'refused'; status: number; description: string; retryAfterMs?: number; hasMoved: boolean }
  /** No answer, or not one of Telegram's: a 5xx, a broken line, a page of some proxy. */
  | { kind: 'failed'; reason: 'timeout' | 'aborted' | 'network' | 'server' | 'unintelligible' }

interface BotApiOptions {
  token: string
  apiRoot?: string
  /** For every call that names none of its own. */
  timeoutMs: number
}

export function createBotApi({
  token,
  apiRoot = 'https://api.telegram.org',
  timeoutMs: defaultTimeoutMs,
}: BotApiOptions): BotApi {
  // Telegraf resolves `./bot<token>/…` against the root, so without the last slash a path in it would be lost.
  const root = apiRoot.replace(/\/*$/, '/')
  const client = new Telegram(token, { apiRoot: root, webhookReply: false })
  // https://core.telegram.org/bots/api#getfile, read 2026-11-23.
  const filesFolder = `${root}file/bot${token}/`

  return {
    download: (filePath, limits) => downloadFrom(filesFolder, filePath, limits),

    async call(method, payload, { timeoutMs = defaultTimeoutMs, signal } = {}) {
      const ending = new AbortController()
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        ending.abort()
      }, timeoutMs)
      const abort = () => ending.abort()
      signal?.addEventListener('abort', abort, { once: true })
      if (signal?.aborted) abort()
      try {
        const signal = ending.signal as unknown as TelegrafSignal
        return { kind: 'done', result: await client.callApi(method, payload, { signal }) }
      } catch (error) {
        if (ending.signal.aborted) return { kind: 'failed', reason: isLate ? 'timeout' : 'aborted' }
        return meaningOf(error, token)
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}

/** Telegraf's types name the signal of a polyfill; its code takes the one of the platform. */
type TelegrafSignal = NonNullable<Parameters<Telegram['callApi']>[2]>['signal'] & object

const refusal = z.object({
  error_code: z.int(),
  description: z.string().catch(''),
  parameters: z
    .object({ retry_after: z.number().nonnegative().optional(), migrate_to_chat_id: z.unknown().optional() })
    .catch({ migrate_to_chat_id: undefined })
    .optional(),
})

function meaningOf(error: unknown, token: string): ApiOutcome {
  if (error instanceof TelegramError) {
    const parsed = refusal.safeParse(error.response)
    if (!parsed.success) return { kind: 'failed', reason: 'unintelligible' }
    const { error_code: status, description, parameters } = parsed.data
    if (status >= 500) return { kind: 'failed', reason: 'server' }
    return {
      kind: 'refused',
      status,
      description: harmless(description.replaceAll(token, '…')),
      ...(parameters?.retry_after === undefined ? {} : { retryAfterMs: parameters.retry_after * 1000 }),
      hasMoved: parameters?.migrate_to_chat_id !== undefined,
    }
  }
  const type: unknown = error instanceof Error && 'type' in error ? error.type : undefined
  return { kind: 'failed', reason: type === 'system' ? 'network' : 'unintelligible' }
}

/** Telegram quotes what it refuses; ids, addresses and quoted words go. */
function harmless(description: string): string {
  return description
    .replace(/(^|\s)["'`“].*["'`”]/g, ' …')
    .replace(/\S*:\/\/\S*/g, '…')
    .replace(/\d{5,}\S*/g, '…')
    .slice(0, 120)
}

/** The part of an outcome that a log may hold. */
export function describe(outcome: ApiOutcome): { status?: number; reason: string } {
  switch (outcome.kind) {
    case 'refused':
      return { status: outcome.status, reason: outcome.description }
    case 'failed':
      return { reason: outcome.reason }
    case 'done':
      return { reason: 'unintelligible' }
  }
}
