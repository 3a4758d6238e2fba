import { z } from 'zod'
import type { Clock } from '../../lib/clock.ts'
import { exchange } from './http.ts'
import { parseKeepingIds } from './parse-json.ts'
import { pkceChallenge } from './pkce.ts'
import type { ZaloSettings } from './settings.ts'

/** OAuth v4 of an Official Account (zalo-openapi §1). */
export interface ZaloOAuth {
  /** The page on which an administrator of the OA gives consent. */
  permissionUrl(options: { redirectUri: string; state: string; verifier?: string | undefined }): string
  /** A code lives ten minutes and works once. */
  exchangeCode(code: string, verifier?: string): Promise<GrantOutcome>
  /** A refresh token works once: what comes back must be stored before anything else. */
  refresh(refreshToken: string): Promise<GrantOutcome>
}

export interface Grant {
  accessToken: string
  accessExpiresAt: Date
  refreshToken: string
  grantedAt: Date
  refreshExpiresAt: Date
}

export type GrantOutcome =
  | { kind: 'granted'; grant: Grant }
  /** Zalo's own no, with HTTP 200 as a rule. */
  | { kind: 'refused'; code: number; name: string; problem: OAuthProblem }
  /** `mayHaveHappened`: Zalo may have used the token up and given a new one that nobody got. */
  | { kind: 'unknown'; reason: string; mayHaveHappened: boolean }

export type OAuthProblem =
  /** -14002 */
  | 'app-inactive'
  /** -14003 */
  | 'wrong-redirect'
  /** -14014, -118: invalid or used. */
  | 'token-used'
  /** Any other of -14xxx: there is no official table of them. */
  | 'unknown-grant-error'
  /** Not about the grant: too many calls and the like. */
  | 'other'

/** [confirmed by 5] three months; the shortest three months have 89 days. */
const refreshDays = 89
const dayMs = 86_400_000
const defaultTimeoutMs = 10_000

export function createZaloOAuth(parts: {
  settings: Pick<ZaloSettings, 'appId' | 'appSecret' | 'hosts'>
  clock: Clock
  timeoutMs?: number
}): ZaloOAuth {
  const { settings, clock, timeoutMs = defaultTimeoutMs } = parts
  const { appId, appSecret, hosts } = settings

  async function ask(fields: Record<string, string>): Promise<GrantOutcome> {
    const answer = await exchange({
      method: 'POST',
      url: `${hosts.oauth}/v4/oa/access_token`,
      headers: { secret_key: appSecret, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ app_id: appId, ...fields }).toString(),
      timeoutMs,
    })
    if (answer.kind === 'no-answer') {
      return { kind: 'unknown', reason: answer.reason, mayHaveHappened: answer.wasSent }
    }
    const body = parseKeepingIds(answer.text)?.value
    const granted = grantSchema.safeParse(body)
    if (granted.success) return { kind: 'granted', grant: grantOf(granted.data) }
    const refused = refusalSchema.safeParse(body)
    if (refused.success && refused.data.error !== 0) {
      const { error: code, error_name } = refused.data
      return { kind: 'refused', code, name: harmlessName(error_name), problem: problemOf(code) }
    }
    const reason = answer.status === 200 ? 'unintelligible' : `status-${answer.status}`
    return { kind: 'unknown', reason, mayHaveHappened: true }
  }

  function grantOf(given: z.infer<typeof grantSchema>): Grant {
    const grantedAt = clock.now()
    const after = (seconds: number) => new Date(grantedAt.getTime() + seconds * 1000)
    return {
      accessToken: given.access_token,
      accessExpiresAt: after(given.expires_in),
      refreshToken: given.refresh_token,
      grantedAt,
      refreshExpiresAt: after(given.refresh_token_expires_in ?? (refreshDays * dayMs) / 1000),
    }
  }

  return {
    permissionUrl({ redirectUri, state, verifier }) {
      const query = new URLSearchParams({
        app_id: appId,
        redirect_uri: redirectUri,
        ...(verifier === undefined ? {} : { code_challenge: pkceChallenge(verifier) }),
        state,
      })
      return `${hosts.oauth}/v4/oa/permission?${query}`
    },

    exchangeCode: (code, verifier) =>
      ask({
        grant_type: 'authorization_code',
        code,
        ...(verifier === undefined ? {} : { code_verifier: verifier }),
      }),

    refresh: (refreshToken) => ask({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  }
}

/** [confirmed by 6] `expires_in` is a string of seconds; 90000 = 25 hours. */
const seconds = z.union([z.number(), z.string().regex(/^\d{1,10}$/)]).transform(Number)

const grantSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  // An answer that forgets it still used the refresh token up: the pair must be kept.
  expires_in: seconds.catch(90_000),
  refresh_token_expires_in: seconds.optional().catch(undefined),
})

const refusalSchema = z.object({
  error: z.union([
    z.int(),
    z
      .string()
      .regex(/^-?\d{1,6}$/)
      .transform(Number),
  ]),
  error_name: z.string().catch(''),
})

function problemOf(code: number): OAuthProblem {
  if (code === -14002) return 'app-inactive'
  if (code === -14003) return 'wrong-redirect'
  if (code === -14014 || code === -118) return 'token-used'
  return code <= -14000 && code > -15000 ? 'unknown-grant-error' : 'other'
}

/** For the log: words only, for nothing is promised about what stands there. */
const harmlessName = (name: string): string => name.replace(/[^\p{L} _-]/gu, '').slice(0, 60)

export type Callback =
  | { kind: 'code'; code: string; oaId?: string }
  /** Of another walk through consent, perhaps somebody else's. */
  | { kind: 'wrong-state' }
  | { kind: 'refused'; code: number }
  | { kind: 'unreadable' }

/**
 * What an administrator pastes after giving consent: the whole address that the browser was sent to, or only its code.
 *
 * @param state what was given to `permissionUrl`; an address must hold it, a bare code cannot
 */
export function readCallback(pasted: string, state: string): Callback {
  const text = pasted.trim()
  const queryStart = text.indexOf('?')
  if (queryStart < 0 && !text.includes('=')) {
    return /^[\w.~-]{8,2048}$/.test(text) ? { kind: 'code', code: text } : { kind: 'unreadable' }
  }
  const query = new URLSearchParams(text.slice(queryStart + 1).replace(/#.*$/s, ''))
  const error = query.get('error') ?? query.get('error_code')
  if (error !== null && /^-\d{1,6}$/.test(error)) return { kind: 'refused', code: Number(error) }
  const code = query.get('code')
  if (!code) return { kind: 'unreadable' }
  if (query.get('state') !== state) return { kind: 'wrong-state' }
  const oaId = query.get('oa_id')
  return { kind: 'code', code, ...(oaId && /^\d+$/.test(oaId) ? { oaId } : {}) }
}
