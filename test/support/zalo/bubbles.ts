import type { Charge, PersonState } from './world.ts'

/** What a person sees in the chat, one at a time. */
export interface Bubble {
  messageId: string
  from: 'person' | 'oa' | 'officer'
  at: Date
  text?: string
  buttons: Button[]
  image?: { url?: string; attachmentId?: string; kind: 'image' | 'gif' | 'sticker' }
  file?: { name: string; url?: string; size?: number }
  location?: { latitude: number; longitude: number }
  audio?: string
  video?: string
  /** A form that asks for name and telephone number. */
  infoForm?: { title: string; subtitle: string }
  template?: { templateId: string; data: Record<string, string>; isRating: boolean; answers: string[] }
  /** The message that this one answers. */
  quotes?: string
  reaction?: string
  charge?: Charge
}

export type Button =
  | { title: string; type: 'oa.query.show' | 'oa.query.hide'; payload: string }
  | { title: string; type: 'oa.open.url'; payload: { url: string } }
  | { title: string; type: 'oa.open.sms'; payload: { content: string; phone_code: string } }
  | { title: string; type: 'oa.open.phone'; payload: { phone_code: string } }

export function showBubble(person: PersonState, bubble: Bubble): void {
  person.bubbles.push(bubble)
  for (const tell of [...person.watchers]) tell()
}
