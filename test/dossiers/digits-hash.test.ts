import { expect, test } from 'vitest'
import { createDigitsHasher, isSameDigitsHash, lastDigitsOf } from '../../src/dossiers/digits-hash.ts'
import { numbered } from './made-dossier.ts'
import { hasher } from './read-dossier-content.ts'

test.each([
  ['0905123456', ['3456']],
  ['0905 123 456', ['3456']],
  ['+84 905.123.456', ['3456']],
  ['905123456', ['3456']],
  ['0905123456; 0258.382.2222', ['3456', '2222']],
  ['0905123456 / 0914123456', ['3456']],
  ['(0258) 3822 222', ['2222']],
  ['0901234501,0901234502,0901234503,0901234504', ['4501', '4502', '4503']],
  ['9.05123E+08', []],
  ['không có', []],
  ['123', []],
  ['', []],
])('the last digits of %s', (cell, digits) => {
  expect(lastDigitsOf(cell)).toEqual(digits)
})

test('a hash is of one code, one key, one number', () => {
  const hash = hasher.hash(numbered(1), '3456')
  expect(isSameDigitsHash(hash, hasher.hash(numbered(1), '3456'))).toBe(true)
  expect(isSameDigitsHash(hash, hasher.hash(numbered(2), '3456'))).toBe(false)
  expect(isSameDigitsHash(hash, hasher.hash(numbered(1), '3457'))).toBe(false)
  const other = createDigitsHasher(Buffer.alloc(32, 8))
  expect(isSameDigitsHash(hash, other.hash(numbered(1), '3456'))).toBe(false)
  expect(isSameDigitsHash(hash, '')).toBe(false)
  expect(hash).not.toContain('3456')
  expect(() => createDigitsHasher(Buffer.alloc(16))).toThrow(RangeError)
  expect(() => hasher.hash(numbered(1), '345')).toThrow(RangeError)
})
