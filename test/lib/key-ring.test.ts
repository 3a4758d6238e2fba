import { createDecipheriv, createSecretKey } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createKeyRing,
  type EncryptionKey,
  type KeyFault,
  looksSealed,
  makeEncryptionKey,
  type OpenRefusal,
  paddedLength,
  parseKeyRing,
} from '../../src/lib/key-ring.ts'

const bytesOfKey = (seed: number) => Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 7 + seed) % 256))
const key = (id: string, seed: number): EncryptionKey => ({ id, key: createSecretKey(bytesOfKey(seed)) })
const first = key('k1', 1)
const ring = createKeyRing([first])
const context = 'report:7f3a:text'
const refusalOf = (sealed: Uint8Array, where = context, keys = ring): OpenRefusal | 'opened' => {
  const opened = keys.open(sealed, where)
  return opened.kind === 'refused' ? opened.reason : 'opened'
}

const contexts = fc.string({ minLength: 1, maxLength: 40 })

describe('sealing', () => {
  test('opens to the same bytes in the same context, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), contexts, (plaintext, where) => {
        const opened = ring.open(ring.seal(plaintext, where), where)
        expect(opened).toEqual({ kind: 'opened', plaintext: Buffer.from(plaintext) })
      }),
    )
  })

  test('opens to the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), (text) => {
        const sealed = ring.sealText(text, context)
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/)
        expect(ring.openText(sealed, context)).toEqual({ kind: 'opened', plaintext: text })
      }),
    )
  })

  test('opens nowhere but in its context', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), contexts, contexts, (plaintext, where, elsewhere) => {
        fc.pre(Buffer.from(where).compare(Buffer.from(elsewhere)) !== 0)
        expect(refusalOf(ring.seal(plaintext, where), elsewhere)).toBe('altered')
      }),
    )
  })

  test('is AES-256-GCM in the layout that the comment promises', () => {
    const text = 'Cán bộ ở quầy 3 đòi 500.000 đồng'
    const sealed = ring.seal(Buffer.from(text), context)
    const header = sealed.subarray(0, 7)
    expect(header.toString('latin1')).toBe('MCS1\x02k1')
    const decipher = createDecipheriv('aes-256-gcm', bytesOfKey(1), sealed.subarray(7, 19))
    decipher.setAAD(Buffer.concat([header, Buffer.from(context)]))
    decipher.setAuthTag(sealed.subarray(-16))
    const padded = Buffer.concat([decipher.update(sealed.subarray(19, -16)), decipher.final()])
    expect(padded.length).toBe(1024)
    expect(padded.subarray(4, 4 + padded.readUInt32BE()).toString()).toBe(text)
    expect(padded.subarray(4 + padded.readUInt32BE()).every((byte) => byte === 0)).toBe(true)
  })

  test('never uses a nonce twice, so equal texts look different', () => {
    const sealed = Array.from({ length: 2_000 }, () => ring.seal(Buffer.from('như nhau'), context))
    expect(new Set(sealed.map((bytes) => bytes.toString('hex', 7, 19))).size).toBe(2_000)
    expect(new Set(sealed.map((bytes) => bytes.toString('hex', 19))).size).toBe(2_000)
  })

  test('tells the size class of a text and no more', () => {
    fc.assert(
      fc.property(fc.nat(70_000), (length) => {
        const size = ring.seal(Buffer.alloc(length, 65), context).length
        expect(size).toBe(7 + 12 + paddedLength(length) + 16)
      }),
      { numRuns: 50 },
    )
    expect([0, 1, 300, 1020].map(paddedLength)).toEqual([1024, 1024, 1024, 1024])
    expect([1021, 2044, 2045, 10 * 1024 * 1024].map(paddedLength)).toEqual([2048, 2048, 4096, 16 * 1024 ** 2])
  })

  test('does not say a context that was forgotten', () => {
    expect(() => ring.seal(Buffer.from('x'), '')).toThrow(RangeError)
  })
})

describe('refusing', () => {
  const sealed = ring.seal(Buffer.from('bí mật'), context)

  test('every single changed bit', () => {
    expect(refusalOf(sealed)).toBe('opened')
    const reasons = new Set<string>()
    for (let position = 0; position < sealed.length; position++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Buffer.from(sealed)
        changed[position]! ^= 1 << bit
        const opened = ring.open(changed, context)
        expect(opened.kind, `bit ${bit} of byte ${position}`).toBe('refused')
        expect(Object.keys(opened)).toEqual(['kind', 'reason'])
        if (opened.kind === 'refused') reasons.add(opened.reason)
      }
    }
    expect(reasons).toEqual(new Set(['not-sealed', 'unknown-key', 'altered']))
  })

  test('a record cut short anywhere or with something behind it', () => {
    for (let length = 0; length < sealed.length; length++) {
      expect(ring.open(sealed.subarray(0, length), context).kind).toBe('refused')
    }
    expect(refusalOf(Buffer.concat([sealed, Buffer.from([0])]))).toBe('altered')
  })

  test('arbitrary bytes and arbitrary text, without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(refusalOf(bytes)).toBe('not-sealed')
        const withMagic = Buffer.concat([Buffer.from('MCS1\x02k1'), bytes])
        expect(refusalOf(withMagic)).not.toBe('opened')
      }),
    )
    fc.assert(
      fc.property(
        fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
        (text) => {
          expect(ring.openText(text, context)).toEqual({ kind: 'refused', reason: 'not-sealed' })
        },
      ),
    )
  })

  test('base64url that only a lenient reader would take', () => {
    const text = ring.sealText('bí mật', context)
    expect(ring.openText(`${text}=`, context).kind).toBe('refused')
    expect(ring.openText(` ${text}`, context).kind).toBe('refused')
    expect(ring.openText(`${text.slice(0, 9)}\n${text.slice(9)}`, context).kind).toBe('refused')
  })

  test('a missing key, and another key under the same id', () => {
    expect(refusalOf(sealed, context, createKeyRing([key('k2', 1)]))).toBe('unknown-key')
    expect(refusalOf(sealed, context, createKeyRing([key('k1', 2)]))).toBe('altered')
  })

  test('tells sealed bytes from others by their form', () => {
    expect(looksSealed(sealed)).toBe(true)
    expect(looksSealed(Buffer.from('%PDF-1.7'))).toBe(false)
    expect(looksSealed(Buffer.alloc(0))).toBe(false)
  })
})

