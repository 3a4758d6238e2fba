import { findPhoneNumbersInText, isValidPhoneNumber } from 'libphonenumber-js/max'

type ReadContact =
  | { kind: 'contact'; name: string; phone?: string }
  /** A telephone alone. */
  | { kind: 'no-name'; phone: string }
  /** Digits that are no telephone number in use. */
  | { kind: 'wrong-phone'; name: string }
  | { kind: 'nothing' }
  | { kind: 'too-long' }

export const maxNameChars = 120
/** Six digits or more with the marks that people put between them. */
const digitRun = /\+?\d(?:[\s.\-()]{0,2}\d){5,}/g

/** Name and telephone in one message, in any order; the telephone is kept as it was typed. */
export function readContact(text: string): ReadContact {
  const plain = text.normalize('NFC').replace(/\s+/g, ' ').trim()
  const [found] = findPhoneNumbersInText(plain, 'VN')
  const [digits] = plain.match(digitRun) ?? []
  const phone = found?.number.isValid()
    ? plain.slice(found.startsAt, found.endsAt).trim()
    : digits && isValidPhoneNumber(digits, 'VN')
      ? digits.trim()
      : undefined
  const name = nameIn(plain, phone ?? digits)
  if (name.length > maxNameChars) return { kind: 'too-long' }
  if (phone === undefined && digits !== undefined) return { kind: 'wrong-phone', name }
  if (name === '') return phone === undefined ? { kind: 'nothing' } : { kind: 'no-name', phone }
  return { kind: 'contact', name, ...(phone === undefined ? {} : { phone }) }
}

/** What is left beside the telephone, without the words that announce either. */
function nameIn(text: string, phone: string | undefined): string {
  const at = phone === undefined ? text.length : text.indexOf(phone)
  const before = text.slice(0, at).replace(phoneWords, ' ')
  const name = `${before} ${text.slice(at + (phone?.length ?? 0))}`
    .replace(nameWords, ' ')
    .replace(/^[\s,;:.\-–/|]+|[\s,;:.\-–/|]+$/gu, '')
    .replace(/\s+/g, ' ')
  return /\p{L}/u.test(name) ? name : ''
}

/** Right before the number. */
const phoneWords =
  /(?<!\p{L})(?:số\s+|so\s+)?(?:điện thoại|dien thoai|đt|dt|sđt|sdt|di động|số|phone|tel)\s*(?:là|la)?\s*[:.]?\s*$/iu
const nameWords =
  /^\s*(?:tôi tên là|tôi tên|tên tôi là|tôi là|tên là|họ tên|họ và tên|tên)(?!\p{L})\s*[:.]?/iu
