import { createHash } from 'node:crypto'
import { encodeKey, invert } from '../bson/encode-key.ts'
import { asDocument, type Document } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import type { Index } from './index-definition.ts'

/** LMDB takes keys of 1978 bytes: 4 for the id, this much for the fields, the rest for `_id`. */
const maxPartBytes = 960
const hashBytes = 32

/** Long keys keep their beginning and a hash of the whole, so equality stays exact and order is lost only beyond the cut. */
export function cutKey(bytes: Buffer): { bytes: Buffer; isCut: boolean } {
  if (bytes.length <= maxPartBytes) return { bytes, isCut: false }
  const hash = createHash('sha256').update(bytes).digest()
  return { bytes: Buffer.concat([bytes.subarray(0, maxPartBytes - hashBytes), hash]), isCut: true }
}

/** The part of a bound that cut keys share with it. */
export function cutBound(bytes: Buffer): Buffer {
  return bytes.length <= maxPartBytes ? bytes : bytes.subarray(0, maxPartBytes - hashBytes)
}

export function idPrefix(id: number): Buffer {
  const prefix = Buffer.allocUnsafe(4)
  prefix.writeUInt32BE(id)
  return prefix
}

/** Bytes of all fields, each ascending or inverted. */
export function encodeFields(values: readonly unknown[], index: Pick<Index, 'fields'>): Buffer {
  return Buffer.concat(
    values.map((value, i) => (index.fields[i]!.descending ? invert(encodeKey(value)) : encodeKey(value))),
  )
}

export interface IndexEntry {
  /** Id of the index and the fields; equal for two documents exactly when a unique index must refuse the second. */
  fieldsKey: Buffer
  key: Buffer
}

export interface IndexEntries {
  entries: IndexEntry[]
  hasArrays: boolean
  isCut: boolean
}

/** The entries of one document in one index; none when a sparse or partial index leaves it out. */
export function indexEntries(index: Index, document: Document, idKey: Buffer): IndexEntries {
  const result: IndexEntries = { entries: [], hasArrays: false, isCut: false }
  if (index.partialFilter && !index.partialFilter.matches(document)) return result
  const found = extractKeys(
    document,
    index.fields.map((field) => field.parts),
  )
  if (index.sparse && !found.someFieldPresent) return result
  result.hasArrays = found.hasArrays
  const seen = new Set<string>()
  for (const values of found.keys) {
    const cut = cutKey(encodeFields(values, index))
    const text = cut.bytes.toString('latin1')
    if (seen.has(text)) continue
    seen.add(text)
    result.isCut ||= cut.isCut
    const fieldsKey = Buffer.concat([idPrefix(index.id), cut.bytes])
    result.entries.push({ fieldsKey, key: Buffer.concat([fieldsKey, idKey]) })
  }
  return result
}

interface ExtractedKeys {
  keys: unknown[][]
  hasArrays: boolean
  someFieldPresent: boolean
}

interface Cursor {
  node: unknown
  rest: readonly string[]
}

/** Key tuples as MongoDB makes them: one array may lie on the paths, and each of its elements gives a key. */
export function extractKeys(document: Document, paths: readonly (readonly string[])[]): ExtractedKeys {
  const result: ExtractedKeys = { keys: [], hasArrays: false, someFieldPresent: false }
  expand(
    paths.map((parts) => ({ node: document, rest: parts })),
    result,
  )
  return result
}

function expand(cursors: Cursor[], result: ExtractedKeys): void {
  const moved = cursors.map(descend)
  const arrays = new Set(moved.filter((cursor) => Array.isArray(cursor.node)).map((cursor) => cursor.node))
  if (arrays.size === 0) {
    const values = moved.map((cursor) => (cursor.node instanceof Finished ? cursor.node.value : cursor.node))
    result.someFieldPresent ||= values.some((value) => value !== undefined)
    result.keys.push(values)
    return
  }
  if (arrays.size > 1) throw new ServerError(171, 'cannot index parallel arrays')
  result.hasArrays = true
  const [array] = arrays as Set<unknown[]>
  // An empty array is indexed as undefined, which orders with null; the full filter decides.
  const elements = array!.length === 0 ? [undefined] : array!
  if (array!.length === 0 && moved.some((cursor) => cursor.node === array && cursor.rest.length === 0))
    result.someFieldPresent = true
  for (const element of elements) {
    expand(
      moved.map((cursor) => {
        if (cursor.node !== array) return cursor.node instanceof Finished ? cursor : finished(cursor.node)
        if (cursor.rest.length === 0) return finished(element)
        const isEntered = asDocument(element) !== undefined
        return isEntered ? { node: element, rest: cursor.rest } : finished(undefined)
      }),
      result,
    )
  }
}

/** Holds a value that is taken as it is, even when it is an array within the array. */
class Finished {
  readonly value: unknown
  constructor(value: unknown) {
    this.value = value
  }
}

function finished(value: unknown): Cursor {
  return { node: new Finished(value), rest: [] }
}

/** Follows documents until the path ends or an array has to be spread. */
function descend(cursor: Cursor): Cursor {
  let { node, rest } = cursor
  while (rest.length > 0 && !(node instanceof Finished)) {
    if (Array.isArray(node)) return { node, rest }
    const document = asDocument(node)
    node = document && Object.hasOwn(document, rest[0]!) ? document[rest[0]!] : undefined
    rest = rest.slice(1)
  }
  return { node, rest }
}
