/**
 * Mã số hồ sơ, Thông tư 01/2018/TT-VPCP Đ.19: `000.00.06.H56-231027-0361`. Newer agency codes (`H56.14`) drop the
 * leading groups, so the form is read liberally. Only `parseDossierCode` makes these.
 */
export type DossierCode = string & { readonly isDossierCode: true }

export type ParsedDossierCode =
  | { kind: 'code'; code: DossierCode }
  /** `suggestion`: what it would be with zeros for letters O. Never taken silently. */
  | { kind: 'not-a-code'; suggestion?: DossierCode }
  /** The six digits of the day are no day. */
  | { kind: 'impossible-day' }
  | { kind: 'future-day' }

const form = /^(?:\d{3}(?:\.\d{2}){2}\.)?[A-Z]\d{2}(?:\.\d{1,3}){0,3}-(\d{6})-\d{3,6}$/

/** @param today "2026-11-23": nobody has handed in anything after it */
export function parseDossierCode(typed: string, today: string): ParsedDossierCode {
  const plain = typed
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .toUpperCase()
  const match = form.exec(plain)
  if (!match) {
    const mended = plain.replaceAll('O', '0')
    const again = mended === plain ? undefined : parseDossierCode(mended, today)
    return { kind: 'not-a-code', ...(again?.kind === 'code' ? { suggestion: again.code } : {}) }
  }
  const day = dayInCode(match[1]!)
  if (day === undefined) return { kind: 'impossible-day' }
  if (day > today) return { kind: 'future-day' }
  return { kind: 'code', code: plain as DossierCode }
}

function dayInCode(digits: string): string | undefined {
  return realDay(2000 + Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4)))
}

/** "2026-02-03", or undefined for a day that no calendar has. */
export function realDay(year: number, month: number, day: number): string | undefined {
  if (!Number.isInteger(year) || year < 1900 || year > 9999 || !(month >= 1 && month <= 12)) return undefined
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const lastDay = month === 2 && isLeapYear ? 29 : daysOfMonth[month - 1]!
  if (!(day >= 1 && day <= lastDay)) return undefined
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** Of a common year. A million days are looked at in one import, so no date is made for each. */
const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
