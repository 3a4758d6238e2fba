import type { FastifyReply } from 'fastify'
import type { Texts } from '../../lib/texts.ts'
import type { WebLimits } from './limits.ts'
import type { WebTexts } from './page-texts.ts'

type Refusal = 'invalid' | 'too-long' | 'foreign' | 'too-many' | 'unavailable'

const statusOf = { invalid: 400, foreign: 403, 'too-long': 413, 'too-many': 429, unavailable: 503 } as const

export type Refuse = (reply: FastifyReply, reason: Refusal, retryAfterSeconds?: number) => FastifyReply

/** Answers that a request was not taken and why, in words for the person. */
export function refuser(texts: Texts<WebTexts>, limits: WebLimits): Refuse {
  const words: Record<Refusal, string> = {
    invalid: texts.say('web.error-invalid'),
    'too-long': texts.say('web.error-too-long', { count: limits.maxTextChars.toLocaleString('vi-VN') }),
    foreign: texts.say('web.error-foreign'),
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
