import type { FastifyInstance } from 'fastify'

/** The name under which Zalo looks for the code in the head of a page. */
export const zaloVerificationMeta = 'zalo-platform-site-verification'

/**
 * `GET /zalo_verifier<CODE>.html`: shows Zalo that the domain is ours, before anything else of Zalo is set up. The page
 * holds the code in its head as well, so that either way of checking is met.
 */
export function addZaloVerification(app: FastifyInstance, code: string): void {
  const page = `<!doctype html><html><head><meta name="${zaloVerificationMeta}" content="${code}"></head><body>${code}</body></html>`
  app.get(`/zalo_verifier${code}.html`, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  )
}
