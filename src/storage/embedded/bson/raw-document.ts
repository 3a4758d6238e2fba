/** Reading BSON bytes without decoding them: which fields there are, where they lie, and cutting some out. */

export interface RawElement {
  type: number
  name: string
  /** Offset of the type byte. */
  start: number
  valueStart: number
  end: number
}

const emptyDocument = Buffer.from([5, 0, 0, 0, 0])

/** @throws RangeError when the bytes are no BSON document. */
export function* rawElements(raw: Buffer): Generator<RawElement> {
  let offset = 4
  const last = raw.length - 1
  while (offset < last) {
    const start = offset
    const type = raw[offset]!
    const nameEnd = raw.indexOf(0, offset + 1)
    if (nameEnd === -1 || nameEnd >= last) throw new RangeError('BSON field name does not end')
    const valueStart = nameEnd + 1
    const end = valueStart + valueLength(raw, type, valueStart)
    if (end > last) throw new RangeError('BSON value is longer than its document')
    yield { type, name: raw.toString('utf8', start + 1, nameEnd), start, valueStart, end }
    offset = end
  }
}

function valueLength(raw: Buffer, type: number, at: number): number {
  switch (type) {
    case 0x06: // undefined
    case 0x0a: // null
    case 0x7f: // max key
    case 0xff: // min key
      return 0
    case 0x08: // boolean
      return 1
    case 0x10: // int32
      return 4
    case 0x01: // double
    case 0x09: // date
    case 0x11: // timestamp
    case 0x12: // int64
      return 8
    case 0x07: // ObjectId
      return 12
    case 0x13: // decimal
      return 16
    case 0x02: // string
    case 0x0d: // code
    case 0x0e: // symbol
      return 4 + positive(raw.readInt32LE(at))
    case 0x03: // document
    case 0x04: // array
    case 0x0f: // code with scope
      return positive(raw.readInt32LE(at))
    case 0x05: // binary
      return 5 + positive(raw.readInt32LE(at))
    case 0x0c: // DBPointer
      return 4 + positive(raw.readInt32LE(at)) + 12
    case 0x0b: {
      const patternEnd = raw.indexOf(0, at)
      const flagsEnd = patternEnd === -1 ? -1 : raw.indexOf(0, patternEnd + 1)
      if (flagsEnd === -1) throw new RangeError('BSON regular expression does not end')
      return flagsEnd + 1 - at
    }
    default:
      throw new RangeError(`unknown BSON type ${type}`)
  }
}

function positive(length: number): number {
  if (length < 0) throw new RangeError('negative BSON length')
  return length
}

/** A BSON document of the given top-level fields only, in stored order. */
export function pickFields(raw: Buffer, names: ReadonlySet<string>): Buffer {
  return fieldPicker(names)(raw)
}

/** The same for many documents. Runs for every document of a scan, so it makes nothing that it does not need. */
export function fieldPicker(names: ReadonlySet<string>): (raw: Buffer) => Buffer {
  const wanted = Array.from(names, (name) => Buffer.from(name))
  /** Start and end of each element found. */
  const parts: number[] = []
  return (raw) => {
    parts.length = 0
    let offset = 4
    const last = raw.length - 1
    while (offset < last && parts.length < wanted.length * 2) {
      const nameEnd = endOfName(raw, offset + 1, last)
      const end = nameEnd + 1 + valueLength(raw, raw[offset]!, nameEnd + 1)
      if (end > last) throw new RangeError('BSON value is longer than its document')
      if (wanted.some((name) => isNameAt(raw, offset + 1, nameEnd, name))) parts.push(offset, end)
      offset = end
    }
    return copyParts(raw, parts)
  }
}

function endOfName(raw: Buffer, start: number, last: number): number {
  let end = start
  while (end < last && raw[end] !== 0) end++
  if (end >= last) throw new RangeError('BSON field name does not end')
  return end
}

function isNameAt(raw: Buffer, start: number, end: number, name: Buffer): boolean {
  if (end - start !== name.length) return false
  for (let i = 0; i < name.length; i++) if (raw[start + i] !== name[i]) return false
  return true
}

/** @param parts start and end of elements, by turns */
function copyParts(raw: Buffer, parts: readonly number[]): Buffer {
  let length = 5
  for (let i = 0; i < parts.length; i += 2) length += parts[i + 1]! - parts[i]!
  const picked = Buffer.allocUnsafe(length)
  picked.writeInt32LE(length, 0)
  let offset = 4
  for (let i = 0; i < parts.length; i += 2) offset += raw.copy(picked, offset, parts[i], parts[i + 1])
  picked[offset] = 0
  return picked
}

/** The document without one field. */
export function dropField(raw: Buffer, name: string): Buffer {
  const parts: Buffer[] = []
  for (const element of rawElements(raw)) {
    if (element.name !== name) parts.push(raw.subarray(element.start, element.end))
  }
  return joinElements(parts)
}

export function joinElements(parts: Buffer[]): Buffer {
  if (parts.length === 0) return emptyDocument
  const length = parts.reduce((sum, part) => sum + part.length, 5)
  const joined = Buffer.allocUnsafe(length)
  joined.writeInt32LE(length, 0)
  let offset = 4
  for (const part of parts) offset += part.copy(joined, offset)
  joined[offset] = 0
  return joined
}

/** The bytes of each document in an array field, or undefined when the field is absent or holds something else. */
export function rawDocumentsOf(raw: Buffer, name: string): Buffer[] | undefined {
  for (const element of rawElements(raw)) {
    if (element.name !== name) continue
    if (element.type !== 0x04) return undefined
    const documents: Buffer[] = []
    for (const item of rawElements(raw.subarray(element.valueStart, element.end))) {
      if (item.type !== 0x03) return undefined
      documents.push(raw.subarray(element.valueStart + item.valueStart, element.valueStart + item.end))
    }
    return documents
  }
  return undefined
}
