import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../lib/clock.ts'
import type { KeyRing } from '../lib/key-ring.ts'
import type { Log } from '../lib/log.ts'
import type { Texts } from '../lib/texts.ts'
import { type AccessTable, accessOf, deskAccess, mayUse } from './access.ts'
import type { AuditLog } from './audit/audit-log.ts'
import { icons } from './components/icon.tsx'
import { renderFrame } from './components/page-frame.tsx'
import type { Desk, DeskPage, DeskSection, NavItem } from './desk-page.ts'
import type { DeskTexts } from './desk-texts.ts'
import { type Gate, guardRoutes } from './gate.ts'
import type { OfficerStore } from './officer.ts'
import { MessagePage } from './pages/message-page.tsx'
import { addAccountRoutes } from './routes/account-routes.tsx'
import { loadAssets } from './routes/asset-routes.ts'
import { addAuditRoutes } from './routes/audit-routes.tsx'
import { addOfficerRoutes } from './routes/officer-routes.tsx'
import { addSignInRoutes } from './routes/sign-in-routes.tsx'
import { createSecretBox } from './secret-box.ts'
import { createSessions, type SessionStore } from './session.ts'
import { createSignIn } from './sign-in.ts'
import { type AttemptStore, createThrottle } from './throttle.ts'

export interface DeskOptions {
  officers: OfficerStore
  sessions: SessionStore
  attempts: AttemptStore
  audit: AuditLog
  clock: Clock
  log: Log
  texts: Texts<DeskTexts>
  branding: { name: string }
  /** The folder `assets` beside this file. */
  assetsDir: string
  /** As officers' browsers see the service. With https the cookie is sent over https only. */
  publicUrl?: string
  /** Seals the secrets of second steps. */
  keyRing?: KeyRing | undefined
  /** Default true. False lets officers put it off: for a trial on one's own machine. */
  isSecondStepRequired?: boolean
  /** Pages of others: reports, questions, figures. */
  sections?: readonly DeskSection[]
  /** For tests. */
  access?: AccessTable
}

const maxFormBytes = 256 * 1024

/**
 * The officers' pages under `/desk`. Routes are added before the server listens; the server must be told which proxies
 * to trust, since tries to sign in are counted by address.
 */
export function createDesk(options: DeskOptions): { addRoutes(app: FastifyInstance): void } {
  const { officers, audit, clock, log, texts, branding, sections = [] } = options
  const table = options.access ?? deskAccess
  const box = createSecretBox(options.keyRing, 'desk second step')
  const sessions = createSessions({ store: options.sessions, clock })
  const throttle = createThrottle({ store: options.attempts, clock })
  const signIn = createSignIn({ officers, sessions, throttle, audit, clock, box })
  const assets = loadAssets(options.assetsDir)
  const nav: NavItem[] = [
    { href: '/desk', label: texts.say('desk.nav-home'), icon: icons.home },
    ...sections.flatMap((section) => section.nav),
    { href: '/desk/officers', label: texts.say('desk.nav-officers'), icon: icons.people },
    { href: '/desk/audit', label: texts.say('desk.nav-audit'), icon: icons.chain },
    { href: '/desk/account', label: texts.say('desk.nav-account'), icon: icons.person },
  ]
  const frame = { texts, agencyName: branding.name, assetUrl: assets.urlOf }

  async function addScope(scope: FastifyInstance): Promise<void> {
    await scope.register(cookie)
    // Forms only: no page sends anything else, and a JSON body could be more than texts.
    scope.removeAllContentTypeParsers()
    await scope.register(formbody, { bodyLimit: maxFormBytes })

    const gate: Gate = guardRoutes(scope, {
      table,
      officers,
      sessions,
      audit,
      log,
      publicUrl: options.publicUrl,
      isSecondStepRequired: options.isSecondStepRequired ?? true,
      refuse: (request, reply, why) =>
        show(gate, request, reply, {
          title: texts.say(`desk.message.${why}-title`),
          body: <MessagePage text={texts.say(`desk.message.${why}`)} link={homeLink()} />,
          status: 403,
        }),
      askAgain: (reply, path) => {
        const link = { href: path, label: texts.say('desk.message.home') }
        const title = texts.say('desk.message.moment')
        return sendHtml(
          reply,
          renderFrame({ ...frame, title, refreshTo: path, body: <MessagePage text={title} link={link} /> }),
        )
      },
    })

    const desk: Desk = {
      officers,
      audit,
      clock,
      log,
      texts,
      signedIn: gate.signedIn,
      show: (request, reply, page) => show(gate, request, reply, page),
      async goTo(request, reply, path, notice) {
        if (notice) await sessions.change(gate.signedIn(request).session, { notice })
        return reply.redirect(path, 303)
      },
      notFound: (request, reply) =>
        show(gate, request, reply, {
          title: texts.say('desk.message.not-found-title'),
          body: <MessagePage text={texts.say('desk.message.not-found')} link={homeLink()} />,
          status: 404,
        }),
    }

    scope.setNotFoundHandler((_request, reply) => sendMessage(reply, 404, 'not-found'))
    scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      if (error.statusCode !== undefined && error.statusCode < 500) {
        return sendMessage(reply, error.statusCode, 'wrong-form')
      }
      const reference = randomBytes(4).toString('hex')
      log.error({ err: error, reference }, 'desk: a page failed')
      const text = texts.say('desk.message.failed', { reference })
      const title = texts.say('desk.message.failed-title')
      const body = <MessagePage text={text} link={homeLink()} />
      return sendHtml(reply.status(500), renderFrame({ ...frame, title, body }))
    })

    assets.addRoutes(scope)
    addSignInRoutes(scope, { desk, gate, sessions, signIn, box, agencyName: branding.name })
    addAccountRoutes(scope, { desk, sessions, signIn, sections })
    addOfficerRoutes(scope, { desk, sessions })
    addAuditRoutes(scope, desk)
    for (const section of sections) section.addRoutes(scope, desk)
  }

  const homeLink = () => ({ href: '/desk', label: texts.say('desk.message.home') })

  function sendHtml(reply: FastifyReply, html: string): FastifyReply {
    return reply.type('text/html; charset=utf-8').send(html)
  }

  function sendMessage(reply: FastifyReply, status: number, why: 'not-found' | 'wrong-form'): FastifyReply {
    const title = texts.say(`desk.message.${why}-title`)
    const body = <MessagePage text={texts.say(`desk.message.${why}`)} link={homeLink()} />
    return sendHtml(reply.status(status), renderFrame({ ...frame, title, body }))
  }

  async function show(
    gate: Gate,
    request: FastifyRequest,
    reply: FastifyReply,
    page: DeskPage,
  ): Promise<FastifyReply> {
    const signedIn = gate.known(request)
    const { title, body, status = 200, hasOwnHeading = false } = page
    const notice = signedIn?.session.notice
    if (signedIn && notice !== undefined) await sessions.change(signedIn.session, { notice: undefined })
    const isComplete = signedIn?.stage === 'complete'
    const html = renderFrame({
      ...frame,
      title,
      body,
      hasOwnHeading,
      notice,
      leaveToken: signedIn?.session.formToken,
      officer: isComplete
        ? {
            name: signedIn.officer.name,
            formToken: signedIn.session.formToken,
            nav: nav.filter(({ href }) => mayUse(accessOf(table, `GET ${href}`), signedIn.officer)),
            path: request.url.split('?', 1)[0]!,
          }
        : undefined,
    })
    return sendHtml(reply.status(status), html)
  }

  return {
    addRoutes(app) {
      app.register(addScope, { prefix: '/desk' })
    },
  }
}
