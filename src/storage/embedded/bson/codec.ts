import { deserialize, serialize } from 'bson'
import type { Document } from './value-types.ts'

/** Numbers as JavaScript numbers: for matching, sorting and expressions, which do not look at number types. */
export function decode(raw: Uint8Array): Document {
  return deserialize(raw, { bsonRegExp: true })
}

/** Every value with its BSON type: for whatever is stored again (Long 5 must not come back as Int32 5). */
export function decodeExact(raw: Uint8Array): Document {
  return deserialize(raw, { promoteValues: false, bsonRegExp: true })
}

export function encode(document: Document): Buffer {
  return Buffer.from(serialize(document, { ignoreUndefined: false }))
}

/** Results of expressions: a field without a value is left out. */
export function encodeResult(document: Document): Buffer {
  return Buffer.from(serialize(document, { ignoreUndefined: true }))
}
