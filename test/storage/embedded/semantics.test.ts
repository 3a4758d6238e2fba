import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { checkExpression, evaluateExpression } from '../../../src/storage/embedded/aggregate/expressions.ts'
import { decode, decodeExact, encode } from '../../../src/storage/embedded/bson/codec.ts'
import type { Document } from '../../../src/storage/embedded/bson/value-types.ts'
import { ServerError } from '../../../src/storage/embedded/errors.ts'
import { compileFilter } from '../../../src/storage/embedded/match/compile-filter.ts'
import { compileProjection } from '../../../src/storage/embedded/query/project.ts'
import { compileUpdate, upsertSeed } from '../../../src/storage/embedded/update/compile-update.ts'

/** Rules of MongoDB's manual, one line each; all were also compared with an independent engine. */

describe('filters', () => {
  const cases: [filter: Document, matching: Document[], others: Document[]][] = [
    [{ a: null }, [{}, { a: null }, { a: [1, null] }], [{ a: 0 }, { a: [] }]],
    [{ 'a.b': null }, [{}, { a: 5 }, { a: [{ b: 1 }, {}] }], [{ a: [] }, { a: [1] }, { a: { b: 0 } }]],
    [{ a: [1, 2] }, [{ a: [1, 2] }, { a: [[1, 2]] }], [{ a: [2, 1] }, { a: [1, 2, 3] }]],
    [{ a: { x: 1, y: 2 } }, [{ a: { x: 1, y: 2 } }], [{ a: { y: 2, x: 1 } }, { a: { x: 1 } }]],
    [{ a: { $gt: 3, $lt: 5 } }, [{ a: 4 }, { a: [1, 9] }], [{ a: [1, 2] }, { a: '4' }, { a: null }]],
    [{ a: { $elemMatch: { $gt: 3, $lt: 5 } } }, [{ a: [1, 4] }], [{ a: [1, 9] }, { a: [[4]] }, { a: 4 }]],
    [{ a: { $elemMatch: { x: 1, y: 2 } } }, [{ a: [{ x: 1, y: 2 }] }], [{ a: [{ x: 1 }, { y: 2 }] }]],
    [{ 'a.x': 1, 'a.y': 2 }, [{ a: [{ x: 1 }, { y: 2 }] }], [{ a: [{ x: 1 }] }]],
    [{ a: { $ne: 1 } }, [{}, { a: [2] }], [{ a: 1 }, { a: [1, 2] }]],
    [{ a: { $nin: [1, null] } }, [{ a: 2 }], [{}, { a: [1] }, { a: null }]],
    [{ a: { $not: { $gt: 3 } } }, [{}, { a: 'text' }, { a: 2 }], [{ a: 4 }, { a: [1, 4] }]],
    [{ a: { $all: [1, 2] } }, [{ a: [2, 3, 1] }], [{ a: [1] }, { a: 1 }]],
    [{ a: { $size: 2 } }, [{ a: [1, [2, 3]] }], [{ a: [] }, { a: 2 }]],
    [{ a: { $in: [/^x/, 3] } }, [{ a: 'xy' }, { a: [3] }], [{ a: 'yx' }]],
    [{ a: /Đ/ }, [{ a: 'Đơn' }, { a: ['đ', 'Đ'] }], [{ a: 'đơn' }]],
    [{ a: { $exists: false } }, [{}], [{ a: null }]],
    [{ a: { $type: ['string', 'number'] } }, [{ a: 'x' }, { a: [1.5] }], [{ a: true }, {}]],
    [{ a: { $mod: [4, 1] } }, [{ a: 5 }, { a: [2, 9] }], [{ a: 4 }]],
    [{ 'a.1': 5 }, [{ a: [0, 5] }, { a: { 1: 5 } }], [{ a: [5] }]],
    [{ $nor: [{ a: 1 }, { b: 1 }] }, [{}, { a: 2 }], [{ a: 1 }, { b: 1 }]],
    [
      { $expr: { $gt: ['$a', '$b'] } },
      [
        { a: 2, b: 1 },
        { a: 'x', b: 9 },
      ],
      [{ a: 1, b: 1 }],
    ],
    [{ a: { $gte: Number.NaN } }, [{ a: Number.NaN }], [{ a: 1 }]],
  ]
  for (const [filter, matching, others] of cases) {
    it(JSON.stringify(filter), () => {
      const { matches } = compileFilter(decode(encode(filter)))
      for (const document of matching)
        expect(matches(decode(encode(document))), JSON.stringify(document)).toBe(true)
      for (const document of others)
        expect(matches(decode(encode(document))), JSON.stringify(document)).toBe(false)
    })
  }
})

