import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'

const htmx = () => createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js')
const types = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' } as const

interface Asset {
  body: Buffer
  type: string
  version: string
}

/** Scripts, styles and the emblem, held in memory; everything from our own origin. */
export function loadAssets(assetsDir: string): {
  urlOf(name: string): string
  addRoutes(scope: FastifyInstance): void
} {
  const load = (path: string): Asset => {
    const body = readFileSync(path)
    const type = types[path.slice(path.lastIndexOf('.') + 1) as keyof typeof types]
    const version = createHash('sha256').update(body).digest('base64url').slice(0, 16)
    return { body, type: `${type}; charset=utf-8`, version }
  }
  const assets = new Map<string, Asset>([
    ['desk.css', load(join(assetsDir, 'desk.css'))],
    ['desk.js', load(join(assetsDir, 'desk.js'))],
    ['icon.svg', load(join(assetsDir, 'icon.svg'))],
    ['htmx.js', load(htmx())],
  ])

  return {
    urlOf(name) {
      const asset = assets.get(name)
      if (!asset) throw new Error(`desk: there is no asset "${name}"`)
      return `/desk/assets/${name}?v=${asset.version}`
    },

    addRoutes(scope) {
      scope.get<{ Params: { name: string }; Querystring: { v?: unknown } }>(
        '/assets/:name',
        (request, reply) => {
          const asset = assets.get(request.params.name)
          if (!asset) return reply.callNotFound()
          const etag = `"${asset.version}"`
          const isThisVersion = request.query.v === asset.version
          reply
            .header('etag', etag)
            .header('cache-control', isThisVersion ? 'public, max-age=31536000, immutable' : 'no-cache')
          if (request.headers['if-none-match'] === etag) return reply.status(304).send()
          return reply.type(asset.type).send(asset.body)
        },
      )
    },
  }
}
