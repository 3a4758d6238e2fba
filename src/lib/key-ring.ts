import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { z } from 'zod'

/**
 * Seals what only the office may read: AES-256-GCM under a ring of keys from `ENCRYPTION_KEY`. The first key seals,
 * every key opens, so a new key is put in front and old records are sealed again at leisure (`needsRotation`).
 *
 * A sealed record is `"MCS1" | length of key id | key id | nonce (12) | ciphertext | tag (16)`. Header and context are
 * additional authenticated data; the plaintext is `length (4) | content | zeros` up to a size class.
 */
export interface KeyRing {
  /** @param context where the record belongs (`report:<ref>:text`); it opens nowhere else. Must not be empty. */
  seal(plaintext: Uint8Array, context: string): SealedBytes
  open(sealed: Uint8Array, context: string): Opened<Buffer>
  /** The same record as base64url, for a field of a document. */
  sealText(text: string, context: string): SealedText
  openText(sealed: string, context: string): Opened<string>
  /** Sealed under a key that is no longer the first. False for what is not sealed at all; opening tells. */
  needsRotation(sealed: Uint8Array | string): boolean
  /**
   * 32 bytes for signing, from the last (oldest) key: what it signed is verified as long as that key stays in the ring.
   * Keys of different purposes tell nothing about each other.
   */
  deriveKey(purpose: string): Buffer
}

/** Only a key ring makes these, so a port that takes them cannot be handed plain text by mistake. */
export type SealedBytes = Buffer & { readonly isSealed: true }
export type SealedText = string & { readonly isSealed: true }

export type Opened<T> = { kind: 'opened'; plaintext: T } | { kind: 'refused'; reason: OpenRefusal }

export type OpenRefusal =
  /** Not a record of ours, or cut short in the header. */
  | 'not-sealed'
  /** No key of the ring has the record's key id. */
  | 'unknown-key'
  /** A byte was changed, it was sealed for another context, or the key under this id is another one. */
  | 'altered'

export interface EncryptionKey {
  id: string
  /** Holds the bytes where neither a log nor JSON shows them. */
  key: KeyObject
}

/** Faults name the key by its place in the list, never by a value. */
export interface KeyFault {
  /** 1 for the first key; 0 for the setting as a whole. */
  position: number
  kind:
    | 'empty'
    | 'not-id-colon-key'
    | 'bad-id'
    | 'not-base64'
    | 'not-32-bytes'
    | 'not-random'
    | 'repeated-id'
    | 'repeated-key'
}

const keyBytes = 32
const idPattern = /^[a-z0-9][a-z0-9-]{0,15}$/

/** `id:base64(32 bytes)`, one or several with commas between; the issues carry a `KeyFault` in `params`. */
export const encryptionKeysSchema = z.string().transform((setting, context): EncryptionKey[] => {
  const fault = (position: number, kind: KeyFault['kind']) => {
    context.addIssue({ code: 'custom', params: { position, kind } satisfies KeyFault })
  }
  if (setting.trim() === '') {
    fault(0, 'empty')
    return z.NEVER
  }
  const keys: EncryptionKey[] = []
  for (const [index, entry] of setting.split(',').entries()) {
    const read = readKey(entry.trim())
    if ('kind' in read) fault(index + 1, read.kind)
    else if (keys.some(({ id }) => id === read.id)) fault(index + 1, 'repeated-id')
    else if (keys.some(({ key }) => key.equals(read.key))) fault(index + 1, 'repeated-key')
    else keys.push(read)
  }
  return keys
})

function readKey(entry: string): EncryptionKey | { kind: KeyFault['kind'] } {
  const colon = entry.indexOf(':')
  if (colon < 0) return { kind: 'not-id-colon-key' }
  const id = entry.slice(0, colon)
  if (!idPattern.test(id)) return { kind: 'bad-id' }
  const base64 = entry.slice(colon + 1)
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.toString('base64') !== base64) return { kind: 'not-base64' }
  if (bytes.length !== keyBytes) return { kind: 'not-32-bytes' }
  // Thirty-two random bytes hold about thirty different ones; a placeholder or a typed word far fewer.
  if (new Set(bytes).size < 16) return { kind: 'not-random' }
  return { id, key: createSecretKey(bytes) }
}

export type ParsedKeyRing =
  | { kind: 'parsed'; keyRing: KeyRing; keyIds: string[] }
  | { kind: 'faults'; faults: KeyFault[] }

/** @param setting the value of `ENCRYPTION_KEY`. */
export function parseKeyRing(setting: string): ParsedKeyRing {
  const parsed = encryptionKeysSchema.safeParse(setting)
  if (parsed.success) {
    return {
      kind: 'parsed',
      keyRing: createKeyRing(parsed.data),
      keyIds: parsed.data.map(({ id }) => id),
    }
  }
  const faults = parsed.error.issues.map((issue) => {
    return (issue.code === 'custom' ? issue.params : undefined) as KeyFault
  })
  return { kind: 'faults', faults }
}

