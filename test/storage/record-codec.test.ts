import fc from 'fast-check'
import mongoose from 'mongoose'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/lib/errors.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { keyRingNamed } from '../support/key-ring.ts'

const office = createRecordCodec(keyRingNamed('office'))
const other = createRecordCodec(keyRingNamed('other'))
const without = createRecordCodec(undefined)
const context = 'conversations/web:a/state'

const bytesOf = (stored: unknown): Buffer => {
  expect(stored).toBeInstanceOf(mongoose.mongo.Binary)
  return Buffer.from((stored as mongoose.mongo.Binary).buffer)
}

const value = fc.dictionary(
  fc.stringMatching(/^[a-z.$]{1,8}$/),
  fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.date({ noInvalidDate: true }),
    fc.array(fc.record({ label: fc.string(), choice: fc.string() }), { maxLength: 3 }),
    fc.constant(null),
  ),
)

describe('a sealed record', () => {
  it('opens to what was sealed, dates included', () => {
    fc.assert(
      fc.property(value, (plain) => {
        // Minus zero is stored as zero, as the database does with every number.
        expect(office.open(office.seal(plain, context), context)).toEqual(withoutMinusZero(plain))
      }),
    )
    const at = new Date('2026-11-23T01:00:00.123Z')
    expect(office.open(office.seal({ at, topic: undefined }, context), context)).toStrictEqual({ at })
    expect(office.open(office.seal('77007700', context), context)).toBe('77007700')
  })

  it('shows nothing of the value, and not whether it is short or a little longer', () => {
    const sealed = bytesOf(office.seal({ text: 'chuyện của tôi' }, context))
    expect(sealed.includes(Buffer.from('chuyện'))).toBe(false)
    expect(bytesOf(office.seal({}, context))).toHaveLength(sealed.length)
    expect(bytesOf(office.seal({ text: 'x'.repeat(900) }, context))).toHaveLength(sealed.length)
    expect(bytesOf(office.seal({ text: 'chuyện của tôi' }, context))).not.toEqual(sealed)
  })

  it('opens in its own place only', () => {
    const sealed = office.seal({ text: 'x' }, 'conversations/web:a/state')
    expect(() => office.open(sealed, 'conversations/web:b/state')).toThrow(AppError)
  })

  it('does not open under another key, without one, or changed: an error of ours, without the record', () => {
    const sealed = office.seal({ text: 'chuyện' }, context)
    expect(() => other.open(sealed, context)).toThrow(AppError)
    expect(() => without.open(sealed, context)).toThrow(AppError)
    const changed = bytesOf(sealed)
    changed[changed.length - 20]! ^= 1
    expect(() => office.open(new mongoose.mongo.Binary(changed), context)).toThrow(/ENCRYPTION_KEY: altered/)
  })
})

describe('a record stored without a key', () => {
  it('is the value itself', () => {
    const plain = { text: 'x', at: new Date(0) }
    expect(without.seal(plain, context)).toBe(plain)
    expect(without.open(plain, context)).toBe(plain)
  })

  it('is still read after a key was set', () => {
    const plain = { text: 'x', at: new Date(0) }
    expect(office.open(without.seal(plain, context), context)).toEqual(plain)
  })
})

describe('a name', () => {
  it('is the same for the same text and key, and tells nothing about the text', () => {
    expect(office.nameFor('cau hoi', 'question names')).toBe(office.nameFor('cau hoi', 'question names'))
    expect(office.nameFor('cau hoi', 'question names')).toMatch(/^[\w-]{43}$/)
    const others = [
      office.nameFor('cau hoj', 'question names'),
      office.nameFor('cau hoi', 'other names'),
      other.nameFor('cau hoi', 'question names'),
    ]
    expect(others).not.toContain(office.nameFor('cau hoi', 'question names'))
    expect(without.nameFor('cau hoi', 'question names')).toBe('cau hoi')
  })
})

/** Nobody needs the difference. */
function withoutMinusZero<T>(given: T): T {
  return Object.fromEntries(
    Object.entries(given as Record<string, unknown>).map(([key, item]) => [key, item === 0 ? 0 : item]),
  ) as T
}
