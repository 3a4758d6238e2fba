import { z } from 'zod'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { ZaloApi, ZaloOutcome, ZaloRequest } from './api.ts'
import { appSecretProof } from './appsecret-proof.ts'
import { findZaloError } from './error-table.ts'
import { exchange, type HttpAnswer } from './http.ts'
import { parseKeepingIds } from './parse-json.ts'
import type { ZaloSettings } from './settings.ts'
import type { AccessOutcome, AccessTokens } from './tokens.ts'

export interface ZaloApiParts {
  settings: Pick<ZaloSettings, 'appSecret' | 'hosts' | 'sendsProof'>
  /** `createZaloTokens`, or anything else that knows a token. */
  tokens: AccessTokens
  clock: Clock
  log: Log
  /** Of one exchange; a token that is refused makes two of them and a refresh. */
  timeoutMs?: number
  /** 0 ≤ x < 1, for the jitter after "too many calls". */
  random?: () => number
  /** What the headers of an answer say of the limit of calls a minute. */
  onRate?: (rate: ZaloRate) => void
}

export interface ZaloRate {
  limit?: number
  remaining?: number
}

/** [advice of zalo-openapi §7.3] */
const defaultTimeoutMs = 10_000
const minuteMs = 60_000
const rateJitterMs = 5_000
const tooManyCalls = -32
/** [confirmed: a bare header, never `Authorization`] */
const tokenHeader = 'access_token'

export function createZaloApi(parts: ZaloApiParts): ZaloApi {
  const { settings, tokens, clock, log, timeoutMs = defaultTimeoutMs, random = Math.random } = parts

  async function once(request: ZaloRequest, token: string, signal?: AbortSignal): Promise<ZaloOutcome> {
    const headers: Record<string, string> = { [tokenHeader]: token, accept: 'application/json' }
    if (settings.sendsProof) headers.appsecret_proof = appSecretProof(settings.appSecret, token)
    const answer = await exchange({ ...wire(request, settings.hosts, headers), timeoutMs, signal })
    noteRate(answer)
    const outcome = outcomeOf(request, answer)
    if (outcome.kind === 'failed') {
      log.warn(
        { path: request.path, reason: outcome.reason, mayHaveHappened: outcome.mayHaveHappened },
        'zalo: a call failed',
      )
    }
    return outcome
  }

  function outcomeOf(request: ZaloRequest, answer: HttpAnswer): ZaloOutcome {
    const isSend = request.body.kind === 'json' || request.body.kind === 'form'
    if (answer.kind === 'no-answer') {
      return { kind: 'failed', reason: answer.reason, mayHaveHappened: isSend && answer.wasSent }
    }
    const parsed = envelope.safeParse(parseKeepingIds(answer.text)?.value)
    if (!parsed.success) {
      // Whoever says 4xx has not done it; 408 is a server that lost patience.
      const wasRefused = answer.status >= 400 && answer.status < 500 && answer.status !== 408
      const reason = answer.status === 200 ? 'unintelligible' : `status-${answer.status}`
      return { kind: 'failed', reason, mayHaveHappened: isSend && !wasRefused }
    }
    const { error: code, message, data } = parsed.data
    if (code === 0) return { kind: 'done', data }
    const { errorClass, isKnown, isAlarming } = findZaloError(request.host, code)
    const told = { path: request.path, host: request.host, code, errorClass, reason: harmless(message) }
    if (!isKnown) log.error(told, 'zalo: refused with a code that the table of errors lacks')
    else if (isAlarming) log.error(told, 'zalo: refused')
    else log.debug(told, 'zalo: refused')
    return {
      kind: 'refused',
      code,
      message: harmless(message),
      errorClass,
      ...(code === tooManyCalls ? { afterMs: untilNextMinute() } : {}),
    }
  }

  /** The limit is filled again each minute (zalo-openapi §4.4); clocks differ, so never at its first instant. */
  function untilNextMinute(): number {
    return minuteMs - (clock.now().getTime() % minuteMs) + Math.ceil(rateJitterMs * (0.2 + 0.8 * random()))
  }

  function noteRate(answer: HttpAnswer): void {
    if (answer.kind === 'no-answer' || !parts.onRate) return
    const limit = wholeNumber(answer.headers['x-ratelimit-limit'])
    const remaining = wholeNumber(answer.headers['x-ratelimit-remain'])
    if (limit === undefined && remaining === undefined) return
    parts.onRate({
      ...(limit === undefined ? {} : { limit }),
      ...(remaining === undefined ? {} : { remaining }),
    })
  }

  return {
    async call(request, { signal } = {}) {
      const access = await tokens.current()
      if (access.kind !== 'access') return withoutToken(access)
      const first = await once(request, access.token, signal)
      if (!isTokenRefused(first)) return first

      const renewed = await tokens.renew(access.token)
      if (renewed.kind === 'refused-again') return first
      if (renewed.kind !== 'access') return withoutToken(renewed)
      const second = await once(request, renewed.token, signal)
      if (isTokenRefused(second)) {
        // Once and no more: the fault is not the token's age.
        log.error({ code: second.code, path: request.path }, 'zalo: a token that is new is refused as well')
      }
      return second
    },
  }
}

function isTokenRefused(outcome: ZaloOutcome): outcome is ZaloOutcome & { kind: 'refused' } {
  return outcome.kind === 'refused' && outcome.errorClass === 'token'
}

function withoutToken(access: Exclude<AccessOutcome, { kind: 'access' }>): ZaloOutcome {
  if (access.kind === 'no-consent') return access
  return { kind: 'failed', reason: access.reason, mayHaveHappened: false }
}

/** How a request stands on the wire (calling conventions at the head of zalo-openapi). */
function wire(
  { host, path, body }: ZaloRequest,
  hosts: ZaloSettings['hosts'],
  headers: Record<string, string>,
) {
  const address = `${hosts[host]}${path}`
  switch (body.kind) {
    case 'data': {
      const data = encodeURIComponent(JSON.stringify(body.data))
      return { method: 'GET', url: `${address}?data=${data}`, headers } as const
    }
    case 'query': {
      const pairs = Object.entries(body.query).map(
        ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
      )
      const url = pairs.length === 0 ? address : `${address}?${pairs.join('&')}`
      return { method: 'GET', url, headers } as const
    }
    case 'json': {
      const json = JSON.stringify(body.json)
      return {
        method: 'POST',
        url: address,
        headers: { ...headers, 'content-type': 'application/json' },
        body: json,
      } as const
    }
    case 'form': {
      const form = new FormData()
      const { bytes, name, type } = body.file
      form.append('file', new Blob([Uint8Array.from(bytes)], { type }), name)
      return { method: 'POST', url: address, headers, body: form } as const
    }
  }
}

/** Without `error` it is not Zalo's answer (zalo-openapi §7.3). */
const envelope = z.object({
  error: z.union([
    z.int(),
    z
      .string()
      .regex(/^-?\d{1,6}$/)
      .transform(Number),
  ]),
  message: z.string().catch(''),
  data: z.unknown().optional(),
})

function wholeNumber(header: unknown): number | undefined {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : undefined
}

/** Zalo may quote what it refuses: ids, addresses and quoted words go. */
function harmless(message: string): string {
  return message
    .replace(/["'`“][^"'`”]*["'`”]/g, '…')
    .replace(/\S*:\/\/\S*/g, '…')
    .replace(/\S*\d{5,}\S*/g, '…')
    .slice(0, 120)
}
