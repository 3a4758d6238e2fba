import type { ChannelLimits } from '../channel.ts'

/** Our own page has no platform behind it: the numbers keep a bubble readable and a reader's memory small. */
export const webSendLimits: ChannelLimits = {
  maxTextChars: 4_000,
  maxButtons: 20,
  perSecond: 1_000,
  perConversationPerSecond: 50,
}

/** What one browser may do. `main.ts` may hand over other numbers; tests hand over small ones. */
export interface WebLimits {
  /** Of a message as typed, in UTF-16 units after clean-up, which is how the page counts too. */
  maxTextChars: number
  maxChoiceChars: number
  /** Of the JSON body: 4,000 characters written as \uXXXX escapes are 24,000 bytes. */
  maxBodyBytes: number
  /** One person taps through a 30-item poll in about a minute. */
  messagesPerMinutePerSession: number
  /** Mobile networks and offices put hundreds of people behind one address. */
  messagesPerMinutePerAddress: number
  /** Of one upload, and of each of its files: what a report takes as evidence. */
  maxFiles: number
  maxFileBytes: number
  /** An upload that is silent for so long is given up; a train passes through a tunnel in less. */
  uploadIdleMs: number
  uploadMaxMs: number
  /** Each holds one file in memory while it is read. */
  uploadsAtOnce: number
  uploadsAtOncePerAddress: number
  /** Counted as received, also when an upload is given up half-way. */
  uploadBytesPerHourPerSession: number
  uploadBytesPerHourPerAddress: number
  streamsPerSession: number
  streamsPerAddress: number
  streams: number
  /** Lines shown when the page opens afresh. */
  historyLines: number
  /** Proxies commonly cut a silent connection after 60 s. */
  keepAliveMs: number
  /** How soon lines written by another instance are noticed. */
  pollMs: number
}

const mebibyte = 1024 * 1024

export const defaultWebLimits: WebLimits = {
  maxTextChars: 4_000,
  maxChoiceChars: 256,
  maxBodyBytes: 32 * 1024,
  messagesPerMinutePerSession: 60,
  messagesPerMinutePerAddress: 600,
  maxFiles: 5,
  maxFileBytes: 10 * mebibyte,
  uploadIdleMs: 20_000,
  uploadMaxMs: 300_000,
  uploadsAtOnce: 4,
  uploadsAtOncePerAddress: 3,
  // Three full uploads, or one that broke off twice.
  uploadBytesPerHourPerSession: 150 * mebibyte,
  uploadBytesPerHourPerAddress: 1_000 * mebibyte,
  streamsPerSession: 10,
  streamsPerAddress: 300,
  streams: 5_000,
  historyLines: 200,
  keepAliveMs: 20_000,
  pollMs: 1_000,
}

/** Of the whole body: the files, the text, and the heads of the parts. */
export function maxUploadBytes(limits: WebLimits): number {
  return limits.maxFiles * limits.maxFileBytes + 2 * limits.maxBodyBytes
}
