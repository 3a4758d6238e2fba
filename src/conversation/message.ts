import type { Coordinates } from '../lib/coordinates.ts'

/**
 * The two nouns that cross between channels and conversation. A channel turns what a platform sends into an
 * `InboundMessage` and an `OutboundMessage` into what the platform takes; it decides nothing.
 */
export type ChannelName = 'web' | 'telegram' | 'zalo'

export interface InboundMessage {
  channel: ChannelName
  /** The platform's id of the chat; with `channel` it names the conversation. */
  conversationId: string
  /** Unique within the channel for ever; a repeated delivery carries the same one. */
  messageId: string
  /** Who wrote. In a one-to-one chat the same as `conversationId` on most platforms. */
  senderId: string
  /**
   * `group`: others read along, so nothing personal may be said or asked; the person is asked to write in private.
   * Absent: a chat of two.
   */
  chatKind?: 'group'
  sentAt: Date
  /** As typed, NFC; absent for a tap or a bare attachment. */
  text?: string
  /** Payload of a tapped button, exactly as we once sent it, or as someone forged it. */
  choice?: string
  attachments: InboundAttachment[]
  contact?: SharedContact
}

export interface InboundAttachment {
  kind: 'image' | 'file' | 'audio' | 'video' | 'sticker' | 'location' | 'other'
  /** What the channel needs to fetch it: a file id or URL of the platform. Never shown to people. */
  reference?: string
  fileName?: string
  sizeBytes?: number
  /** Of a `location`, when the platform says where. Sensitive: kept only where a person agrees. */
  coordinates?: Coordinates
}

/** What became of an attachment that was fetched from its platform. */
export type FetchedAttachment =
  | { kind: 'fetched'; bytes: Uint8Array; fileName?: string }
  /** `too-large`: over what reports take · `gone`: the platform has it no longer · `not-allowed`: not the platform's host. */
  | { kind: 'refused'; reason: 'too-large' | 'gone' | 'not-allowed' }
  /** Network or platform trouble; the person may send it again. */
  | { kind: 'failed'; reason: string }

export interface SharedContact {
  name?: string
  phone?: string
}

/** One bubble of text with its buttons. Already within the channel's limits when it reaches the channel. */
export interface OutboundMessage {
  /** `<id of the inbound message>#<n>`, or an id of its own for messages that no one asked for. */
  id: string
  text: string
  buttons?: Button[]
  /**
   * Holds something that must stay with the person alone (a receipt). Before it is shown, a channel that keeps what
   * was said forgets this conversation so far, and it keeps the message itself for a few minutes only.
   */
  isSecret?: true
  /** Asks for name and telephone number: a platform that has a form for that may show it beside. */
  asksContact?: true
  /** Shown with the text where the platform can; the text must say all without it. */
  image?: OutboundImage
  /**
   * Only of messages that nobody asked for: what is news in them. A platform that takes no free text at the moment gets
   * the facts in a template that it approved. Several when waiting messages went together.
   */
  notices?: Notice[]
}

/** `url`: public and there for days, for platforms fetch it more than once · `file`: one of the office's own pictures, by name. */
export type OutboundImage = { url: string } | { file: string }

/** News as a template takes it: names of facts and their words, all short. */
export interface Notice {
  about: 'report' | 'dossier' | 'poll' | 'question'
  facts: Record<string, string>
}

/** Exactly one of `choice` (comes back as `InboundMessage.choice`) and `url`. */
export interface Button {
  label: string
  choice?: string
  url?: string
  /** Works in words as well: left out where the others alone fill a message of the channel. */
  isSpare?: true
}

/** What conversation code says; the turn gives it its id and cuts it to the channel's limits. */
export type Reply = Omit<OutboundMessage, 'id'>
