import { z } from 'zod'
import type { OutboundImage } from '../../conversation/message.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { ZaloApi, ZaloOutcome } from './api.ts'

/** One of the office's own pictures; undefined when there is none of that name. */
export type ReadImage = (
  file: string,
) => Promise<{ bytes: Uint8Array; type: 'image/jpeg' | 'image/png' } | undefined>

/** Uploads die after seven days; a day less, for Zalo says so only when they are used. */
const uploadLivesMs = 6 * 86_400_000
/** JPEG or PNG (zalo-openapi §3.7). */
const maxImageBytes = 1024 * 1024
const uploadSchema = z.object({ attachment_id: z.string().min(1) })

/**
 * Sends a picture in a bubble of its own. It only goes with a text, so nothing comes of it when it does not arrive but a
 * line in the log, and it is not tried again later. Uploads are made once and used again while they live; one that is gone
 * sooner (-100) is made anew, once.
 */
export function createImageSending(parts: {
  api: ZaloApi
  readImage?: ReadImage | undefined
  clock: Clock
  log: Log
}): (userId: string, image: OutboundImage) => Promise<void> {
  const { api, readImage, clock, log } = parts
  const uploads = new Map<string, { attachmentId: string; until: Date }>()

  return async (userId, image) => {
    const first = 'url' in image ? { url: image.url } : await uploadOf(image.file)
    if (!first) return
    let outcome = await send(userId, first)
    if ('file' in image && outcome.kind === 'refused' && outcome.errorClass === 'upload') {
      uploads.delete(image.file)
      const again = await uploadOf(image.file)
      if (again) outcome = await send(userId, again)
    }
    if (outcome.kind === 'refused') log.warn({ code: outcome.code }, 'zalo: a picture was refused')
  }

  function send(userId: string, source: { url: string } | { attachment_id: string }): Promise<ZaloOutcome> {
    const element = { media_type: 'image', ...source }
    const payload = { template_type: 'media', elements: [element] }
    const message = { attachment: { type: 'template', payload } }
    const json = { recipient: { user_id: userId }, message }
    return api.call({ host: 'openapi', path: '/v3.0/oa/message/cs', body: { kind: 'json', json } })
  }

  async function uploadOf(file: string): Promise<{ attachment_id: string } | undefined> {
    const known = uploads.get(file)
    if (known && known.until > clock.now()) return { attachment_id: known.attachmentId }
    const image = await readImage?.(file)
    if (!image || image.bytes.length > maxImageBytes) {
      log.error({ file, bytes: image?.bytes.length }, 'zalo: a picture is missing or too large')
      return undefined
    }
    const name = `picture.${image.type === 'image/png' ? 'png' : 'jpg'}`
    const outcome = await api.call({
      host: 'openapi',
      path: '/v2.0/oa/upload/image',
      body: { kind: 'form', file: { bytes: image.bytes, name, type: image.type } },
    })
    // Seen live: `error: 0` with an empty `data`, when Zalo did not like the file.
    const uploaded = outcome.kind === 'done' ? uploadSchema.safeParse(outcome.data).data : undefined
    if (!uploaded) {
      log.warn({ outcome: outcome.kind }, 'zalo: a picture could not be uploaded')
      return undefined
    }
    const { attachment_id: attachmentId } = uploaded
    uploads.set(file, { attachmentId, until: new Date(clock.now().getTime() + uploadLivesMs) })
    return { attachment_id: attachmentId }
  }
}
