import mongoose from 'mongoose'
import { AppError } from '../lib/errors.ts'
import type { KeyRing } from '../lib/key-ring.ts'

const { Binary, BSON } = mongoose.mongo

/** A field that stands sealed in its document, always: what is there in plain was not put there by us. */
export type SealedField = mongoose.mongo.Binary

/** @param value anything that BSON holds; fields that are undefined are left out */
export function sealField(keyRing: KeyRing, value: unknown, context: string): SealedField {
  return new Binary(keyRing.seal(BSON.serialize({ value }), context))
}

/** @throws {AppError} `SEALED_UNREADABLE` */
export function openField<T>(keyRing: KeyRing, stored: unknown, context: string): T {
  if (!(stored instanceof Binary)) throw unreadable('not sealed')
  const opened = keyRing.open(stored.buffer.subarray(0, stored.position), context)
  if (opened.kind === 'refused') throw unreadable(opened.reason)
  return BSON.deserialize(opened.plaintext).value as T
}

export const unreadable = (reason: string) =>
  new AppError('SEALED_UNREADABLE', `a sealed record does not open: ${reason}`)
