import type {} from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../lib/log.ts'
import { type Access, type AccessTable, accessOf, mayUse, routeKey } from './access.ts'
import type { AuditLog } from './audit/audit-log.ts'
import type { Officer, OfficerStore } from './officer.ts'
import { isFormToken, type Session, type Sessions, type StartedSession } from './session.ts'

/** What is still missing before an officer may work. */
export type Stage = 'second-step' | 'new-password' | 'enrol' | 'complete'

export interface SignedIn {
  officer: Officer
  session: Session
  stage: Stage
}

export interface GateParts {
  table: AccessTable
  officers: OfficerStore
  sessions: Sessions
  audit: AuditLog
  log: Log
  /** `https://…` when officers reach the desk under another name than the server is asked by. */
  publicUrl: string | undefined
  isSecondStepRequired: boolean
  refuse(request: FastifyRequest, reply: FastifyReply, why: 'forbidden' | 'stale'): Promise<FastifyReply>
  /** For a page that was asked for from another site: our cookie comes only with the next request. */
  askAgain(reply: FastifyReply, path: string): FastifyReply
}

export interface Gate {
  /** Who is asking, on every route but those for anyone. */
  signedIn(request: FastifyRequest): SignedIn
  /** The same, `undefined` on a route for anyone. */
  known(request: FastifyRequest): SignedIn | undefined
  /** Looks the session up on a route for anyone. */
  find(request: FastifyRequest): Promise<SignedIn | undefined>
  /** The browser still holds a cookie, living or not. */
  hasCookie(request: FastifyRequest): boolean
  /** Goes on under a new session: hands out its cookie, and looks at the officer afresh. */
  enter(request: FastifyRequest, reply: FastifyReply, started: StartedSession): Promise<SignedIn>
  leave(reply: FastifyReply): void
}

export const stagePaths = {
  'second-step': '/desk/second-step',
  'new-password': '/desk/new-password',
  enrol: '/desk/enrol',
  complete: '/desk',
} as const satisfies Record<Stage, string>

/** Stands in front of every route of `scope` that is registered after this call; needs the cookie plugin. */
export function guardRoutes(scope: FastifyInstance, parts: GateParts): Gate {
  const { table, officers, sessions, audit, log, publicUrl } = parts
  const isSecure = publicUrl?.startsWith('https:') ?? false
  // The prefix makes browsers refuse the cookie unless it is Secure, for this host only and for all paths.
  const cookieName = isSecure ? '__Host-desk' : 'desk'
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure } as const
  const publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin
  const accessOfRoute = new Map<string, Access>()
  const known = new WeakMap<FastifyRequest, SignedIn>()

  function stageOf(officer: Officer, session: Session): Stage {
    if (officer.hasSecondStep && !session.secondStepAt) return 'second-step'
    if (officer.mustChangePassword) return 'new-password'
    if (!officer.hasSecondStep && parts.isSecondStepRequired) return 'enrol'
    return 'complete'
  }

  async function find(request: FastifyRequest): Promise<SignedIn | undefined> {
    const token = request.cookies[cookieName]
    const session = token ? await sessions.find(token) : undefined
    if (!session) return undefined
    const officer = await officers.find(session.officerId)
    if (!officer || officer.disabledAt) {
      await sessions.end(session)
      return undefined
    }
    return { officer, session, stage: stageOf(officer, session) }
  }

  /** Browsers say where a form was sent from; without that, a POST is nobody's. */
  function isFromOurPage(request: FastifyRequest): boolean {
    const { origin } = request.headers
    if (origin === undefined) return request.headers['sec-fetch-site'] === 'same-origin'
    if (origin === publicOrigin) return true
    return URL.canParse(origin) && new URL(origin).host === request.headers.host
  }

  async function refuseForbidden(
    request: FastifyRequest,
    reply: FastifyReply,
    officerId: string,
    key: string,
  ) {
    await audit.append({ officer: officerId, action: 'access-refused', subject: `route:${key}` })
    return parts.refuse(request, reply, 'forbidden')
  }

  function toSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    if (isReading && request.headers['sec-fetch-site'] === 'cross-site')
      return parts.askAgain(reply, request.url)
    const next = isReading && request.url !== '/desk' ? `?next=${encodeURIComponent(request.url)}` : ''
    const target = `/desk/sign-in${next}`
    // A redirect would put the sign-in page into the middle of the page that asked.
    if (request.headers['hx-request']) return reply.status(401).header('hx-redirect', target).send()
    return reply.redirect(target, 303)
  }

  scope.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      const key = routeKey(one, url)
      accessOfRoute.set(key, accessOf(table, key))
    }
  })

  scope.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store').header('referrer-policy', 'same-origin')
    if (request.is404) return
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    if (!isReading && !isFromOurPage(request)) return parts.refuse(request, reply, 'stale')

    const key = routeKey(request.method, request.routeOptions.url ?? '')
    const access = accessOfRoute.get(key)
    if (access === 'anyone') return
    const signedIn = await find(request)
    if (!signedIn) return toSignIn(request, reply)
    known.set(request, signedIn)
    if (access === 'session') return
    if (signedIn.stage !== 'complete') return reply.redirect(stagePaths[signedIn.stage], 303)
    if (access === undefined || !mayUse(access, signedIn.officer)) {
      log.warn({ route: key, officer: signedIn.officer.id }, 'desk: access refused')
      return refuseForbidden(request, reply, signedIn.officer.id, key)
    }
  })

  // After the body is read, whatever reads it: a form with a file is read before the handler only.
  scope.addHook('preHandler', async (request, reply) => {
    const signedIn = known.get(request)
    if (!signedIn || request.method === 'GET' || request.method === 'HEAD') return
    const { body } = request
    const field =
      body !== null && typeof body === 'object' && 'formToken' in body ? body.formToken : undefined
    if (!isFormToken(signedIn.session, field ?? request.headers['x-form-token'])) {
      return parts.refuse(request, reply, 'stale')
    }
  })

  return {
    signedIn(request) {
      const signedIn = known.get(request)
      if (!signedIn) throw new Error('desk: a route for anyone asked who is signed in')
      return signedIn
    },
    known: (request) => known.get(request),
    find,
    hasCookie: (request) => request.cookies[cookieName] !== undefined,
    async enter(request, reply, { token, session }) {
      const officer = await officers.find(session.officerId)
      if (!officer) throw new Error('desk: a session was started for nobody')
      reply.setCookie(cookieName, token, cookie)
      const signedIn = { officer, session, stage: stageOf(officer, session) }
      known.set(request, signedIn)
      return signedIn
    },
    leave: (reply) => void reply.clearCookie(cookieName, cookie),
  }
}
