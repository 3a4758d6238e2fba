import { addDays, daysBetween } from '../lib/working-days/day.ts'
import { type HolidayCalendar, MissingYearError } from '../lib/working-days/holiday-calendar.ts'
import { addWorkingDays, workingDayFrom } from '../lib/working-days/working-days.ts'
import { hundredthsOfPercent } from './on-time-figures.ts'

/** The time of a procedure as a number: "05 ngày làm việc kể từ ngày nhận đủ hồ sơ". */
export interface PublishedTime {
  days: number
  unit: 'working' | 'calendar'
}

const timeForm = /(?<![\d,.])(\d{1,3})\s*(?:\([^)]*\)\s*)?(ngay lam viec|ngay|thang|tuan|gio)(?![\p{L}])/u

/**
 * Undefined for what holds no plain time ("Không quy định", "trong thời hạn 10 ngày… 15 ngày": two times are two
 * answers). Hours count as one working day. A month is taken for 31 days, so that nobody is asked too early.
 */
export function readPublishedTime(text: string): PublishedTime | undefined {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd')
  // With its marks: "ngay" is at once, "ngày" a day.
  if (/(?:(?:trả|kết quả|giải quyết) ngay(?!\p{L})|trong ngày)/u.test(text.normalize('NFC').toLowerCase())) {
    return { days: 1, unit: 'working' }
  }
  const all = [...plain.matchAll(new RegExp(timeForm, 'gu'))]
  const [first] = all
  if (!first || all.some((match) => match[1] !== first[1] || match[2] !== first[2])) return undefined
  const count = Number(first[1])
  switch (first[2]) {
    case 'ngay lam viec':
      return { days: count, unit: 'working' }
    case 'ngay':
      return { days: count, unit: 'calendar' }
    case 'tuan':
      return { days: count * 7, unit: 'calendar' }
    case 'thang':
      return { days: count * 31, unit: 'calendar' }
    default:
      return { days: Math.max(1, Math.ceil(count / 8)), unit: 'working' }
  }
}

export type ShadowDue =
  /** `askDay`: the day after, on which the person is asked whether the result came. */
  | { kind: 'due'; dueDay: string; askDay: string }
  /** The days off of that year have not been entered: nothing is guessed. */
  | { kind: 'unknown-year'; year: number }

/**
 * When the published time runs out for what was handed in on a day. The day itself does not count; a period in
 * calendar days that ends on a day off ends on the next working day (Bộ luật Dân sự 2015 Đ.147, Đ.148).
 */
export function shadowDue(filedDay: string, time: PublishedTime, calendar: HolidayCalendar): ShadowDue {
  try {
    const dueDay =
      time.unit === 'working'
        ? addWorkingDays(calendar, filedDay, time.days)
        : workingDayFrom(calendar, addDays(filedDay, time.days))
    return { kind: 'due', dueDay, askDay: addDays(dueDay, 1) }
  } catch (error) {
    if (error instanceof MissingYearError) return { kind: 'unknown-year', year: error.year }
    throw error
  }
}

/** What a citizen told of their own dossier; no code and no name is asked for. */
export interface SelfReport {
  id: string
  procedureCode: string
  filedDay: string
  dueDay: string
  askDay: string
  /** Set when the question went out. */
  askedAt?: Date
  answer?: SelfReportAnswer
}

export type SelfReportAnswer =
  /** `day`: when it came, as far as the person tells. */
  { kind: 'came'; day: string } | { kind: 'not-yet'; toldOn: string } | { kind: 'withdrawn' }

export type CitizenTimeliness = { kind: 'in-time' } | { kind: 'late'; days: number } | { kind: 'none' }

/** Not having it by the day of the answer is late by at least so many days. */
export function citizenTimeliness({
  dueDay,
  answer,
}: Pick<SelfReport, 'dueDay' | 'answer'>): CitizenTimeliness {
  if (!answer || answer.kind === 'withdrawn') return { kind: 'none' }
  const days = daysBetween(dueDay, answer.kind === 'came' ? answer.day : answer.toldOn)
  if (answer.kind === 'came') return days > 0 ? { kind: 'late', days } : { kind: 'in-time' }
  return days > 0 ? { kind: 'late', days } : { kind: 'none' }
}

export const citizenMethod = 'citizens-told/1'

/**
 * Lateness as citizens tell it. It stands beside the office's own figure and is never added to it: `source` differs, and
 * nothing in the program takes both. People who write are not a sample, so this is a count with a share, no estimate.
 *
 * The words of the method are the text `dossier.method.citizens`.
 */
export interface CitizenFigure {
  source: 'citizens'
  method: typeof citizenMethod
  from: string
  until: string
  /** Whose published time ran out in these days. */
  told: number
  asked: number
  /** Answered in a way that says early or late; n of the share. */
  n: number
  inTime: number
  late: number
  /** Asked and silent: neither in time nor late. */
  silent: number
  /** late ÷ n in hundredths of a percent, half up; undefined when n is 0. */
  lateHundredths?: number
}

export function citizenFigure(
  reports: Iterable<SelfReport>,
  { from, until }: { from: string; until: string },
): CitizenFigure {
  const figure = { told: 0, asked: 0, inTime: 0, late: 0, silent: 0 }
  for (const report of reports) {
    if (report.dueDay < from || report.dueDay > until) continue
    figure.told++
    if (report.askedAt) figure.asked++
    const { kind } = citizenTimeliness(report)
    if (kind === 'in-time') figure.inTime++
    else if (kind === 'late') figure.late++
    else if (report.askedAt && !report.answer) figure.silent++
  }
  const n = figure.inTime + figure.late
  return {
    source: 'citizens',
    method: citizenMethod,
    from,
    until,
    ...figure,
    n,
    ...(n === 0 ? {} : { lateHundredths: hundredthsOfPercent(figure.late, n) }),
  }
}
