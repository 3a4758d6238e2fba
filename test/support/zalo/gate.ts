import { type Answer, openapi, refusal } from './answers.ts'
import type { Handler, RecordedRequest, Routes } from './serve.ts'
import { proofOf } from './tokens.ts'
import type { World } from './world.ts'

/** What every call passes on openapi.zalo.me before it is looked at: token, proof, account, rate. */
export function guardOpenapi(world: World, routes: Routes): Routes {
  return mapRoutes(routes, (handler) => async (request) => {
    const headers = rateHeaders(world)
    const answer = openapiFault(world, request) ?? (await handler(request))
    return { ...answer, headers: { ...headers, ...answer.headers } }
  })
}

/** The same on business.openapi.zalo.me, whose codes mean other things. */
export function guardBusiness(world: World, routes: Routes): Routes {
  return mapRoutes(routes, (handler) => (request) => businessFault(world, request) ?? handler(request))
}

function openapiFault(world: World, request: RecordedRequest): Answer | undefined {
  const { account, tokens } = world
  const token = tokenIn(request)
  const state = tokens.stateOf(token)
  if (state === 'unknown') return openapi.badToken
  if (state === 'dead') return openapi.deadToken
  if (lacksProof(world, request, token)) return openapi.badProof
  if (world.rate.count > world.behaviour.requestsPerMinute) return openapi.rateLimit
  if (!account.isAppActive) return openapi.appInactive
  if (!account.isApiRegistered) return openapi.notRegistered
  if (account.isDisabled) return openapi.disabled
  if (!account.isAuthorised) return openapi.notAuthorised
  return undefined
}

function businessFault(world: World, request: RecordedRequest): Answer | undefined {
  const { account, tokens } = world
  const token = tokenIn(request)
  if (tokens.stateOf(token) !== 'live') return refusal(-124, 'Access token is invalid')
  if (lacksProof(world, request, token)) return refusal(-1241, 'appsecret_proof is invalid')
  if (!account.isAppActive) return refusal(-103, 'App is inactive')
  if (account.isDisabled || !account.isVerified)
    return refusal(-135, 'OA does not have permission to send ZNS')
  if (!account.isAuthorised) return refusal(-138, 'App does not have permission to use this feature')
  return undefined
}

/** A bare header; `Authorization` is not looked at. */
function tokenIn({ headers }: RecordedRequest): string | undefined {
  const { access_token: token } = headers
  return typeof token === 'string' ? token : undefined
}

function lacksProof({ behaviour, identity }: World, { headers }: RecordedRequest, token = ''): boolean {
  return behaviour.demandsProof && headers.appsecret_proof !== proofOf(identity.appSecret, token)
}

/** Counts the request; the count begins anew with each minute. */
function rateHeaders({ rate, clock, behaviour }: World): Record<string, string> {
  const minute = Math.floor(clock.now().getTime() / 60_000)
  if (rate.minute !== minute) {
    rate.minute = minute
    rate.count = 0
  }
  rate.count += 1
  return {
    'x-ratelimit-limit': String(behaviour.requestsPerMinute),
    'x-ratelimit-remain': String(Math.max(0, behaviour.requestsPerMinute - rate.count)),
  }
}

function mapRoutes(routes: Routes, wrap: (handler: Handler) => Handler): Routes {
  return Object.fromEntries(Object.entries(routes).map(([route, handler]) => [route, wrap(handler)]))
}
