import type { BSONRegExp, Code, DBRef, Decimal128, Double, Int32, Long } from 'bson'
import { Timestamp } from 'bson'

export type Document = Record<string, unknown>

/** MongoDB's order of types; also the first byte of every encoded key, so the numbers must never change. */
export const rank = {
  minKey: 1,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  boolean: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  code: 60,
  maxKey: 127,
} as const

const rankByBsonType: Record<string, number> = {
  MinKey: rank.minKey,
  Int32: rank.number,
  Double: rank.number,
  Long: rank.number,
  Decimal128: rank.number,
  BSONSymbol: rank.string,
  DBRef: rank.object,
  Binary: rank.binary,
  ObjectId: rank.objectId,
  Timestamp: rank.timestamp,
  BSONRegExp: rank.regex,
  Code: rank.code,
  MaxKey: rank.maxKey,
}

export function bsonType(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('_bsontype' in value)) return undefined
  // A stored document may have a field of this name; only the bson classes carry it on their prototype.
  return Object.hasOwn(value, '_bsontype') ? undefined : String(value._bsontype)
}

export function typeRank(value: unknown): number {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return rank.number
    case 'string':
      return rank.string
    case 'boolean':
      return rank.boolean
    case 'undefined':
      return rank.null
  }
  if (value === null) return rank.null
  if (Array.isArray(value)) return rank.array
  if (value instanceof Date) return rank.date
  if (value instanceof RegExp) return rank.regex
  if (value instanceof Uint8Array) return rank.binary
  const type = bsonType(value)
  return type === undefined ? rank.object : (rankByBsonType[type] ?? rank.object)
}

/** A plain embedded document (not an array, not a BSON value such as an ObjectId). */
export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

export function isOperatorDocument(value: unknown): value is Document {
  if (!isDocument(value)) return false
  const first = Object.keys(value)[0]
  return first?.startsWith('$') === true && first !== '$ref' && first !== '$id' && first !== '$db'
}

/** bson turns `{$ref, $id}` into a DBRef; order and paths treat it as the document it is. */
export function asDocument(value: unknown): Document | undefined {
  if (isDocument(value)) return value
  if (bsonType(value) !== 'DBRef') return undefined
  const { collection, oid, db, fields } = value as DBRef
  return { $ref: collection, $id: oid, ...(db ? { $db: db } : {}), ...fields }
}

export function isNumeric(value: unknown): boolean {
  return typeRank(value) === rank.number
}

/** The number as a double; Decimal128 and Long beyond 2^53 are rounded. */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value
  switch (bsonType(value)) {
    case 'Int32':
    case 'Double':
      return (value as Int32 | Double).value
    case 'Long':
      return (value as Long).toNumber()
    case 'Decimal128':
      return Number((value as Decimal128).toString())
    default:
      return typeof value === 'bigint' ? Number(value) : Number.NaN
  }
}

export function binaryParts(value: unknown): { subtype: number; bytes: Uint8Array } {
  if (value instanceof Uint8Array) return { subtype: 0, bytes: value }
  const binary = value as { sub_type: number; value(): Uint8Array; buffer: Uint8Array; position: number }
  return { subtype: binary.sub_type, bytes: binary.buffer.subarray(0, binary.position) }
}

export function regexParts(value: unknown): { pattern: string; flags: string } {
  if (value instanceof RegExp) return { pattern: value.source, flags: value.flags }
  const { pattern, options } = value as BSONRegExp
  return { pattern, flags: options }
}

export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : String((value as { value: string }).value)
}

export function codeText(value: unknown): string {
  const { code, scope } = value as Code
  return `${String(code)}\0${scope ? JSON.stringify(scope) : ''}`
}

export function timestampBits(value: unknown): bigint {
  const stamp = value as Timestamp
  return stamp instanceof Timestamp ? (BigInt(stamp.t) << 32n) | BigInt(stamp.i) : 0n
}

const typeNumbers: Record<string, number[]> = {
  double: [1],
  string: [2],
  object: [3],
  array: [4],
  binData: [5],
  undefined: [6],
  objectId: [7],
  bool: [8],
  date: [9],
  null: [10],
  regex: [11],
  javascript: [13],
  symbol: [14],
  int: [16],
  timestamp: [17],
  long: [18],
  decimal: [19],
  minKey: [-1],
  maxKey: [127],
  number: [1, 16, 18, 19],
}

/** Type numbers that a `$type` argument (name or number) stands for; undefined when there is no such type. */
export function typeNumbersOf(argument: unknown): number[] | undefined {
  if (typeof argument === 'string') return typeNumbers[argument]
  const wanted = toNumber(argument)
  return Object.values(typeNumbers).some((list) => list.includes(wanted)) ? [wanted] : undefined
}

export function typeName(value: unknown): string {
  const number = typeNumber(value)
  return Object.keys(typeNumbers).find((name) => typeNumbers[name]![0] === number) ?? 'object'
}

const typeNumberByBsonType: Record<string, number> = {
  Int32: 16,
  Double: 1,
  Long: 18,
  Decimal128: 19,
  BSONSymbol: 14,
  DBRef: 3,
  Binary: 5,
  ObjectId: 7,
  Timestamp: 17,
  BSONRegExp: 11,
  Code: 13,
  MinKey: -1,
  MaxKey: 127,
}

/** The number of a value's BSON type; exact only for values decoded with their exact types. */
export function typeNumber(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 16 : 1
    case 'bigint':
      return 18
    case 'string':
      return 2
    case 'boolean':
      return 8
    case 'undefined':
      return 6
  }
  if (value === null) return 10
  if (Array.isArray(value)) return 4
  if (value instanceof Date) return 9
  if (value instanceof RegExp) return 11
  if (value instanceof Uint8Array) return 5
  return typeNumberByBsonType[bsonType(value) ?? ''] ?? 3
}
