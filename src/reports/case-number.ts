import { randomInt } from 'node:crypto'
import { vietnamDay } from '../lib/vietnam-time.ts'

/**
 * The name of a report among officers and in letters: `PA-YYMMDD-XXXX-C`, the day of receipt in Viet Nam, four random
 * characters and a check character. It opens nothing, so it may be said aloud. It never has the form of a dossier
 * code, which begins with three digits or with one letter and two digits.
 */
export type CaseNumber = string & { readonly isCaseNumber: true }

export type ParsedCaseNumber =
  | { kind: 'case-number'; caseNumber: CaseNumber }
  /** The form is right, but a character was mistyped or two were swapped. */
  | { kind: 'wrong-check' }
  | { kind: 'not-a-case-number' }

/**
 * What cannot be mistaken for another when read out or copied by hand: no I, L, O, 0, 1. That leaves 31, a prime,
 * which is what makes the check character find everything it should.
 */
export const caseAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
const modulus = caseAlphabet.length
const randomCharacters = 4
const dateDigits = 6

/**
 * A new number for a report received at `now`. 31^4 = 923,521 a day and random, so that numbers do not tell how many
 * reports there were; a unique index decides, and whoever meets a duplicate makes another.
 */
export function makeCaseNumber(now: Date, random: (below: number) => number = randomInt): CaseNumber {
  const date = vietnamDay(now).replaceAll('-', '').slice(2)
  const tail = Array.from({ length: randomCharacters }, () => caseAlphabet[random(modulus)]!).join('')
  return formatBody(date + tail, checkCharacter(date + tail))
}

/**
 * Reads what people type: any case, blanks, any kind of dash or none, full-width characters. A letter O for a zero
 * is not guessed at: it is a wrong character and told as such.
 */
export function parseCaseNumber(typed: string): ParsedCaseNumber {
  const plain = typed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}\p{Cf}\u2212._/]/gu, '')
    .toUpperCase()
  const match = form.exec(plain)
  if (!match) return { kind: 'not-a-case-number' }
  const [, body, check] = match
  if (!isInForm(body!) || checkCharacter(body!) !== check) return { kind: 'wrong-check' }
  return { kind: 'case-number', caseNumber: formatBody(body!, check) }
}

/** Loose on purpose: a zero among the random characters is a mistyped case number, not some other thing. */
const form = /^PA([0-9A-Z]{10})([0-9A-Z])$/

function isInForm(body: string): boolean {
  const date = body.slice(0, dateDigits)
  if (!/^\d+$/.test(date)) return false
  if ([...body.slice(dateDigits)].some((character) => !caseAlphabet.includes(character))) return false
  const iso = `20${date.slice(0, 2)}-${date.slice(2, 4)}-${date.slice(4)}`
  const day = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso)
}

function formatBody(body: string, check: string): CaseNumber {
  return `PA-${body.slice(0, dateDigits)}-${body.slice(dateDigits)}-${check}` as CaseNumber
}

/**
 * Weighted sum over a prime, as in ISBN-10: weights 11 … 2 and 1 for the check character are all different and none
 * is 0 modulo 31, so a wrong character and any two swapped ones change the sum. For that, the same character must
 * count the same in the date and behind it; 0 and 1 stand in dates only, where no letter does, and may share their
 * values with two letters.
 */
function checkCharacter(body: string): string {
  const sum = [...body].reduce((total, character, index) => total + (11 - index) * residueOf(character), 0)
  const wanted = (modulus - (sum % modulus)) % modulus
  return [...caseAlphabet].find((character) => residueOf(character) === wanted)!
}

/** '2' counts 2 … '9' counts 9, letters from 10 on; '0' and '1' take the values of the last two letters, 31 and 32. */
function residueOf(character: string): number {
  const index = caseAlphabet.indexOf(character)
  return index < 0 ? Number(character) : (index + 2) % modulus
}
