import { Long } from 'bson'
import { encode } from '../bson/codec.ts'
import { joinElements } from '../bson/raw-document.ts'
import type { Document } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'

/** A field of a reply whose value is a document that is sent as stored. */
export function rawElement(type: 0x03 | 0x04, name: string, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), bytes])
}

/** The elements of a document, without its frame. */
export function elementsOf(document: Document): Buffer {
  const bytes = encode(document)
  return bytes.subarray(4, -1)
}

export function cursorReply(namespace: string, batchName: string, batch: Buffer[], id: bigint): Buffer {
  const items = joinElements(batch.map((document, i) => rawElement(0x03, String(i), document)))
  const cursor = joinElements([
    rawElement(0x04, batchName, items),
    elementsOf({ id: Long.fromBigInt(id), ns: namespace }),
  ])
  return joinElements([rawElement(0x03, 'cursor', cursor), elementsOf({ ok: 1 })])
}

export function errorReply(error: unknown): Document {
  const known =
    error instanceof ServerError
      ? error
      : new ServerError(8, error instanceof Error ? error.message : String(error))
  return { ok: 0, errmsg: known.message, code: known.code, codeName: known.codeName, ...known.details }
}

/** An error of one statement of a write command. */
export function writeError(index: number, error: unknown): Document {
  if (!(error instanceof ServerError)) throw error
  return { index, code: error.code, errmsg: error.message, ...error.details }
}
