import {
  Binary,
  BSONRegExp,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareValues } from '../../../src/storage/embedded/bson/compare-values.ts'
import { encodeKey, invert } from '../../../src/storage/embedded/bson/encode-key.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(
    Number.NaN,
    -0,
    0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    2 ** 53,
    2 ** 53 + 2,
  ),
  fc.integer().map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }).map((value) => Long.fromBigInt(value)),
  fc.integer({ min: -1000, max: 1000 }).map((value) => Decimal128.fromString(`${value / 8}`)),
)

const scalars = fc.oneof(
  numbers,
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('', '\0', '\0\0', '\0\u00ff', 'a', 'a\0', 'ab', '\u{10000}', '\uffff', '\ue000'),
  fc.constantFrom(null, true, false, new MinKey(), new MaxKey()),
  fc.date({ noInvalidDate: true }),
  bytes(12).map((id) => new ObjectId(id)),
  fc
    .tuple(fc.uint8Array({ maxLength: 3 }), fc.constantFrom(0, 5))
    .map(([data, type]) => new Binary(data, type)),
  fc.tuple(fc.nat(3), fc.nat(3)).map(([t, i]) => new Timestamp({ t, i })),
  fc.constantFrom('a', 'b').map((pattern) => new BSONRegExp(pattern, 'i')),
)

const values: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'a.b', ''), tie('value')), { maxLength: 3 })
      .map((pairs) => Object.fromEntries(pairs)),
  ),
})).value

const runs = { numRuns: 20_000 }

describe('encodeKey', () => {
  it('orders bytes as compareValues orders values', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(Math.sign(Buffer.compare(encodeKey(a), encodeKey(b)))).toBe(Math.sign(compareValues(a, b)))
      }),
      runs,
    )
  })

  it('orders inverted bytes the other way, and joined keys field by field', () => {
    fc.assert(
      fc.property(values, values, values, values, (a, b, c, d) => {
        const left = Buffer.concat([invert(encodeKey(a)), encodeKey(c)])
        const right = Buffer.concat([invert(encodeKey(b)), encodeKey(d)])
        const expected = -compareValues(a, b) || compareValues(c, d)
        expect(Math.sign(Buffer.compare(left, right))).toBe(Math.sign(expected) + 0)
      }),
      runs,
    )
  })

  it('gives no key that is the beginning of another', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [left, right] = [encodeKey(a), encodeKey(b)]
        if (left.length < right.length) expect(right.subarray(0, left.length).equals(left)).toBe(false)
      }),
      runs,
    )
  })

  it('treats numbers of all types alike', () => {
    const five = [5, new Int32(5), new Double(5), Long.fromNumber(5), Decimal128.fromString('5.0')].map(
      encodeKey,
    )
    for (const key of five) expect(key.equals(five[0]!)).toBe(true)
    const beyond = [2n ** 53n, 2n ** 53n + 1n].map((value) => encodeKey(Long.fromBigInt(value)))
    expect(beyond[0]!.equals(beyond[1]!)).toBe(false)
  })
})

describe('compareValues', () => {
  it('is a total order', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        expect(compareValues(a, a)).toBe(0)
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0)
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0)
          expect(compareValues(a, c)).toBeLessThanOrEqual(0)
      }),
      runs,
    )
  })

  it('follows the documented order of types', () => {
    const ascending = [
      new MinKey(),
      null,
      -1,
      'text',
      { a: 1 },
      [1],
      new Binary(Buffer.from('x')),
      new ObjectId(),
      false,
      true,
      new Date(0),
      new Timestamp({ t: 1, i: 1 }),
      new BSONRegExp('a'),
      new MaxKey(),
    ]
    for (let i = 1; i < ascending.length; i++) expect(compareValues(ascending[i - 1], ascending[i])).toBe(-1)
  })
})