function updated(
  document: Document,
  update: unknown,
  filter: Document = {},
  arrayFilters?: unknown,
): Document {
  const exactUpdate = Array.isArray(update) ? update : decodeExact(encode(update as Document))
  const change = compileUpdate({ update: exactUpdate, arrayFilters })
  return decode(encode(change(decodeExact(encode(document)), compileFilter(filter), false)))
}

describe('updates', () => {
  const cases: [
    before: Document,
    update: unknown,
    after: Document,
    filter?: Document,
    arrayFilters?: unknown,
  ][] = [
    [{}, { $set: { b: 1, a: 2, 'c.d': 3 } }, { a: 2, b: 1, c: { d: 3 } }],
    [{ a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
    [{ a: [1, 2], b: 1 }, { $unset: { 'a.0': '', b: '' } }, { a: [null, 2] }],
    [{ n: 1 }, { $inc: { n: 2, m: 3 }, $mul: { z: 5 } }, { n: 3, m: 3, z: 0 }],
    [
      { a: 5, b: 5 },
      { $min: { a: 3 }, $max: { b: 9, c: 1 } },
      { a: 3, b: 9, c: 1 },
    ],
    [{ a: 1, b: 2 }, { $rename: { a: 'c.d' } }, { b: 2, c: { d: 1 } }],
    [{ l: [3, 1] }, { $push: { l: { $each: [2], $sort: 1, $slice: 2 } } }, { l: [1, 2] }],
    [{ l: [1] }, { $push: { l: { $each: [8, 9], $position: 0 } } }, { l: [8, 9, 1] }],
    [
      { l: [{ s: 2 }] },
      { $push: { l: { $each: [{ s: 1 }], $sort: { s: 1 } } } },
      { l: [{ s: 1 }, { s: 2 }] },
    ],
    [{ l: [1] }, { $addToSet: { l: { $each: [1, 2, 2] } } }, { l: [1, 2] }],
    [{ l: [1, 5, 9] }, { $pull: { l: { $gte: 5 } } }, { l: [1] }],
    [{ l: [{ x: 1, y: 1 }, { x: 2 }] }, { $pull: { l: { x: 1 } } }, { l: [{ x: 2 }] }],
    [{ l: [1, 2, 1] }, { $pullAll: { l: [1] } }, { l: [2] }],
    [{ l: [1, 2] }, { $pop: { l: -1 } }, { l: [2] }],
    [{ l: [{ k: 1 }, { k: 2 }] }, { $set: { 'l.$.v': 7 } }, { l: [{ k: 1 }, { k: 2, v: 7 }] }, { 'l.k': 2 }],
    [{ l: [1, 2] }, { $inc: { 'l.$[]': 10 } }, { l: [11, 12] }],
    [
      { l: [{ n: 1 }, { n: 5 }] },
      { $set: { 'l.$[big].ok': true } },
      { l: [{ n: 1 }, { n: 5, ok: true }] },
      {},
      [{ 'big.n': { $gt: 3 } }],
    ],
    [{ _id: 1, a: 1 }, { b: 2 }, { _id: 1, b: 2 }],
    [{ _id: 1, a: 2 }, [{ $set: { b: { $multiply: ['$a', 3] } } }, { $unset: 'a' }], { _id: 1, b: 6 }],
    [{ flags: 5 }, { $bit: { flags: { and: 4 } } }, { flags: 4 }],
  ]
  for (const [before, update, after, filter, arrayFilters] of cases) {
    it(JSON.stringify(update), () => {
      const result = updated(before, update, filter, arrayFilters)
      expect(result).toEqual(after)
      expect(JSON.stringify(result)).toBe(JSON.stringify(after))
    })
  }

  const mistakes: [update: unknown, code: number, before?: Document][] = [
    [{ $set: { a: 1, 'a.b': 2 } }, 40],
    [{ $set: { _id: 2 } }, 66, { _id: 1 }],
    [{ $set: { 'a.b': 1 } }, 28, { a: 5 }],
    [{ $inc: { a: 'x' } }, 14],
    [{ $inc: { a: 1 } }, 14, { a: 'x' }],
    [{ $push: { a: 1 } }, 2, { a: 5 }],
    [{ $nonsense: { a: 1 } }, 9],
    [{ a: 1, $set: { b: 1 } }, 52],
    [{ $set: { 'a.$[x]': 1 } }, 2, { a: [1] }],
  ]
  for (const [update, code, before] of mistakes) {
    it(`${JSON.stringify(update)} fails with ${code}`, () => {
      try {
        updated(before ?? {}, update)
      } catch (error) {
        expect(error).toBeInstanceOf(ServerError)
        expect((error as ServerError).code).toBe(code)
        return
      }
      expect.unreachable('the update should have failed')
    })
  }

  it('start an upsert from the equalities of the filter', () => {
    const seed = (filter: Document) => upsertSeed(compileFilter(filter))
    expect(seed({ a: 1, 'b.c': { $eq: 2 }, d: { $gt: 3 }, $and: [{ e: 5 }], f: { $in: [6] } })).toEqual({
      a: 1,
      b: { c: 2 },
      e: 5,
      f: 6,
    })
    expect(() => seed({ a: 1, 'a.b': 2 })).toThrow(ServerError)
  })
})

describe('expressions', () => {
  const evening = new Date('2024-12-31T18:30:00Z')
  const cases: [expression: unknown, value: unknown, document?: Document][] = [
    [{ $round: [2.5] }, 2],
    [{ $round: [3.5, 0] }, 4],
    [{ $round: [2.51, 0] }, 3],
    [{ $round: [1234.5, -2] }, 1200],
    [{ $trunc: [-2.57, 1] }, -2.5],
    [{ $divide: [1, 4] }, 0.25],
    [{ $mod: [-7, 3] }, -1],
    [{ $add: [new Date(5), 5] }, new Date(10)],
    [{ $subtract: [new Date(15), new Date(5)] }, 10],
    [{ $add: ['$missing', 1] }, null],
    [{ $first: [['$a']] }, undefined, { a: undefined }],
    [{ $first: '$l' }, [1, 2], { l: [[1, 2], 3] }],
    [{ $arrayElemAt: ['$l', -1] }, 3, { l: [1, 2, 3] }],
    ['$l.x', [1, 2], { l: [{ x: 1 }, {}, { x: 2 }] }],
    [{ $not: ['$l'] }, false, { l: [] }],
    [{ $eq: ['$a', null] }, false, {}],
    [{ $lt: ['$a', null] }, true, {}],
    [{ $cmp: ['x', 5] }, 1],
    [
      {
        $eq: [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
      },
      false,
    ],
    [{ $toLower: 'ABĐ' }, 'abĐ'],
    [{ $substrCP: ['Trường hợp', 2, 4] }, 'ường'],
    [{ $strLenCP: 'Việt' }, 4],
    [{ $indexOfCP: ['Việt Nam', 'Nam'] }, 5],
    [{ $toString: new ObjectId('0123456789abcdef01234567') }, '0123456789abcdef01234567'],
    [{ $toDate: '2024-01-02' }, new Date('2024-01-02T00:00:00Z')],
    [{ $dateTrunc: { date: evening, unit: 'day', timezone: '+07:00' } }, new Date('2024-12-31T17:00:00Z')],
    [
      { $dateTrunc: { date: evening, unit: 'year', timezone: 'Asia/Ho_Chi_Minh' } },
      new Date('2024-12-31T17:00:00Z'),
    ],
    [{ $dateTrunc: { date: evening, unit: 'week' } }, new Date('2024-12-29T00:00:00Z')],
    [
      { $dateToString: { date: evening, format: '%Y-%m-%d %H:%M', timezone: 'Asia/Ho_Chi_Minh' } },
      '2025-01-01 01:30',
    ],
    [{ $dayOfWeek: evening }, 3],
    [{ $sum: ['$l', 1] }, 1, { l: [1, 2] }],
    [{ $sum: '$l' }, 3, { l: [1, 'x', 2] }],
    [{ $max: ['$a', '$b'] }, 'x', { a: 5, b: 'x' }],
    [{ $setUnion: [[1, 2], [2]] }, [1, 2]],
    [{ $mergeObjects: [{ a: 1 }, '$o'] }, { a: 1, b: 2 }, { o: { b: 2 } }],
    [{ $map: { input: [1, 2], as: 'i', in: { $add: ['$$i', 1] } } }, [2, 3]],
    [{ $let: { vars: { x: '$a' }, in: { twice: { $multiply: ['$$x', 2] } } } }, { twice: 6 }, { a: 3 }],
    [{ k: '$missing', l: ['$missing'] }, { l: [null] }],
  ]
  for (const [expression, value, document] of cases) {
    it(JSON.stringify(expression), () => {
      checkExpression(expression)
      expect(evaluateExpression(expression, document ?? {})).toStrictEqual(value)
    })
  }

  it('refuse by name what is not offered', () => {
    for (const name of ['$dateAdd', '$function', '$stdDevPop', '$convert'])
      expect(() => checkExpression({ a: { [name]: 1 } })).toThrow(
        `embedded server: the expression ${name} is not supported`,
      )
    expect(() => checkExpression({ $nonsense: 1 })).toThrow("Unrecognized expression '$nonsense'")
    expect(() => checkExpression({ $literal: { $nonsense: 1 } })).not.toThrow()
    expect(() => checkExpression('$a.0')).toThrow('embedded server:')
  })
})

describe('projections', () => {
  const document = { _id: 1, a: { x: 1, y: 2 }, l: [{ x: 1, y: 1 }, 5, { y: 2 }], n: 3 }
  const cases: [projection: Document, result: Document][] = [
    [{ n: 1 }, { _id: 1, n: 3 }],
    [{ n: 1, _id: 0 }, { n: 3 }],
    [
      { 'a.x': 1, 'l.x': 1 },
      { _id: 1, a: { x: 1 }, l: [{ x: 1 }, {}] },
    ],
    [
      { 'l.x': 0, a: 0 },
      { _id: 1, l: [{ y: 1 }, 5, { y: 2 }], n: 3 },
    ],
    [{ _id: 0 }, { a: document.a, l: document.l, n: 3 }],
    [
      { l: { $slice: -1 }, a: 0 },
      { _id: 1, l: [{ y: 2 }], n: 3 },
    ],
    [{ l: { $elemMatch: { y: 2 } } }, { _id: 1, l: [{ y: 2 }] }],
    [{ 'l.$': 1 }, { _id: 1, l: [{ y: 2 }] }],
    [
      { n: 1, twice: { $add: ['$n', '$n'] } },
      { _id: 1, n: 3, twice: 6 },
    ],
  ]
  for (const [specification, result] of cases) {
    it(JSON.stringify(specification), () => {
      const projection = compileProjection(specification, {
        kind: 'find',
        filter: compileFilter({ 'l.y': 2 }),
      })
      expect(projection.apply(document, document)).toEqual(result)
    })
  }

  it('cannot include and exclude at once', () => {
    expect(() => compileProjection({ a: 1, b: 0 }, { kind: 'find' })).toThrow(ServerError)
  })
})
