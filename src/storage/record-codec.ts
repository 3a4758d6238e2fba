import { createHmac } from 'node:crypto'
import mongoose from 'mongoose'
import { AppError } from '../lib/errors.ts'
import type { KeyRing } from '../lib/key-ring.ts'

/**
 * What stands in the database for a value that only the office may read. With a key ring: a sealed record, as binary.
 * Without one: the value itself. Both read what was stored plain, so an installation that is given its first key loses
 * nothing of what waits.
 */
export interface RecordCodec {
  /**
   * @param value anything that BSON holds; fields that are undefined are left out
   * @param context collection, document and field (`conversations/<key>/state`): the record opens nowhere else
   */
  seal(value: unknown, context: string): unknown
  /**
   * The value that was sealed, unchecked.
   * @throws {AppError} when it is sealed and does not open: another key, another place, or a changed byte
   */
  open<T>(stored: unknown, context: string): T
  /** The same for the same text, to look a record up by it; with a key ring it tells nothing about the text. */
  nameFor(text: string, purpose: string): string
}

const { Binary, BSON } = mongoose.mongo

/** For an installation without keys, and for tests that look into the database. */
export const plainRecords: RecordCodec = {
  seal: (value) => value,
  open<T>(stored: unknown): T {
    if (stored instanceof Binary) throw unreadable('there is no key')
    return stored as T
  },
  nameFor: (text) => text,
}

export function createRecordCodec(keyRing: KeyRing | undefined): RecordCodec {
  if (!keyRing) return plainRecords
  const secrets = new Map<string, Buffer>()
  const secretFor = (purpose: string): Buffer => {
    const known = secrets.get(purpose)
    if (known) return known
    const secret = keyRing.deriveKey(purpose)
    secrets.set(purpose, secret)
    return secret
  }

  return {
    seal: (value, context) => new Binary(keyRing.seal(BSON.serialize({ value }), context)),

    open<T>(stored: unknown, context: string): T {
      if (!(stored instanceof Binary)) return stored as T
      const opened = keyRing.open(stored.buffer.subarray(0, stored.position), context)
      if (opened.kind === 'refused') throw unreadable(opened.reason)
      return BSON.deserialize(opened.plaintext).value as T
    },

    nameFor: (text, purpose) => createHmac('sha256', secretFor(purpose)).update(text).digest('base64url'),
  }
}

const unreadable = (reason: string) =>
  new AppError('CONFIG_INVALID', `a stored record cannot be read with this ENCRYPTION_KEY: ${reason}`)
