import { createHash, createHmac } from 'node:crypto'
import type { OaIdentity } from './settings.ts'
import { bytesOf } from './sign.ts'
import type { Attempt, Delivery, Webhook } from './webhook.ts'
import type { ZaloEvent } from './world.ts'

/** What somebody else, or a broken line, might post to the webhook. Each is posted once. */
export interface Forge {
  /** A mac of right length over the right bytes, with another secret. */
  wrongMac(event: ZaloEvent): Promise<Attempt>
  withoutHeader(event: ZaloEvent): Promise<Attempt>
  /** The mac fits; then one byte of the body was changed. */
  alteredByte(event: ZaloEvent): Promise<Attempt>
  /** HMAC over the body instead of the plain hash. */
  hmac(event: ZaloEvent): Promise<Attempt>
  signedWithAppSecret(event: ZaloEvent): Promise<Attempt>
  /** The probe of the console. */
  probe(): Promise<Attempt>
  /** Rightly signed bytes that no serialiser made. `timestamp` is what the mac was made with. */
  signed(raw: string, timestamp: string): Promise<Attempt>
  /** The same bytes once more, as the ladder sends them. */
  again(delivery: Delivery, numRetry?: number): Promise<Attempt>
}

export function createForge(identity: OaIdentity, webhook: Webhook): Forge {
  const { appId, appSecret, oaSecretKey } = identity

  function withMac(event: ZaloEvent, makeMac: (raw: Buffer) => string, posted?: (raw: Buffer) => Buffer) {
    const raw = bytesOf(event, 'plain')
    return webhook.post(posted ? posted(raw) : raw, {
      'X-ZEvent-Signature': `mac=${makeMac(raw)}`,
      'X-ZEvent-Timestamp': event.timestamp,
    })
  }

  const macWith = (secret: string, timestamp: string) => (raw: Buffer) =>
    createHash('sha256').update(appId).update(raw).update(timestamp).update(secret).digest('hex')

  return {
    wrongMac: (event) => withMac(event, macWith('another-secret', event.timestamp)),
    withoutHeader: (event) => webhook.post(bytesOf(event, 'plain')),
    alteredByte: (event) => withMac(event, macWith(oaSecretKey, event.timestamp), alterOne),
    hmac: (event) => withMac(event, (raw) => createHmac('sha256', oaSecretKey).update(raw).digest('hex')),
    signedWithAppSecret: (event) => withMac(event, macWith(appSecret, event.timestamp)),
    probe: () => webhook.post('{}'),
    signed(raw, timestamp) {
      const bytes = Buffer.from(raw, 'utf8')
      return webhook.post(bytes, webhook.headersFor(bytes, timestamp))
    },
    again: (delivery, numRetry) =>
      webhook.post(delivery.raw, {
        ...webhook.headersFor(delivery.raw, delivery.event.timestamp),
        ...(numRetry === undefined ? {} : { num_retry: String(numRetry) }),
      }),
  }
}

/** A digit of the timestamp: still JSON, still an event. */
function alterOne(raw: Buffer): Buffer {
  const altered = Buffer.from(raw)
  const at = altered.lastIndexOf(Buffer.from('"timestamp":"')) + '"timestamp":"'.length
  altered[at] = altered[at] === 0x31 ? 0x32 : 0x31
  return altered
}
