import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Whether Zalo sent it: `mac = SHA-256(first term + raw body + timestamp + OA secret key)` in hex, a plain concatenation
 * and no HMAC, over the bytes as they came. Public sources contradict each other in three points. The first is tried
 * in both ways, of the other two the failed check says whether the other reading would have been right.
 */
export type Signature =
  | { kind: 'genuine'; term: FirstTerm }
  | { kind: 'forged'; reason: 'unsigned' | 'no-time' | 'wrong'; wouldMatch?: OtherReading }

/** [disputed]: the app's id in the official SDK, the OA's in other sources. In this order; never more than these. */
export const firstTerms = ['app-id', 'oa-id'] as const
export type FirstTerm = (typeof firstTerms)[number]

/** [disputed]: `body.timestamp` for most, the header for one source. The second counts only where the first is lacking. */
export const timeSources = ['body', 'header'] as const

export const signatureHeader = 'x-zevent-signature'
export const timestampHeader = 'x-zevent-timestamp'

/** What would have matched, had we read the documents otherwise: a hint for whoever reads the log on the first day. */
export type OtherReading = 'time-of-header' | 'app-secret'

export interface SignedParts {
  raw: Uint8Array
  /** Value of the header, with or without `mac=`. */
  given: string | undefined
  times: { body?: string | undefined; header?: string | undefined }
  ids: { appId: string; oaId?: string | undefined }
  oaSecretKey: string
  /** Never accepted as the key; only to say that it was taken for it. */
  appSecret: string
}

export function checkSignature(parts: SignedParts): Signature {
  const { given, times, ids, oaSecretKey, appSecret } = parts
  if (given === undefined) return { kind: 'forged', reason: 'unsigned' }
  const mac = macIn(given)
  if (!mac) return { kind: 'forged', reason: 'wrong' }
  const time = timeSources.map((source) => times[source]).find((value) => value !== undefined)
  if (time === undefined) return { kind: 'forged', reason: 'no-time' }

  const matching = (timestamp: string, secret: string) =>
    firstTerms.find((term) => {
      const id = term === 'app-id' ? ids.appId : ids.oaId
      return id !== undefined && timingSafeEqual(mac, macOf(id, parts.raw, timestamp, secret))
    })
  const term = matching(time, oaSecretKey)
  if (term) return { kind: 'genuine', term }
  const isOfHeader = times.header !== undefined && times.header !== time
  const wouldMatch =
    isOfHeader && matching(times.header!, oaSecretKey)
      ? 'time-of-header'
      : matching(time, appSecret)
        ? 'app-secret'
        : undefined
  return { kind: 'forged', reason: 'wrong', ...(wouldMatch ? { wouldMatch } : {}) }
}

function macOf(firstTerm: string, raw: Uint8Array, timestamp: string, secret: string): Buffer {
  return createHash('sha256').update(firstTerm).update(raw).update(timestamp).update(secret).digest()
}

/** [disputed]: `mac=` in front or not; both are taken. */
function macIn(header: string): Buffer | undefined {
  const [, hex] = /^(?:mac=)?([0-9a-f]{64})$/i.exec(header.trim()) ?? []
  return hex === undefined ? undefined : Buffer.from(hex, 'hex')
}
