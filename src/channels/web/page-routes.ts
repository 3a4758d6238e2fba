import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Texts } from '../../lib/texts.ts'
import type { WebLimits } from './limits.ts'
import { type Branding, renderPage } from './page.tsx'
import type { WebTexts } from './page-texts.ts'

export interface PageRouteOptions {
  assetsDir: string
  pageTexts: Texts<WebTexts>
  branding: Branding
  embedOrigins?: string[]
  limits: WebLimits
  /** Whether the page offers to send files. */
  takesFiles: boolean
  zaloVerification?: string | undefined
}

const assetsPrefix = '/web/assets'

/** `GET /` (with `?embed=1` for a frame on another site), `GET /widget.js` and `GET /web/assets/*`. */
export function addPageRoutes(app: FastifyInstance, options: PageRouteOptions): void {
  const { assetsDir, pageTexts: texts, branding, limits, takesFiles, zaloVerification } = options
  const embedOrigins = options.embedOrigins ?? []
  const version = hashFolder(assetsDir)
  const parts = {
    branding,
    texts,
    limits,
    takesFiles,
    zaloVerification,
    assetsUrl: `${assetsPrefix}/${version}`,
  }
  const page = renderPage({ ...parts, isEmbedded: false })
  const embeddedPage = renderPage({ ...parts, isEmbedded: true })
  const widget = renderWidget(assetsDir, texts)

  // Under the version nothing ever changes; without it (a bookmark, an older page) the browser asks again.
  app.register(fastifyStatic, {
    root: assetsDir,
    prefix: `${assetsPrefix}/${version}/`,
    decorateReply: false,
    index: false,
    immutable: true,
    maxAge: '365d',
  })
  app.register(fastifyStatic, {
    root: assetsDir,
    prefix: `${assetsPrefix}/`,
    decorateReply: false,
    index: false,
    maxAge: 0,
  })

  app.get<{ Querystring: { embed?: unknown } }>('/', (request, reply) => {
    const isEmbedded = request.query.embed === '1'
    reply.header('content-security-policy', contentSecurityPolicy(embedOrigins))
    if (embedOrigins.length > 0) {
      // The older header knows no list of sites and would refuse those that the policy allows.
      reply.removeHeader('x-frame-options').header('cross-origin-resource-policy', 'cross-origin')
    }
    return sendCached(reply, 'text/html; charset=utf-8', isEmbedded ? embeddedPage : page, request.headers)
  })

  app.get('/widget.js', (request, reply) => {
    reply.header('cross-origin-resource-policy', 'cross-origin')
    return sendCached(reply, 'text/javascript; charset=utf-8', widget, request.headers)
  })
}

/** Everything from our own origin, nothing inline; only the named sites may show the page in a frame. */
function contentSecurityPolicy(embedOrigins: string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    `frame-ancestors ${["'self'", ...embedOrigins].join(' ')}`,
  ].join('; ')
}

/** `widget.js` exports one function; here it becomes a plain script that calls it with its words. */
function renderWidget(assetsDir: string, texts: Texts<WebTexts>): string {
  const words = { open: texts.say('web.widget-open'), close: texts.say('web.widget-close') }
  const source = readFileSync(join(assetsDir, 'widget.js'), 'utf8').replace(/^export /m, '')
  return `(() => {\n${source}\nplaceChatButton(document.currentScript, ${JSON.stringify(words)})\n})()\n`
}

function sendCached(
  reply: FastifyReply,
  contentType: string,
  body: string,
  headers: { 'if-none-match'?: string | undefined },
): FastifyReply {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  reply.header('etag', etag).header('cache-control', 'no-cache')
  if (headers['if-none-match']?.split(/\s*,\s*/).some((known) => known.replace(/^W\//, '') === etag)) {
    return reply.status(304).send()
  }
  return reply.type(contentType).send(body)
}

function hashFolder(folder: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('base64url').slice(0, 12)
}
