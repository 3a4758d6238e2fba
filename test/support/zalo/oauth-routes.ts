import { type Answer, oauthRefusal } from './answers.ts'
import type { RecordedRequest, Routes } from './serve.ts'
import { accessLifetimeMs, challengeOf } from './tokens.ts'
import type { World } from './world.ts'

/**
 * The permission page, where an admin who says yes is sent back at once, and the token endpoint. Codes that no source
 * names (wrong app secret, wrong verifier) are answered with the nearest known one.
 */
export function oauthRoutes(world: World): Routes {
  const { identity, tokens, behaviour, account } = world

  function permission({ query }: RecordedRequest): Answer {
    if (query.app_id !== identity.appId || !account.isAppActive) return oauthRefusal(-14002, 'Invalid appId')
    const redirectUri = query.redirect_uri ?? ''
    if (redirectUri !== identity.redirectUri) return oauthRefusal(-14003, 'Invalid redirect uri')
    const code = tokens.issueCode({ redirectUri, challenge: challengeIn(query.code_challenge) })
    const back = new URL(redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('oa_id', identity.oaId)
    if (query.state !== undefined) back.searchParams.set('state', query.state)
    return { status: 302, headers: { location: back.href }, body: '' }
  }

  const challengeIn = (inLink: string | undefined) => behaviour.consoleChallenge ?? inLink

  function accessToken(request: RecordedRequest): Answer {
    const { headers, body } = request
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    if (!isForm || body.app_id !== identity.appId) return oauthRefusal(-14002, 'Invalid appId')
    if (headers.secret_key !== identity.appSecret) return oauthRefusal(-14002, 'Invalid secret key')
    if (body.grant_type === 'authorization_code') return exchange(body)
    if (body.grant_type === 'refresh_token') return refresh(body)
    return oauthRefusal(-118, 'invalid_grant', 'grant_type')
  }

  function exchange(body: Record<string, unknown>): Answer {
    const code = tokens.takeCode(String(body.code))
    if (!code) return oauthRefusal(-118, 'invalid_grant', 'code')
    if (code.redirectUri !== identity.redirectUri) return oauthRefusal(-14003, 'Invalid redirect uri')
    const verifier = body.code_verifier
    if (code.challenge && (typeof verifier !== 'string' || challengeOf(verifier) !== code.challenge))
      return oauthRefusal(-118, 'invalid_grant', 'code_verifier')
    return pairAnswer(tokens.issue())
  }

  function refresh(body: Record<string, unknown>): Answer {
    const pair = tokens.refresh(String(body.refresh_token))
    return pair ? pairAnswer(pair) : oauthRefusal(-14014, 'Invalid refresh token')
  }

  return { 'GET /v4/oa/permission': permission, 'POST /v4/oa/access_token': accessToken }
}

/** `expires_in` is a string, and there is no `error: 0`. */
const pairAnswer = (pair: { accessToken: string; refreshToken: string }): Answer => ({
  body: {
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    expires_in: String(accessLifetimeMs / 1000),
  },
})
