import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { eventNameOf, oaIdOf, type ParsedEvent, parseEvent } from './parse.ts'
import { parseKeepingIds } from './parse-json.ts'
import type { Refusals } from './refusals.ts'
import { checkSignature, type FirstTerm, signatureHeader, timestampHeader } from './signature.ts'
import type { Taken } from './take-event.ts'

/**
 * Where Zalo delivers events. The order is: size, signature, age, limit, stored, 200; nothing of Zalo is called in between.
 * It wants its 200 within two seconds and switches a webhook off that fails for long.
 */
interface WebhookPart {
  appId: string
  appSecret: string
  oaSecretKey: string
  /** Ours, when known. */
  oaId(): string | undefined
  refusals: Refusals
  /** Rejects when the event could not be stored. */
  take(event: ParsedEvent): Promise<Taken>
  /** For counting: constant words only. */
  onEvent?: ((outcome: WebhookOutcome) => void) | undefined
  /** No longer: Zalo delivers to the next process. */
  isStopped(): boolean
  clock: Clock
  log: Log
}

export type WebhookOutcome =
  | { kind: 'probe' | 'not-json' | 'too-old' | 'not-stored' }
  | { kind: 'refused'; reason: 'unsigned' | 'no-time' | 'wrong' }
  | { kind: 'verified'; term: FirstTerm; taken: Taken }

export const webhookPath = '/webhooks/zalo'

/** An event holds one message of at most 2,000 characters, and addresses of files. */
const maxBodyBytes = 256 * 1024

/** Of Zalo's two seconds: what is not on disk by then is told as not stored, and its repeat will be recognised. */
const storeWithinMs = 1_500

/**
 * Repeats carry the time of the first try, after up to two hours by the present documents and twelve by an older one. Within
 * a week the inbox knows a repeat by its id; what is older than a day is no repeat of Zalo's.
 */
const maxAgeMs = 24 * 3_600_000

export function addWebhook(app: FastifyInstance, part: WebhookPart): void {
  const { refusals, log, clock } = part

  // A scope of its own, because it reads bodies of any content type as bytes.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    // Some say that Zalo asks with GET when the address is saved.
    scope.get(webhookPath, async (_request, reply) => reply.code(200).send())
    scope.post(webhookPath, { bodyLimit: maxBodyBytes }, async (request, reply) => {
      if (part.isStopped()) return reply.code(503).send()
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const status = await receive(raw, {
        signature: textOf(request.headers[signatureHeader]),
        timestamp: textOf(request.headers[timestampHeader]),
      })
      return reply.code(status).send()
    })
  })

  async function receive(
    raw: Buffer,
    headers: { signature: string | undefined; timestamp: string | undefined },
  ): Promise<number> {
    // Sent unsigned when the address is saved, and wants its 200.
    if (raw.length <= 16 && /^\s*\{\s*\}\s*$/.test(raw.toString('latin1'))) {
      part.onEvent?.({ kind: 'probe' })
      return 200
    }
    const body = readJson(raw)
    if (body === undefined) {
      part.onEvent?.({ kind: 'not-json' })
      return 400
    }
    const bodyTime = timeOf(body)
    const signature = checkSignature({
      raw,
      given: headers.signature,
      times: { body: bodyTime, header: headers.timestamp },
      ids: { appId: part.appId, oaId: part.oaId() ?? oaIdOf(body) },
      oaSecretKey: part.oaSecretKey,
      appSecret: part.appSecret,
    })
    if (signature.kind === 'forged') {
      refusals.note(signature)
      part.onEvent?.({ kind: 'refused', reason: signature.reason })
      return 401
    }
    const now = clock.now()
    if (now.getTime() - Number(bodyTime ?? headers.timestamp) > maxAgeMs) {
      log.warn('Zalo webhook: an event of long ago')
      part.onEvent?.({ kind: 'too-old' })
      return 401
    }
    return store(parseEvent(body, { now, oaId: part.oaId() }), eventNameOf(body), signature.term)
  }

  async function store(event: ParsedEvent, name: string | undefined, term: FirstTerm): Promise<number> {
    const abandoned = new AbortController()
    try {
      const taken = await Promise.race([
        part.take(event),
        wait(storeWithinMs, undefined, { signal: abandoned.signal }),
      ])
      if (!taken) {
        log.warn('Zalo webhook: storage was too slow')
        part.onEvent?.({ kind: 'not-stored' })
        return 500
      }
      noteIgnored(taken, name)
      part.onEvent?.({ kind: 'verified', term, taken })
      return 200
    } catch (err) {
      log.warn({ err }, 'Zalo webhook: an event could not be stored')
      part.onEvent?.({ kind: 'not-stored' })
      return 500
    } finally {
      abandoned.abort()
    }
  }

  /** Names of events are Zalo's words; one that nobody has heard of could be anything, so only its form is told. */
  function noteIgnored(taken: Taken, name: string | undefined): void {
    if (taken.kind !== 'ignored') return
    const { rule } = taken
    const isStrange = rule === 'malformed' || rule === 'unheard-of' || rule === 'other-oa' || rule === 'flood'
    const event = rule === 'unheard-of' ? undefined : name
    log[isStrange ? 'warn' : 'debug']({ rule, ...(event ? { event } : {}) }, 'Zalo webhook: event ignored')
  }
}

/** Plain JSON first: on anything else the reader of large numbers could take very long. */
function readJson(raw: Buffer): unknown {
  const text = raw.toString('utf8')
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  const { value } = parseKeepingIds(text) ?? {}
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
}

/** As it stands in the body, for the signature. */
function timeOf(body: unknown): string | undefined {
  const { timestamp } = body as { timestamp?: unknown }
  return typeof timestamp === 'string' || typeof timestamp === 'number' ? String(timestamp) : undefined
}

const textOf = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined)
