import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Texts } from '../../lib/texts.ts'
import type { Accept, Channel } from '../channel.ts'
import { createEventStreams } from './event-streams.ts'
import { defaultWebLimits, type WebLimits, webSendLimits } from './limits.ts'
import type { Mailbox } from './mailbox.ts'
import type { Branding } from './page.tsx'
import { addPageRoutes } from './page-routes.ts'
import type { WebTexts } from './page-texts.ts'
import { parseEventsRequest, parseMessage } from './parse.ts'
import { createRateLimits, network } from './rate-limits.ts'
import { refuser } from './refuse.ts'
import { sendToMailbox } from './send.ts'

export interface WebChannelOptions {
  mailbox: Mailbox
  clock: Clock
  log: Log
  /** The folder `assets` beside this file: scripts, styles, icons. */
  assetsDir: string
  pageTexts: Texts<WebTexts>
  branding: Branding
  /** Origins of sites that may show the chat in a frame (`https://example.gov.vn`); none by default. */
  embedOrigins?: string[]
  limits?: Partial<WebLimits>
}

/**
 * The chat on the office's own site: a page, `POST /web/messages` and the event stream `GET /web/events`. Routes must
 * be added before the server listens; behind a proxy the server must be told to trust it, as limits count addresses.
 */
export function createWebChannel(options: WebChannelOptions): Channel {
  const { mailbox, clock, log } = options
  const limits = { ...defaultWebLimits, ...options.limits }
  const streams = createEventStreams({ mailbox, clock, log, limits })
  const rates = createRateLimits(limits)
  const refuse = refuser(options.pageTexts, limits)
  const underWay = new Set<Promise<unknown>>()
  let isStopped = false

  /** Check, limit, accept, answer: in this order, so that nothing is answered 202 that is not stored. */
  async function takeMessage(request: FastifyRequest, reply: FastifyReply, accept: Accept) {
    if (isStopped) return refuse(reply, 'unavailable', 5)
    const parsed = parseMessage(request.body, clock.now(), limits)
    if (parsed.kind !== 'message') return refuse(reply, parsed.kind)
    const { message } = parsed

    const waitSeconds = await rates.take(message.conversationId, request.ip)
    if (waitSeconds !== undefined) return refuse(reply, 'too-many', waitSeconds)

    const { text, choice } = message
    const own = { id: message.messageId, ...(text === undefined ? { choice: choice! } : { text }) }
    try {
      // The person's line comes first, so that it stands before the answer, however fast that is. Should accept fail
      // after it, the page sends the same message again and the line is already there.
      await mailbox.append(message.conversationId, { from: 'person', message: own })
      await accept(message)
    } catch (error) {
      log.error({ err: error }, 'web message not stored')
      return refuse(reply, 'unavailable', 5)
    }
    streams.wake(message.conversationId)
    return reply.status(202).header('cache-control', 'no-store').send({ status: 'accepted' })
  }

  async function openEvents(request: FastifyRequest, reply: FastifyReply) {
    const wanted = parseEventsRequest(request.query, request.headers['last-event-id'])
    if (!wanted) return refuse(reply, 'invalid')
    const opened = await streams.open({ ...wanted, address: network(request.ip) }).catch((error: unknown) => {
      log.error({ err: error }, 'web event stream not opened')
      return 'unavailable' as const
    })
    if (opened === 'unavailable') return refuse(reply, 'unavailable', 5)
    if (!opened) return isStopped ? refuse(reply, 'unavailable', 5) : refuse(reply, 'too-many', 30)
    reply.raw.once('close', opened.closed)
    return reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store, no-transform')
      .header('x-accel-buffering', 'no')
      .send(opened.stream)
  }

  return {
    name: 'web',
    limits: webSendLimits,

    addRoutes(app: FastifyInstance, accept: Accept) {
      const shared = { logSerializers: { req: withoutQuery }, onRequest: refuseForeign }

      async function refuseForeign(request: FastifyRequest, reply: FastifyReply) {
        if (isFromForeignPage(request)) return refuse(reply, 'foreign')
      }

      app.route({
        ...shared,
        method: 'POST',
        url: '/web/messages',
        bodyLimit: limits.maxBodyBytes,
        async handler(request, reply) {
          const work = takeMessage(request, reply, accept)
          underWay.add(work)
          try {
            return await work
          } finally {
            underWay.delete(work)
          }
        },
        errorHandler(error, _request, reply) {
          const { statusCode = 500 } = error as { statusCode?: number }
          if (statusCode === 413) return refuse(reply, 'too-long')
          if (statusCode < 500) return refuse(reply, 'invalid')
          log.error({ err: error }, 'web message failed')
          return refuse(reply, 'unavailable', 5)
        },
      })
      app.route({ ...shared, method: 'GET', url: '/web/events', handler: openEvents })
      addPageRoutes(app, { ...options, limits })
      app.addHook('preClose', async () => streams.close())
    },

    // Nothing to start: the routes take messages as soon as the server listens.
    async start() {},

    send: (conversationId, message) => sendToMailbox({ mailbox, streams, log }, conversationId, message),

    async stop() {
      isStopped = true
      streams.close()
      await Promise.allSettled([...underWay])
    },
  }
}

/** A browser says where a request comes from; other programs do not, and need the session id like everybody. */
function isFromForeignPage(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

/** The query holds the session id, which opens the conversation: it must not stand in a log. */
function withoutQuery(request: FastifyRequest): { method: string; url: string } {
  return { method: request.method, url: request.url.split('?', 1)[0]! }
}
