import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '../../../src/lib/clock.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

export interface TokenPair {
  accessToken: string
  refreshToken: string
}

interface Code {
  challenge?: string
  redirectUri: string
  untilMs: number
}

/** Codes, access tokens and refresh tokens as the OAuth server keeps them. */
export interface TokenOffice {
  /** A pair as "API Explorer" of the console hands out. */
  issue(): TokenPair
  /** The consent of an OA admin: a code for ten minutes, to be used once. */
  issueCode(options: { redirectUri: string; challenge?: string }): string
  takeCode(code: string): Code | undefined
  /** A new pair; the old refresh token and the old access token are dead from now on. */
  refresh(refreshToken: string): TokenPair | undefined
  stateOf(accessToken: string | undefined): 'live' | 'dead' | 'unknown'
  /** The pair that works now. */
  current(): TokenPair | undefined
  /** The callback or the permission groups were changed: nobody has a token any more. */
  revokeAll(): void
  /** As if 25 hours had gone by for the token only. */
  expireAccess(): void
}

export const accessLifetimeMs = 25 * hourMs

export function createTokenOffice(clock: Clock): TokenOffice {
  const codes = new Map<string, Code>()
  const access = new Map<string, { untilMs: number }>()
  const refresh = new Map<string, { untilMs: number; accessToken: string }>()
  let current: TokenPair | undefined
  const nowMs = () => clock.now().getTime()

  function issue(): TokenPair {
    const pair = { accessToken: `at-${random()}`, refreshToken: `rt-${random()}` }
    access.set(pair.accessToken, { untilMs: nowMs() + accessLifetimeMs })
    refresh.set(pair.refreshToken, { untilMs: nowMs() + 90 * 24 * hourMs, accessToken: pair.accessToken })
    current = pair
    return pair
  }

  return {
    issue,
    issueCode({ redirectUri, challenge }) {
      const code = `code-${random()}`
      codes.set(code, { redirectUri, challenge, untilMs: nowMs() + 10 * minuteMs })
      return code
    },
    takeCode(code) {
      const found = codes.get(code)
      codes.delete(code)
      return found && found.untilMs > nowMs() ? found : undefined
    },
    refresh(refreshToken) {
      const found = refresh.get(refreshToken)
      if (!found || found.untilMs <= nowMs()) return undefined
      refresh.delete(refreshToken)
      access.set(found.accessToken, { untilMs: 0 })
      return issue()
    },
    stateOf(accessToken) {
      const found = accessToken === undefined ? undefined : access.get(accessToken)
      if (!found) return 'unknown'
      return found.untilMs > nowMs() ? 'live' : 'dead'
    },
    current: () => current,
    revokeAll() {
      refresh.clear()
      access.clear()
      current = undefined
    },
    expireAccess() {
      if (current) access.set(current.accessToken, { untilMs: 0 })
    },
  }
}

const random = () => randomBytes(24).toString('base64url')

export const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')

export const proofOf = (appSecret: string, accessToken: string) =>
  createHmac('sha256', appSecret).update(accessToken).digest('hex')
