import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { ColumnMapping } from './dossiers/column-mapping.ts'
import type { DossierTexts } from './dossiers/dossier-texts.ts'
import type { ImportOutcome } from './dossiers/import-dossiers.ts'
import { sayOutcome } from './dossiers/say-summary.ts'
import type { Log } from './lib/log.ts'

export interface DossierRouteParts {
  apiKey: string
  /** An import of the bytes of a JSON array; see `importDossiers`. */
  importJson: (bytes: Uint8Array) => Promise<ImportOutcome>
  /** Called after an import that changed something: news go out at once. */
  onImported: () => void
  mapping: ColumnMapping
  texts: DossierTexts
  log: Log
  /** Sent more often, a request waits for the next minute; 30 with the right key, 10 with wrong ones from one address. */
  perMinute?: { right?: number; wrong?: number }
}

/** About forty thousand dossiers; parsed in one piece, so no more than people in a chat would not notice. */
const maxBodyBytes = 16 * 1024 * 1024

/**
 * `POST /api/dossiers`: what the one-stop software hands over, as a JSON array of objects keyed by column names. All or
 * nothing, like a file. 200 taken or unchanged · 401 · 409 another import is under way · 413 · 415 · 422 with the
 * faults, "line" n being the n-th record · 429.
 */
export function addDossierRoute(app: FastifyInstance, parts: DossierRouteParts): void {
  const { importJson, onImported, mapping, texts, log } = parts
  const expected = digest(`Bearer ${parts.apiKey}`)
  const right = new RateLimiterMemory({ points: parts.perMinute?.right ?? 30, duration: 60 })
  const wrong = new RateLimiterMemory({ points: parts.perMinute?.wrong ?? 10, duration: 60 })

  /** Before the body is read: a stranger makes us hold no megabytes. */
  async function admit(request: FastifyRequest, reply: FastifyReply) {
    reply.header('cache-control', 'no-store')
    const isRight = timingSafeEqual(digest(request.headers.authorization ?? ''), expected)
    const waitSeconds = await consume(isRight ? right : wrong, isRight ? 'key' : request.ip)
    if (waitSeconds !== undefined) {
      return reply.status(429).header('retry-after', String(waitSeconds)).send({ error: 'TOO_MANY_REQUESTS' })
    }
    if (!isRight)
      return reply.status(401).header('www-authenticate', 'Bearer').send({ error: 'UNAUTHORIZED' })
  }

  async function take(request: FastifyRequest, reply: FastifyReply) {
    const bytes = trimmed(request.body as Buffer)
    if (bytes[0] !== leftBracket) {
      const message = texts.say('dossier.file.not-json')
      return reply.status(422).send({ kind: 'problems', count: 1, problems: [{ message }], message })
    }
    const outcome = await importJson(bytes)
    const message = sayOutcome(outcome, mapping, texts).join('\n')
    switch (outcome.kind) {
      case 'busy':
        log.info('dossiers: an import came while another was under way')
        return reply.status(409).header('retry-after', '5').send({ kind: 'busy', message })
      case 'problems': {
        log.info({ faults: outcome.count }, 'dossiers: an import was refused')
        // The name of the file says nothing here; the line is the number of the record.
        const problems = outcome.problems.map(({ line, message }) => ({ ...(line ? { line } : {}), message }))
        return reply.status(422).send({ kind: 'problems', count: outcome.count, problems, message })
      }
      case 'imported': {
        const { number, summary } = outcome.import
        const { rows, new: added, changed } = summary
        log.info({ number, rows, added, changed }, 'dossiers: imported')
        onImported()
        return reply.send({ kind: 'imported', number, summary, message })
      }
      case 'unchanged':
      case 'dry-run':
        return reply.send({ kind: outcome.kind, summary: outcome.summary, message })
    }
  }

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    scope.post('/api/dossiers', { bodyLimit: maxBodyBytes, onRequest: admit }, take)
  })
}

const leftBracket = '['.charCodeAt(0)

/** Compared by hashes: of equal length whatever was sent. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Without a byte order mark and blanks before the array: by its first byte it is told from a csv. */
function trimmed(body: Buffer | undefined): Buffer {
  let start = body?.subarray(0, 3).equals(byteOrderMark) ? 3 : 0
  while (body && start < body.length && blanks.includes(body[start]!)) start++
  return body?.subarray(start) ?? Buffer.alloc(0)
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])
const blanks = Buffer.from(' \t\r\n')

async function consume(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key)
    return undefined
  } catch (refusal) {
    // The library rejects with its result when the points are used up, and with an Error for anything else.
    if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
    throw refusal
  }
}
