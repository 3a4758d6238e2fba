import { addDays, daysBetween, weekdayOf, yearOf } from '../lib/working-days/day.ts'
import { realDay } from './dossier-code.ts'

/** What a person wrote of the day on which they handed in: "nộp ngày 3/6", "mùng 3 tháng 6", "hôm qua". */
export type FilingDay =
  | { kind: 'day'; day: string /** The person named no year. */; isYearGuessed: boolean; rest: string }
  | { kind: 'no-day' }
  | { kind: 'impossible'; text: string }
  | { kind: 'future'; day: string }
  | { kind: 'too-old'; day: string }

export interface FilingDayRules {
  /** "2026-11-23" */
  today: string
  /** Without a year, a day further back than this is not guessed to be of last year. */
  guessYearWithinDays: number
  maxAgeDays: number
}

const numeric = /(?<![\d./-])(\d{1,2})\s?([/.-])\s?(\d{1,2})(?:\s?\2\s?(\d{4}|\d{2}))?(?![\d]|[/.-]\d)/
const isoForm = /(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/
const worded =
  /(?<!\d)(?:mung\s+|mong\s+)?(\d{1,2})\s+(?:thang|thg|th)\.?\s*(\d{1,2})(?!\d)(?:[\s,]*(?:nam\s+)?(\d{4})(?!\d))?/
const near: readonly (readonly [RegExp, number])[] = [
  [/(?:hom nay|sang nay|chieu nay|bua nay)/, 0],
  [/(?:hom qua|bua qua|chieu qua|sang qua)/, -1],
  [/(?:hom kia|bua kia)/, -2],
]
const daysAgo = /(?<!\d)(\d{1,3})\s+ngay\s+(?:truoc|roi)/
const weeksAgo = /(?<!\d)(\d{1,2})\s+tuan\s+(?:truoc|roi)/
const weekdayLastWeek = /(?:thu\s+(hai|ba|tu|nam|sau|bay|[2-7])|(chu nhat|cn))\s+tuan\s+(?:truoc|roi)/
const weekdayWords: Readonly<Record<string, number>> = { hai: 1, ba: 2, tu: 3, nam: 4, sau: 5, bay: 6 }
/** Words around the day that name nothing: what is left is the procedure. */
const filler =
  /(?:^|(?<=\s))(?:em|toi|minh|da|co|nop|gui|ho|so|vao|tu|luc|ngay|hom|thu|tuc|ve|lam|xin|roi|,|:|-)(?=\s|$)/g

/**
 * Finds the day; without a year the latest such day that is not to come. A day a little ahead of today is taken for a
 * slip and asked about, not for one of almost a year ago.
 */
export function readFilingDay(typed: string, rules: FilingDayRules): FilingDay {
  const text = typed.normalize('NFC')
  const plain = flat(text)
  const found = spokenDay(plain, rules.today) ?? writtenDay(plain, rules)
  if (found === undefined) return { kind: 'no-day' }
  if (found.day === undefined) return { kind: 'impossible', text: text.slice(found.start, found.end).trim() }
  const { day } = found
  if (day > rules.today) return { kind: 'future', day }
  if (daysBetween(day, rules.today) > rules.maxAgeDays) return { kind: 'too-old', day }
  const rest = restOf(text, plain, found.start, found.end)
  return { kind: 'day', day, isYearGuessed: found.isYearGuessed, rest }
}

interface Found {
  /** Undefined for one that no calendar has. */
  day: string | undefined
  isYearGuessed: boolean
  start: number
  end: number
}

function spokenDay(plain: string, today: string): Found | undefined {
  const spoken = (match: RegExpExecArray, day: string): Found => {
    return { day, isYearGuessed: false, start: match.index, end: match.index + match[0].length }
  }
  for (const [pattern, days] of near) {
    const match = pattern.exec(plain)
    if (match) return spoken(match, addDays(today, days))
  }
  const days = daysAgo.exec(plain)
  if (days) return spoken(days, addDays(today, -Number(days[1])))
  const weekday = weekdayLastWeek.exec(plain)
  if (weekday) {
    const word = weekday[1]
    const wanted = word === undefined ? 7 : (weekdayWords[word] ?? Number(word) - 1)
    return spoken(weekday, addDays(today, -weekdayOf(today) - 7 + wanted))
  }
  const weeks = weeksAgo.exec(plain)
  return weeks ? spoken(weeks, addDays(today, -7 * Number(weeks[1]))) : undefined
}

function writtenDay(plain: string, rules: FilingDayRules): Found | undefined {
  const iso = isoForm.exec(plain)
  if (iso) return found(iso, Number(iso[1]), Number(iso[2]), Number(iso[3]), rules)
  const match = numeric.exec(plain) ?? worded.exec(plain)
  if (!match) return undefined
  const isNumeric = match.length === 5
  const [day, month, year] = isNumeric ? [match[1], match[3], match[4]] : [match[1], match[2], match[3]]
  const wholeYear = year === undefined ? undefined : year.length === 2 ? 2000 + Number(year) : Number(year)
  return found(match, wholeYear, Number(month), Number(day), rules)
}

function found(
  match: RegExpExecArray,
  year: number | undefined,
  month: number,
  date: number,
  rules: FilingDayRules,
): Found {
  const day = year === undefined ? guessYear(month, date, rules) : realDay(year, month, date)
  return { day, isYearGuessed: year === undefined, start: match.index, end: match.index + match[0].length }
}

/** The latest that is past; when that lies too far back, the next one to come, which is then refused as such. */
function guessYear(month: number, date: number, rules: FilingDayRules): string | undefined {
  const thisYear = yearOf(rules.today)
  // 29 February is looked for over the leap years around.
  const days = [-4, -3, -2, -1, 0, 1, 2, 3, 4]
    .map((offset) => realDay(thisYear + offset, month, date))
    .filter((day) => day !== undefined)
  const past = days.filter((day) => day <= rules.today).at(-1)
  if (past !== undefined && daysBetween(past, rules.today) <= rules.guessYearWithinDays) return past
  return days.find((day) => day > rules.today)
}

/** Lower case without marks, letter for letter, so that a place in it is a place in the text. */
function flat(text: string): string {
  return [...text]
    .map((letter) => {
      const bare = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace('đ', 'd')
      return bare.length === letter.length ? bare : letter
    })
    .join('')
}

function restOf(text: string, plain: string, start: number, end: number): string {
  const blank = ' '.repeat(end - start)
  const without = plain.slice(0, start) + blank + plain.slice(end)
  const original = text.slice(0, start) + blank + text.slice(end)
  let kept = original
  for (const match of without.matchAll(filler)) {
    kept =
      kept.slice(0, match.index) + ' '.repeat(match[0].length) + kept.slice(match.index + match[0].length)
  }
  return kept.replace(/[\s,;:.–-]+/g, ' ').trim()
}
