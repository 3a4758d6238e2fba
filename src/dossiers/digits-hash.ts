import { createHmac, timingSafeEqual } from 'node:crypto'
import type { DossierCode } from './dossier-code.ts'

/**
 * Four digits have ten thousand values, so nothing but the secret protects them: without the key the hashes tell
 * nothing, and with the code in it two dossiers of one person have nothing in common.
 */
export interface DigitsHasher {
  hash(code: DossierCode, lastFour: string): string
}

const hashBytes = 16
/** What `keyRing.deriveKey` is asked for; another purpose makes every kept hash useless. */
export const digitsKeyPurpose = 'dossier telephone digits'

/** @param key 32 bytes: `keyRing.deriveKey(digitsKeyPurpose)` */
export function createDigitsHasher(key: Uint8Array): DigitsHasher {
  if (key.length < 32) throw new RangeError('the key of the digits has at least 32 bytes')
  return {
    hash(code, lastFour) {
      if (!/^\d{4}$/.test(lastFour)) throw new RangeError('not four digits')
      const mac = createHmac('sha256', key).update(`${code}\n${lastFour}`).digest()
      return mac.subarray(0, hashBytes).toString('base64url')
    },
  }
}

/** In a time that does not depend on where they differ. */
export function isSameDigitsHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'base64url'), Buffer.from(other, 'base64url')]
  return a.length === b.length && timingSafeEqual(a, b)
}

/**
 * The last four digits of every telephone in a cell ("0905 123 456; 0258.382.2222"). What is no telephone is passed
 * over, also a number that a spreadsheet has rounded ("9.05E+08"): a wrong digit would lock its owner out.
 */
export function lastDigitsOf(cell: string): string[] {
  const found = cell
    .normalize('NFKC')
    .split(/[,;/|\n]| - /)
    .map((part) => part.replace(/[\s().+\-']/g, ''))
    .filter((part) => /^\d{8,15}$/.test(part))
    .map((digits) => digits.slice(-4))
  return [...new Set(found)].slice(0, maxTelephones)
}

/** Each further one makes guessing easier. */
const maxTelephones = 3
