import { fold } from '../../../catalogue/entry.ts'

type ReadWhen = { kind: 'when'; text: string } | { kind: 'future' } | { kind: 'too-long' }

export const maxLineChars = 300

/**
 * When something happened, kept in the person's words. Only what plainly lies ahead is not believed: a date with its
 * year, "ngày mai", "tuần sau". A date without a year that would lie ahead was last year's.
 *
 * @param today "2026-11-23" in Viet Nam
 */
export function readWhen(text: string, today: string): ReadWhen {
  const plain = text.normalize('NFC').replace(/\s+/g, ' ').trim()
  if (plain.length > maxLineChars) return { kind: 'too-long' }
  const folded = ` ${fold(plain).replace(/[^\p{L}\p{N}/.-]+/gu, ' ')} `
  if (ahead.test(folded)) return { kind: 'future' }
  const days = [...folded.matchAll(fullDate)].flatMap(([, day, month, year]) =>
    dayOf(Number(day), Number(month), Number(year!.length === 2 ? `20${year}` : year)),
  )
  return days.length > 0 && days.every((day) => day > today)
    ? { kind: 'future' }
    : { kind: 'when', text: plain }
}

const fullDate = /(?<!\d)(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})(?!\d)/g
/** "mai" alone is also a name, so it counts only behind "ngày", "sáng" and the like. */
const ahead =
  / (?:(?:ngay|sang|trua|chieu|toi) mai|mai mot|ngay kia|ngay mot|(?:tuan|thang|nam|quy) (?:sau|toi)) /

function dayOf(day: number, month: number, year: number): string[] {
  const iso = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  const parsed = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(iso) ? [iso] : []
}