/** A fresh `id:base64` for the setting. */
export function makeEncryptionKey(id: string): string {
  if (!idPattern.test(id)) throw new RangeError('a key id is 1–16 of a–z, 0–9 and hyphen')
  return `${id}:${randomBytes(keyBytes).toString('base64')}`
}

const magic = Buffer.from('MCS1', 'latin1')
/** 96 random bits: up to 2^32 records a key (NIST SP 800-38D §8.3), some thousand years of an office's reports. */
const nonceBytes = 12
const tagBytes = 16
const lengthBytes = 4
const smallestClassBytes = 1024

/** Length with its prefix, up to the next power of two from 1 KiB: a class tells one bit of information per doubling. */
export function paddedLength(contentBytes: number): number {
  let size = smallestClassBytes
  while (size < contentBytes + lengthBytes) size *= 2
  return size
}

/** @param keys at least one; the first seals. */
export function createKeyRing(keys: readonly EncryptionKey[]): KeyRing {
  const [first] = keys
  if (!first) throw new RangeError('a key ring needs a key')
  const keyById = new Map(keys.map(({ id, key }) => [id, key]))

  function seal(plaintext: Uint8Array, context: string): SealedBytes {
    const header = headerOf(first!.id)
    const nonce = randomBytes(nonceBytes)
    const padded = Buffer.alloc(paddedLength(plaintext.length))
    padded.writeUInt32BE(plaintext.length)
    padded.set(plaintext, lengthBytes)
    const cipher = createCipheriv('aes-256-gcm', first!.key, nonce, { authTagLength: tagBytes })
    cipher.setAAD(authenticated(header, context))
    const ciphertext = [cipher.update(padded), cipher.final()]
    padded.fill(0)
    return Buffer.concat([header, nonce, ...ciphertext, cipher.getAuthTag()]) as SealedBytes
  }

  function open(sealed: Uint8Array, context: string): Opened<Buffer> {
    const parts = partsOf(sealed)
    if (!parts) return { kind: 'refused', reason: 'not-sealed' }
    const key = keyById.get(parts.keyId)
    if (!key) return { kind: 'refused', reason: 'unknown-key' }
    const decipher = createDecipheriv('aes-256-gcm', key, parts.nonce, { authTagLength: tagBytes })
    decipher.setAAD(authenticated(parts.header, context))
    decipher.setAuthTag(parts.tag)
    const body = decipher.update(parts.ciphertext)
    try {
      decipher.final()
    } catch {
      // The one thing that `final` refuses is a tag that does not fit; what `update` gave is not to be trusted.
      body.fill(0)
      return { kind: 'refused', reason: 'altered' }
    }
    const length = body.length < lengthBytes ? undefined : body.readUInt32BE()
    if (length === undefined || length > body.length - lengthBytes) {
      return { kind: 'refused', reason: 'altered' }
    }
    return { kind: 'opened', plaintext: body.subarray(lengthBytes, lengthBytes + length) }
  }

  return {
    seal,
    open,
    deriveKey: (purpose) =>
      Buffer.from(hkdfSync('sha256', keys.at(-1)!.key, '', `motcua-bot ${purpose}`, keyBytes)),
    sealText: (text, context) => seal(Buffer.from(text, 'utf8'), context).toString('base64url') as SealedText,
    openText(sealed, context) {
      const bytes = bytesOf(sealed)
      if (!bytes) return { kind: 'refused', reason: 'not-sealed' }
      const opened = open(bytes, context)
      return opened.kind === 'refused' ? opened : { ...opened, plaintext: opened.plaintext.toString('utf8') }
    },
    needsRotation(sealed) {
      const bytes = typeof sealed === 'string' ? bytesOf(sealed) : sealed
      const parts = bytes && partsOf(bytes)
      return parts !== undefined && parts.keyId !== first.id
    },
  }
}

/** Whether bytes have the outer form of a sealed record; says nothing about whether they open. */
export function looksSealed(bytes: Uint8Array): boolean {
  return partsOf(bytes) !== undefined
}

function headerOf(keyId: string): Buffer {
  return Buffer.concat([magic, Buffer.from([keyId.length]), Buffer.from(keyId, 'latin1')])
}

/** The header tells its own length, so no two pairs of header and context give the same bytes. */
function authenticated(header: Uint8Array, context: string): Buffer {
  if (context === '') throw new RangeError('a sealed record needs a context')
  return Buffer.concat([header, Buffer.from(context, 'utf8')])
}

function partsOf(sealed: Uint8Array) {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (!bytes.subarray(0, magic.length).equals(magic)) return undefined
  const idEnd = magic.length + 1 + (bytes[magic.length] ?? 0)
  if (bytes.length < idEnd + nonceBytes + tagBytes) return undefined
  const keyId = bytes.toString('latin1', magic.length + 1, idEnd)
  if (!idPattern.test(keyId)) return undefined
  return {
    header: bytes.subarray(0, idEnd),
    keyId,
    nonce: bytes.subarray(idEnd, idEnd + nonceBytes),
    ciphertext: bytes.subarray(idEnd + nonceBytes, -tagBytes),
    tag: bytes.subarray(-tagBytes),
  }
}

/** Node reads any text as base64url and skips what does not fit, so only the text that it would write counts. */
function bytesOf(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
