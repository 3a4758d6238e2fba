import { setMaxListeners } from 'node:events'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Texts } from '../../lib/texts.ts'
import type { Accept, Channel } from '../channel.ts'
import { createEventStreams } from './event-streams.ts'
import { fetchUpload } from './fetch-upload.ts'
import { defaultWebLimits, type WebLimits, webSendLimits } from './limits.ts'
import type { Mailbox } from './mailbox.ts'
import { createOwnLines } from './own-lines.ts'
import type { Branding } from './page.tsx'
import { addPageRoutes } from './page-routes.ts'
import type { WebTexts } from './page-texts.ts'
import { parseEventsRequest, parseMessage } from './parse.ts'
import { createRateLimits, network } from './rate-limits.ts'
import { refuser } from './refuse.ts'
import { sendToMailbox } from './send.ts'
import { takeUpload } from './take-upload.ts'
import { createUploadSlots } from './upload-slots.ts'
import type { UploadStore } from './upload-store.ts'

export interface WebChannelOptions {
  mailbox: Mailbox
  /** Without one the page offers no files and `POST /web/files` takes none. */
  uploads?: UploadStore | undefined
  clock: Clock
  log: Log
  /** The folder `assets` beside this file: scripts, styles, icons. */
  assetsDir: string
  pageTexts: Texts<WebTexts>
  branding: Branding
  /** Origins of sites that may show the chat in a frame (`https://example.gov.vn`); none by default. */
  embedOrigins?: string[]
  /** A code by which Zalo checks whose domain this is; stands in the head of the page. */
  zaloVerification?: string | undefined
  limits?: Partial<WebLimits>
}

/**
 * The chat on the office's own site: a page, `POST /web/messages`, `POST /web/files` and the event stream
 * `GET /web/events`. Routes must be added before the server listens; behind a proxy the server must be told to trust
 * it, as limits count addresses.
 */
export function createWebChannel(options: WebChannelOptions): Channel {
  const { mailbox, uploads, clock, log, pageTexts: texts } = options
  const limits = { ...defaultWebLimits, ...options.limits }
  const streams = createEventStreams({ mailbox, clock, log, limits })
  const rates = createRateLimits(limits)
  const refuse = refuser(texts, limits)
  const ownLines = createOwnLines({ mailbox, log })
  const slots = createUploadSlots(limits)
  const underWay = new Set<Promise<unknown>>()
  const stopping = new AbortController()
  // Every upload under way listens to it.
  setMaxListeners(0, stopping.signal)

  /** Check, limit, accept, answer: in this order, so that nothing is answered 202 that is not stored. */
  async function takeMessage(request: FastifyRequest, reply: FastifyReply, accept: Accept) {
    if (stopping.signal.aborted) return refuse(reply, 'unavailable', 5)
    const parsed = parseMessage(request.body, clock.now(), limits)
    if (parsed.kind !== 'message') return refuse(reply, parsed.kind)
    const { message } = parsed

    const waitSeconds = await rates.take(message.conversationId, request.ip)
    if (waitSeconds !== undefined) return refuse(reply, 'too-many', waitSeconds)

    const line = message.text === undefined ? { choice: message.choice! } : { text: message.text }
    try {
      await ownLines.take(message, line, accept)
    } catch (error) {
      log.error({ err: error }, 'web message not stored')
      return refuse(reply, 'unavailable', 5)
    }
    streams.wake(message.conversationId)
    return reply.status(202).header('cache-control', 'no-store').send({ status: 'accepted' })
  }

  async function takeFiles(request: FastifyRequest, reply: FastifyReply, accept: Accept) {
    if (stopping.signal.aborted) return refuse(reply, 'unavailable', 5)
    if (!uploads) return refuse(reply, 'no-files')
    const { signal } = stopping
    const parts = { uploads, ownLines, rates, slots, refuse, texts, clock, log, limits, stopping: signal }
    return takeUpload(parts, request, reply, accept)
  }

  /** `stop` waits for what is being taken. */
  async function whileRunning<T>(work: Promise<T>): Promise<T> {
    underWay.add(work)
    try {
      return await work
    } finally {
      underWay.delete(work)
    }
  }

  async function openEvents(request: FastifyRequest, reply: FastifyReply) {
    const wanted = parseEventsRequest(request.query, request.headers['last-event-id'])
    if (!wanted) return refuse(reply, 'invalid')
    const opened = await streams.open({ ...wanted, address: network(request.ip) }).catch((error: unknown) => {
      log.error({ err: error }, 'web event stream not opened')
      return 'unavailable' as const
    })
    if (opened === 'unavailable') return refuse(reply, 'unavailable', 5)
    if (!opened)
      return stopping.signal.aborted ? refuse(reply, 'unavailable', 5) : refuse(reply, 'too-many', 30)
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

      function errorHandler(error: unknown, _request: FastifyRequest, reply: FastifyReply) {
        const { statusCode = 500 } = error as { statusCode?: number }
        if (statusCode === 413) return refuse(reply, 'too-long')
        if (statusCode < 500) return refuse(reply, 'invalid')
        log.error({ err: error }, 'web message failed')
        return refuse(reply, 'unavailable', 5)
      }

      async function refuseForeign(request: FastifyRequest, reply: FastifyReply) {
        if (isFromForeignPage(request)) return refuse(reply, 'foreign')
      }

      app.route({
        ...shared,
        method: 'POST',
        url: '/web/messages',
        bodyLimit: limits.maxBodyBytes,
        handler: (request, reply) => whileRunning(takeMessage(request, reply, accept)),
        errorHandler,
      })
      // A scope of its own, because nothing else here reads multipart.
      app.register(async (scope) => {
        await scope.register(multipart)
        scope.route({
          ...shared,
          method: 'POST',
          url: '/web/files',
          bodyLimit: limits.maxBodyBytes,
          handler: (request, reply) => whileRunning(takeFiles(request, reply, accept)),
          errorHandler,
        })
      })
      app.route({ ...shared, method: 'GET', url: '/web/events', handler: openEvents })
      addPageRoutes(app, { ...options, limits, takesFiles: uploads !== undefined })
      app.addHook('preClose', async () => streams.close())
    },

    // Nothing to start: the routes take messages as soon as the server listens.
    async start() {},

    async send(conversationId, message) {
      await ownLines.settled(conversationId)
      return sendToMailbox({ mailbox, streams, clock, log }, conversationId, message)
    },

    fetchAttachment: (attachment, maxBytes) => fetchUpload({ uploads, log }, attachment, maxBytes),

    async stop() {
      stopping.abort()
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