describe('changing keys', () => {
  const old = ring.seal(Buffer.from('bí mật'), context)
  const both = createKeyRing([key('k2', 2), first])

  test('a new first key seals, the old one still opens and asks to be replaced', () => {
    expect(refusalOf(old, context, both)).toBe('opened')
    expect(both.needsRotation(old)).toBe(true)
    expect(both.needsRotation(old.toString('base64url'))).toBe(true)
    const fresh = both.seal(Buffer.from('bí mật'), context)
    expect(both.needsRotation(fresh)).toBe(false)
    expect(refusalOf(fresh, context, ring)).toBe('unknown-key')
    expect(refusalOf(fresh, context, createKeyRing([key('k2', 2)]))).toBe('opened')
  })

  test('what is not sealed needs no rotation', () => {
    expect(both.needsRotation('chưa niêm phong')).toBe(false)
    expect(both.needsRotation(Buffer.from('x'))).toBe(false)
  })
})

describe('the setting', () => {
  const good = makeEncryptionKey('2026-11')
  const faultsOf = (setting: string): KeyFault[] => {
    const parsed = parseKeyRing(setting)
    return parsed.kind === 'faults' ? parsed.faults : []
  }

  test('takes one or several keys, in order', () => {
    const other = makeEncryptionKey('2025')
    const parsed = parseKeyRing(` ${good} , ${other}`)
    expect(parsed).toMatchObject({ kind: 'parsed', keyIds: ['2026-11', '2025'] })
    if (parsed.kind !== 'parsed') return
    const sealed = parsed.keyRing.seal(Buffer.from('x'), context)
    expect(parsed.keyRing.needsRotation(sealed)).toBe(false)
    const alone = parseKeyRing(good)
    expect(alone.kind === 'parsed' && refusalOf(sealed, context, alone.keyRing)).toBe('opened')
  })

  const random = good.slice(good.indexOf(':') + 1)
  const cases: [setting: string, faults: KeyFault[]][] = [
    ['', [{ position: 0, kind: 'empty' }]],
    ['  ', [{ position: 0, kind: 'empty' }]],
    [random, [{ position: 1, kind: 'not-id-colon-key' }]],
    [`${good},`, [{ position: 2, kind: 'not-id-colon-key' }]],
    [`:${random}`, [{ position: 1, kind: 'bad-id' }]],
    [`Khóa 1:${random}`, [{ position: 1, kind: 'bad-id' }]],
    [`a-name-that-is-too-long:${random}`, [{ position: 1, kind: 'bad-id' }]],
    ['k1:not base64!', [{ position: 1, kind: 'not-base64' }]],
    [`k1:${random.replace(/=$/, '')}`, [{ position: 1, kind: 'not-base64' }]],
    [
      `k1:${Buffer.alloc(16, 'abcdefghijklmnop').toString('base64')}`,
      [{ position: 1, kind: 'not-32-bytes' }],
    ],
    ['k1:', [{ position: 1, kind: 'not-32-bytes' }]],
    [`k1:${Buffer.alloc(32).toString('base64')}`, [{ position: 1, kind: 'not-random' }]],
    [`${good},${makeEncryptionKey('2026-11')}`, [{ position: 2, kind: 'repeated-id' }]],
    [`${good},k2:${random}`, [{ position: 2, kind: 'repeated-key' }]],
    [
      `k1:short,${good},K2:${random},k3:${Buffer.alloc(32, 7).toString('base64')}`,
      [
        { position: 1, kind: 'not-base64' },
        { position: 3, kind: 'bad-id' },
        { position: 4, kind: 'not-random' },
      ],
    ],
  ]
  test.each(cases)('names every fault: case %#', (setting, faults) => {
    expect(faultsOf(setting)).toEqual(faults)
  })

  test('no value stands in a fault or in what a log would print of the ring', () => {
    const bad = `k1:${random}x,${good},k9:hunter2hunter2`
    expect(JSON.stringify(parseKeyRing(bad))).not.toMatch(/hunter2/)
    const parsed = parseKeyRing(good)
    const printed = inspect(parsed, { depth: 9, showHidden: true }) + JSON.stringify(parsed)
    expect(printed).not.toContain(random)
    expect(printed).not.toContain(Buffer.from(random, 'base64').toString('hex'))
  })

  test('a new key never has the bytes of another', () => {
    const made = Array.from({ length: 200 }, () => makeEncryptionKey('k'))
    expect(new Set(made).size).toBe(200)
    expect(made.every((setting) => parseKeyRing(setting).kind === 'parsed')).toBe(true)
    expect(() => makeEncryptionKey('Not An Id')).toThrow(RangeError)
  })
})
