import type { ObjectId } from 'bson'
import { refuse } from '../errors.ts'
import { exactNumber } from './exact-number.ts'
import {
  asDocument,
  binaryParts,
  codeText,
  rank,
  regexParts,
  stringOf,
  timestampBits,
  typeRank,
} from './value-types.ts'

/**
 * Bytes whose order is the order of `compareValues`, and of which none is the beginning of another, so that keys of
 * several fields can be joined. Equal values give equal bytes whatever their number type.
 */
export function encodeKey(value: unknown): Buffer {
  const writer = new KeyWriter()
  writeValue(writer, value)
  return writer.bytes()
}

/** The same bytes as a string: for maps and sets whose keys are BSON values. */
export function keyText(value: unknown): string {
  return encodeKey(value).toString('latin1')
}

/** Turns ascending order into descending. */
export function invert(bytes: Buffer): Buffer {
  const inverted = Buffer.allocUnsafe(bytes.length)
  for (let i = 0; i < bytes.length; i++) inverted[i] = ~bytes[i]!
  return inverted
}

class KeyWriter {
  #buffer = Buffer.allocUnsafe(64)
  #length = 0

  reserve(count: number): number {
    const start = this.#length
    this.#length += count
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(this.#length * 2)
      this.#buffer.copy(larger, 0, 0, start)
      this.#buffer = larger
    }
    return start
  }

  byte(value: number): void {
    const start = this.reserve(1)
    this.#buffer[start] = value
  }

  raw(bytes: Uint8Array): void {
    const start = this.reserve(bytes.length)
    this.#buffer.set(bytes, start)
  }

  uint32(value: number): void {
    const start = this.reserve(4)
    this.#buffer.writeUInt32BE(value, start)
  }

  uint64(value: bigint): void {
    const start = this.reserve(8)
    this.#buffer.writeBigUInt64BE(value, start)
  }

  /** Positive doubles order as their bits, negative ones against them; NaN goes below all. */
  double(value: number): void {
    const start = this.reserve(8)
    if (Number.isNaN(value)) {
      this.#buffer.fill(0, start, start + 8)
      return
    }
    this.#buffer.writeDoubleBE(value === 0 ? 0 : value, start)
    if (value < 0) for (let i = start; i < start + 8; i++) this.#buffer[i] = ~this.#buffer[i]!
    else this.#buffer[start]! |= 0x80
  }

  /** Text ends with 00 00; a 00 inside becomes 00 FF. */
  text(value: string): void {
    const bytes = Buffer.from(value, 'utf8')
    let start = 0
    for (let zero = bytes.indexOf(0); zero !== -1; zero = bytes.indexOf(0, start)) {
      this.raw(bytes.subarray(start, zero + 1))
      this.byte(0xff)
      start = zero + 1
    }
    this.raw(bytes.subarray(start))
    this.byte(0)
    this.byte(0)
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }
}

function writeValue(writer: KeyWriter, value: unknown): void {
  writer.byte(typeRank(value))
  writeContent(writer, value)
}

function writeContent(writer: KeyWriter, value: unknown): void {
  switch (typeRank(value)) {
    case rank.number:
      writeNumber(writer, value)
      break
    case rank.string:
      writer.text(stringOf(value))
      break
    case rank.object:
      // MongoDB compares each field by type, then name, then value.
      for (const [name, field] of Object.entries(asDocument(value) ?? {})) {
        writer.byte(typeRank(field))
        writer.text(name)
        writeContent(writer, field)
      }
      writer.byte(0)
      break
    case rank.array:
      for (const element of value as unknown[]) writeValue(writer, element)
      writer.byte(0)
      break
    case rank.binary:
      writeBinary(writer, value)
      break
    case rank.objectId:
      writer.raw((value as ObjectId).id)
      break
    case rank.boolean:
      writer.byte(value ? 2 : 1)
      break
    case rank.date:
      writer.double((value as Date).getTime())
      break
    case rank.timestamp:
      writer.uint64(timestampBits(value))
      break
    case rank.regex:
      writer.text(regexParts(value).pattern)
      writer.text(regexParts(value).flags)
      break
    case rank.code:
      writer.text(codeText(value))
  }
}

function writeBinary(writer: KeyWriter, value: unknown): void {
  const { bytes, subtype } = binaryParts(value)
  writer.uint32(bytes.length)
  writer.byte(subtype)
  writer.raw(bytes)
}

/** The nearest double, then what is missing to the exact value: only 64-bit integers beyond 2^53 have a rest. */
function writeNumber(writer: KeyWriter, value: unknown): void {
  const exact = exactNumber(value)
  if (exact === undefined) throw refuse('Decimal128 that is no double in an index, an _id or a group key')
  const nearest = Number(exact)
  writer.double(nearest)
  const rest = typeof exact === 'bigint' ? Number(exact - BigInt(nearest)) : 0
  writer.byte(rest === 0 ? 0x80 : rest < 0 ? 0x7f : 0x81)
  if (rest !== 0) writer.double(rest)
}
