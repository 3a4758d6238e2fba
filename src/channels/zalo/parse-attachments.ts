import { z } from 'zod'
import type { InboundAttachment } from '../../conversation/message.ts'
import { readCoordinates } from '../../lib/coordinates.ts'

const url = z.string().min(1).max(2_000)
const media = z.object({ url: url.optional() })
const filePayload = z.object({
  url: url.optional(),
  name: z.string().optional(),
  size: z.union([z.string(), z.number()]).optional(),
  type: z.string().optional(),
})
const attachment = z.object({ type: z.string(), payload: z.unknown().optional() })

/**
 * What was sent along; a kind that nobody knows is `other`. Telephone numbers of other people's cards are not read.
 *
 * @param hasWords then an address in them, which Zalo shows as a link beside, is part of the words
 */
export function parseAttachments(
  attachments: readonly unknown[],
  location: unknown,
  hasWords: boolean,
): InboundAttachment[] {
  const isPreview = (raw: unknown) => hasWords && attachment.safeParse(raw).data?.type === 'link'
  const parsed = attachments.filter((raw) => !isPreview(raw)).map(parseAttachment)
  const hasPlace = parsed.some(({ kind }) => kind === 'location')
  // [disputed]: one source shows the place beside the attachments.
  const isBeside = location !== undefined && location !== null && !hasPlace
  return isBeside ? [...parsed, placeAt(location)] : parsed
}

function parseAttachment(raw: unknown): InboundAttachment {
  const parsed = attachment.safeParse(raw)
  if (!parsed.success) return { kind: 'other' }
  const { type, payload } = parsed.data
  switch (type) {
    case 'image':
    case 'gif':
      return withUrl('image', payload)
    case 'audio':
    case 'video':
    case 'sticker':
      return withUrl(type, payload)
    case 'file':
      return parseFile(payload)
    case 'location':
      return placeAt((payload as { coordinates?: unknown } | null | undefined)?.coordinates)
    default:
      // Links, cards of other people (which are not theirs to give), and what Zalo invents next.
      return { kind: 'other' }
  }
}

function placeAt(given: unknown): InboundAttachment {
  const coordinates = readCoordinates(given)
  return { kind: 'location', ...(coordinates ? { coordinates } : {}) }
}

function withUrl(kind: InboundAttachment['kind'], payload: unknown): InboundAttachment {
  const reference = media.safeParse(payload).data?.url
  return { kind, ...(reference === undefined ? {} : { reference }) }
}

const maxNameChars = 200

function parseFile(payload: unknown): InboundAttachment {
  const { url: reference, name, size, type = '' } = filePayload.safeParse(payload).data ?? {}
  const sizeBytes = Number(size)
  const isImage = /^(?:image\/.+|jpe?g|png|gif|webp|heic|heif)$/i.test(type)
  return {
    kind: isImage ? 'image' : 'file',
    ...(reference === undefined ? {} : { reference }),
    ...(name ? { fileName: name.normalize('NFC').slice(0, maxNameChars) } : {}),
    ...(size !== undefined && Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 ? { sizeBytes } : {}),
  }
}
