import { z } from 'zod'
import type { FetchedAttachment, InboundAttachment } from '../../conversation/message.ts'
import type { Download } from '../../lib/download.ts'
import type { Log } from '../../lib/log.ts'
import { type ApiOutcome, type BotApi, describe } from './bot-api.ts'
import { type FileOfReference, readReference } from './file-reference.ts'

interface FetchPart {
  api: BotApi
  log: Log
  /** For asking where the file is and getting it, together. */
  timeoutMs: number
  stopping: AbortSignal
}

const fileSchema = z.object({ file_path: z.string().optional(), file_size: z.number().optional() })

/**
 * The bytes of what somebody sent: of a picture the largest size within `maxBytes`. Files are got from the API root alone,
 * so no address that Telegram, a person or a redirect names is ever asked.
 */
export async function fetchFile(
  { api, log, timeoutMs, stopping }: FetchPart,
  { reference, fileName }: InboundAttachment,
  maxBytes: number,
): Promise<FetchedAttachment> {
  const files = reference === undefined ? undefined : readReference(reference)
  if (!files) return { kind: 'refused', reason: 'not-allowed' }
  const file = files.find(({ sizeBytes = 0 }) => sizeBytes <= maxBytes)
  if (!file) return { kind: 'refused', reason: 'too-large' }

  const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)])
  const fetched = await fetchOne(file)
  if (fetched.kind === 'failed') log.warn({ reason: fetched.reason }, 'file not fetched from Telegram')
  return fetched

  async function fetchOne({ fileId }: FileOfReference): Promise<FetchedAttachment> {
    const outcome = await api.call('getFile', { file_id: fileId }, { timeoutMs, signal })
    if (outcome.kind !== 'done') return refusalOf(outcome)
    const found = fileSchema.safeParse(outcome.result)
    if (!found.success) return { kind: 'failed', reason: 'unintelligible' }
    const { file_path: path, file_size: size = 0 } = found.data
    if (size > maxBytes) return { kind: 'refused', reason: 'too-large' }
    if (path === undefined) return { kind: 'refused', reason: 'gone' }
    return answerOf(await api.download(path, { maxBytes, signal }))
  }

  function answerOf(download: Download): FetchedAttachment {
    switch (download.kind) {
      case 'done':
        return { kind: 'fetched', bytes: download.bytes, ...(fileName === undefined ? {} : { fileName }) }
      case 'failed':
        return download
      case 'too-large':
      case 'gone':
      case 'not-allowed':
        return { kind: 'refused', reason: download.kind }
    }
  }
}

function refusalOf(outcome: Exclude<ApiOutcome, { kind: 'done' }>): FetchedAttachment {
  if (outcome.kind === 'refused' && outcome.status === 400) {
    // Bots get files of up to 20 MB (https://core.telegram.org/bots/api#getfile); only the words tell this 400 apart.
    const isTooLarge = /file is too big/i.test(outcome.description)
    return { kind: 'refused', reason: isTooLarge ? 'too-large' : 'gone' }
  }
  return { kind: 'failed', reason: describe(outcome).reason }
}
