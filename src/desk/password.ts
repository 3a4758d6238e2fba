import { randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/**
 * Argon2id (the library's default variant) with 19 MiB, 2 passes, 1 lane: the OWASP Password Storage minimum, about
 * 25 ms on one core. A stored hash carries its own parameters, so that they can be raised later.
 */
const argon2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export const minPasswordChars = 12
export const maxPasswordChars = 128
/** How long a password that was handed out is worth anything. */
export const oneTimePasswordDays = 7

/** One spelling: the same Vietnamese letters come composed or decomposed from different keyboards. */
const spell = (password: string) => password.normalize('NFKC')

export function hashPassword(password: string): Promise<string> {
  return hash(spell(password), argon2)
}

export function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, spell(password))
}

/** A hash that no password opens, as costly to compare as any other. */
export const createDecoyHash = (): Promise<string> => hashPassword(newOneTimePassword())

export type PasswordFault = 'too-short' | 'too-long' | 'holds-username' | 'too-simple'

/** Length before variety (NIST SP 800-63B, 5.1.1.2): no rule about kinds of characters. */
export function passwordFault(password: string, username: string): PasswordFault | undefined {
  const spelt = spell(password)
  const length = [...spelt].length
  if (length < minPasswordChars) return 'too-short'
  if (length > maxPasswordChars) return 'too-long'
  const folded = spelt.toLowerCase()
  if (folded.includes(username)) return 'holds-username'
  if (
    new Set(folded).size < 5 ||
    isRun(folded) ||
    /^(?:password|matkhau|qwerty|admin)[\d@!.]*$/.test(folded)
  ) {
    return 'too-simple'
  }
  return undefined
}

/** "123456789012", "abcdefghijkl": every character follows on the one before. */
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0)!)
  const steps = codes.slice(1).map((code, n) => (code - codes[n]! + 10) % 10)
  return steps.every((step) => step === steps[0])
}

/** Without letters and digits that look alike on paper. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** 16 of 31 characters: 79 bits; in groups of four, to be read out or typed from paper. */
export function newOneTimePassword(): string {
  return newCode(4)
}

/** `groups` of four characters, joined by dashes. */
export function newCode(groups: number): string {
  const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return Array.from({ length: groups }, group).join('-')
}
