import type { FastifyReply } from 'fastify'
import type { Texts } from '../../lib/texts.ts'
import type { WebLimits } from './limits.ts'
import type { WebTexts } from './page-texts.ts'

export type Refusal =
  | 'invalid'
  | 'too-long'
  | 'file-too-large'
  | 'too-many-files'
  | 'no-files'
  | 'foreign'
  | 'too-many'
  /** Bytes in an hour; unlike `too-many` nothing that a page waits for. */
  | 'too-much'
  | 'unavailable'

const statusOf: Record<Refusal, number> = {
  invalid: 400,
  foreign: 403,
  'no-files': 404,
  'too-long': 413,
  'file-too-large': 413,
  'too-many-files': 413,
  'too-many': 429,
  'too-much': 429,
  unavailable: 503,
}

export type Refuse = (reply: FastifyReply, reason: Refusal, retryAfterSeconds?: number) => FastifyReply

/** Answers that a request was not taken and why, in words for the person. */
export function refuser(texts: Texts<WebTexts>, limits: WebLimits): Refuse {
  const words: Record<Refusal, string> = {
    invalid: texts.say('web.error-invalid'),
    'too-long': texts.say('web.error-too-long', { count: limits.maxTextChars.toLocaleString('vi-VN') }),
    'file-too-large': texts.say('web.error-file-too-large', { size: sizeInWords(limits.maxFileBytes) }),
    'too-many-files': texts.say('web.error-too-many-files', { count: limits.maxFiles }),
    'no-files': texts.say('web.error-no-files'),
    foreign: texts.say('web.error-foreign'),
    'too-much': texts.say('web.error-too-much'),
    'too-many': texts.say('web.error-too-many'),
    unavailable: texts.say('web.error-unavailable'),
  }
  return (reply, reason, retryAfterSeconds) => {
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
    return reply
      .status(statusOf[reason])
      .header('cache-control', 'no-store')
      .send({ status: 'refused', reason, message: words[reason] })
  }
}

/** In megabytes as people and their telephones write them. */
export function sizeInWords(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toLocaleString('vi-VN', { maximumFractionDigits: 1 })} MB`
}
