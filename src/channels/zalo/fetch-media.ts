import type { FetchedAttachment, InboundAttachment } from '../../conversation/message.ts'
import { download } from '../../lib/download.ts'
import type { Log } from '../../lib/log.ts'
import { zaloHosts } from './settings.ts'

/**
 * Where Zalo keeps what people send (`f1-zpc.zdn.vn` and the like). Other domains of Zalo were never seen in
 * attachments; should one turn up, "not-allowed" in the log says so.
 */
export const mediaDomains = ['zdn.vn'] as const

interface FetchPart {
  /** Base of the interface. When it is not Zalo's own (a trial without an account), files come from its machine too. */
  openapi: string
  log: Log
  timeoutMs: number
  stopping: AbortSignal
}

/** The bytes of what somebody sent. How long Zalo keeps them is not documented, so they are fetched when they come. */
export async function fetchMedia(
  { openapi, log, timeoutMs, stopping }: FetchPart,
  { reference, fileName }: InboundAttachment,
  maxBytes: number,
): Promise<FetchedAttachment> {
  const address = reference === undefined ? undefined : mediaAddress(reference, openapi)
  if (!address) {
    log.warn({ reason: 'not-allowed' }, 'file not fetched from Zalo')
    return { kind: 'refused', reason: 'not-allowed' }
  }
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)])
  const got = await download(address, { maxBytes, signal })
  if (got.kind !== 'done') {
    log.warn({ reason: got.kind === 'failed' ? got.reason : got.kind }, 'file not fetched from Zalo')
  }
  switch (got.kind) {
    case 'done':
      return { kind: 'fetched', bytes: got.bytes, ...(fileName === undefined ? {} : { fileName }) }
    case 'failed':
      return got
    case 'too-large':
    case 'gone':
    case 'not-allowed':
      return { kind: 'refused', reason: got.kind }
  }
}

/** The address to ask, or `undefined` for any that is not Zalo's. Plain `http`, as some come, becomes `https`. */
export function mediaAddress(reference: string, openapi: string): URL | undefined {
  if (!URL.canParse(reference)) return undefined
  const address = new URL(reference)
  if (address.protocol !== 'https:' && address.protocol !== 'http:') return undefined
  if (address.username !== '' || address.password !== '') return undefined
  if (openapi !== zaloHosts.openapi && address.hostname === new URL(openapi).hostname) return address
  if (address.port !== '') return undefined
  const isOurs = mediaDomains.some(
    (domain) => address.hostname === domain || address.hostname.endsWith(`.${domain}`),
  )
  if (!isOurs) return undefined
  address.protocol = 'https:'
  return address
}
