import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { Channel } from '../channel.ts'
import { readAnonymous } from './anonymous.ts'
import type { ZaloApi } from './api.ts'
import type { ZaloContactStore } from './contact.ts'
import type { ZaloTexts } from './texts.ts'

interface ContactFormParts {
  send: Channel['send']
  api: ZaloApi
  contacts: Pick<ZaloContactStore, 'change'>
  texts: ZaloTexts
  /** The form needs a picture, at an https address that Zalo can fetch; without one it is not shown. */
  imageUrl: string | undefined
  clock: Clock
  log: Log
}

/**
 * Shows Zalo's own form for name and telephone number beside a question that asks for them. Only an offer: who types instead
 * is understood as well, and a form that Zalo does not take changes nothing. Handing it in is the consent that its text
 * asks for; when it was shown is kept, so that a number that nobody asked for is not.
 */
export function withContactForm(parts: ContactFormParts): Channel['send'] {
  const { send, api, contacts, texts, imageUrl, clock, log } = parts
  return async (conversationId, message) => {
    const result = await send(conversationId, message)
    const isOffered = message.asksContact && imageUrl?.startsWith('https://')
    if (result.kind !== 'sent' || !isOffered || readAnonymous(conversationId)) return result
    const element = {
      title: texts.say('zalo.contact-form.title'),
      subtitle: texts.say('zalo.contact-form.subtitle'),
      image_url: imageUrl,
    }
    const payload = { template_type: 'request_user_info', elements: [element] }
    const outcome = await api.call({
      host: 'openapi',
      path: '/v3.0/oa/message/cs',
      body: {
        kind: 'json',
        json: {
          recipient: { user_id: conversationId },
          message: { attachment: { type: 'template', payload } },
        },
      },
    })
    if (outcome.kind === 'done') await contacts.change(conversationId, { infoAskedAt: clock.now() })
    else log.info({ outcome: outcome.kind }, 'zalo: the form for name and telephone number was not shown')
    return result
  }
}
