import { timingSafeEqual } from 'node:crypto'
import helmet from '@fastify/helmet'
import { type FastifyInstance, fastify } from 'fastify'
import { AppError } from './lib/errors.ts'
import type { Log } from './lib/log.ts'
import type { Metrics } from './metrics.ts'

/** One answer to "can this instance serve people now?", part by part. */
export interface Readiness {
  isReady: boolean
  /** Constant words only: this page is open. */
  parts: Record<string, 'ok' | 'slow' | 'late' | 'failing' | 'down'>
}

export interface ServerOptions {
  log: Log
  trustedProxies: number
  embedOrigins: string[]
  metrics: Metrics
  /** Without one `/metrics` is closed. */
  metricsToken?: string
  readiness: () => Promise<Readiness>
  /** Channels add their routes before the server listens. */
  addRoutes: (app: FastifyInstance) => void
}

/** What is still being read or answered this long after the stop began is cut off, so that the stop has an end. */
const closeTimeoutMs = 1_500

/** Builds the web application without listening, so that tests need no port. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { log } = options
  const app = fastify({
    // Addresses, query strings and headers of requests are personal or secret: there is no request log.
    logger: false,
    trustProxy: (_address, hop) => hop < options.trustedProxies,
    bodyLimit: 256 * 1024,
    // Ten megabytes over a slow line; what is slow within it the routes cut off themselves.
    requestTimeout: 300_000,
    http: { headersTimeout: 15_000 },
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  })

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'self'", ...options.embedOrigins],
      },
    },
    // frame-ancestors above says it better, and X-Frame-Options knows no list of origins.
    frameguard: false,
    crossOriginResourcePolicy: { policy: options.embedOrigins.length > 0 ? 'cross-origin' : 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  })

  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    const status = error.statusCode ?? (error instanceof AppError && error.retryable ? 503 : 500)
    if (status >= 500) log.error({ err: error }, 'http: request failed')
    return reply.status(status).send({ error: error.code ?? 'ERROR' })
  })
  app.setNotFoundHandler((_request, reply) => reply.status(404).send({ error: 'NOT_FOUND' }))

  app.get('/healthz', () => ({ status: 'alive' }))
  app.get('/readyz', async (_request, reply) => {
    const readiness = await options.readiness()
    return reply.status(readiness.isReady ? 200 : 503).send(readiness)
  })
  app.get('/metrics', async (request, reply) => {
    if (!isAuthorised(request.headers.authorization, options.metricsToken)) {
      return reply.status(401).header('www-authenticate', 'Bearer').send({ error: 'UNAUTHORIZED' })
    }
    return reply.type(options.metrics.registry.contentType).send(await options.metrics.registry.metrics())
  })

  endConnectionsOnClose(app)
  options.addRoutes(app)
  return app
}

/**
 * `close` ends connections that are idle when it is called; one that ends an answer later would be kept alive, and the
 * close would wait for it. An open chat page always has such a one.
 */
function endConnectionsOnClose(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('onResponse', async (request) => {
    if (isClosing) request.raw.socket.destroySoon()
  })
  app.addHook('preClose', async () => {
    isClosing = true
    setTimeout(() => app.server.closeAllConnections(), closeTimeoutMs).unref()
  })
}

function isAuthorised(header: string | undefined, token: string | undefined): boolean {
  if (!token || !header) return false
  const given = Buffer.from(header)
  const expected = Buffer.from(`Bearer ${token}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
