import type { InboundAttachment, InboundMessage, Reply } from '../message.ts'
import type { TalkTexts } from './talk-texts.ts'

/** False for emoji, punctuation and control characters alone: there is nothing to look up. */
export const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text)

const textOf = {
  image: 'image',
  video: 'image',
  file: 'file',
  other: 'file',
  audio: 'voice',
  sticker: 'sticker',
  location: 'location',
} as const satisfies Record<InboundAttachment['kind'], string>

/** A kind sentence for a sticker, a photo, a voice message… which we cannot read. */
export function wordlessReply(message: InboundMessage, talk: TalkTexts): Reply {
  if (message.contact) return { text: talk.say('talk.attachment.contact') }
  const [attachment] = message.attachments
  return { text: talk.say(attachment ? `talk.attachment.${textOf[attachment.kind]}` : 'talk.no-words') }
}
