import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { readUpdateId } from './parse.ts'

/**
 * Where Telegram delivers updates. The order is: secret, size, form, stored, 200. A 5xx makes Telegram deliver the update
 * again, for up to 24 hours.
 */
interface WebhookPart {
  secret: string
  log: Log
  /** Rejects when the update could not be stored. */
  take(update: unknown): Promise<void>
  /** No longer: Telegram keeps what it cannot deliver for the next process. */
  isStopped(): boolean
}

export const webhookPath = '/webhooks/telegram'

/** An update holds one message of at most 4096 characters with its entities and the message it replies to. */
const maxBodyBytes = 512 * 1024

export function addWebhook(app: FastifyInstance, { secret, log, take, isStopped }: WebhookPart): void {
  const isOurs = secretCheck(secret)
  // A scope of its own, because it reads bodies of any content type as bytes.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.post(
      webhookPath,
      {
        bodyLimit: maxBodyBytes,
        // Before the body is read: a stranger costs us a hash.
        onRequest: async (request, reply) => {
          if (isOurs(request.headers['x-telegram-bot-api-secret-token'])) return
          log.warn('webhook call without the right secret')
          return reply.code(401).send()
        },
      },
      async (request, reply) => {
        if (isStopped()) return reply.code(503).send()
        const update = parseJson(request.body)
        if (readUpdateId(update) === undefined) return reply.code(400).send()
        try {
          await take(update)
        } catch (error) {
          log.warn({ err: error }, 'update could not be stored; Telegram will deliver it again')
          return reply.code(503).send()
        }
        return reply.code(200).send()
      },
    )
  })
}

/** @throws {AppError} CONFIG_INVALID for a secret that Telegram would not take, and for none. */
export function checkSecret(secret: string | undefined): string {
  if (secret !== undefined && /^[A-Za-z0-9_-]{1,256}$/.test(secret)) return secret
  throw new AppError(
    'CONFIG_INVALID',
    'TELEGRAM_WEBHOOK_SECRET must be set for TELEGRAM_MODE=webhook: 1 to 256 of A-Z a-z 0-9 _ -',
  )
}

/** Compares digests, so that neither the time nor the length tells a stranger how near a guess was. */
function secretCheck(secret: string): (given: unknown) => boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest()
  const expected = digest(secret)
  return (given) => typeof given === 'string' && timingSafeEqual(digest(given), expected)
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body))
  } catch {
    return undefined
  }
}
