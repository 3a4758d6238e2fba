import type { FetchedAttachment, InboundAttachment } from '../../conversation/message.ts'
import type { Log } from '../../lib/log.ts'
import type { UploadStore } from './upload-store.ts'

/** Nothing is fetched from anywhere: the bytes lie in our own store, under the conversation that sent them. */
export async function fetchUpload(
  { uploads, log }: { uploads: UploadStore | undefined; log: Log },
  { reference = '', fileName }: InboundAttachment,
  maxBytes: number,
): Promise<FetchedAttachment> {
  const [, owner, id] = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(reference) ?? []
  if (!uploads || owner === undefined || id === undefined) return { kind: 'refused', reason: 'not-allowed' }
  try {
    const bytes = await uploads.get(owner, id)
    if (!bytes) return { kind: 'refused', reason: 'gone' }
    if (bytes.length > maxBytes) return { kind: 'refused', reason: 'too-large' }
    return { kind: 'fetched', bytes, ...(fileName === undefined ? {} : { fileName }) }
  } catch (error) {
    log.warn({ err: error }, 'upload not read')
    return { kind: 'failed', reason: 'the store of uploads does not answer' }
  }
}
