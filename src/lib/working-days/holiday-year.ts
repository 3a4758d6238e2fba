import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../checked-yaml.ts'
import type { Problem } from '../problem.ts'
import { daysFrom, weekdayOf, yearOf } from './day.ts'
import type { WorkingDayTexts } from './working-day-texts.ts'

/**
 * `data/holidays/<year>.yaml`: the days off and the made-up working days of one year, entered by staff from the yearly
 * notice. Nothing is computed: a lunar date, a substitute day or a swap counts only when it stands there.
 */
const marks = {
  /** law: the day stands in the law; notice: in the yearly notice; computed: worked out, no notice yet. */
  basis: z.enum(['law', 'notice', 'computed']),
  /** The office has compared the row with the document. */
  confirmed: z.boolean(),
  source: z.string().min(1),
}

const holidayYearSchema = z.strictObject({
  year: z.int().min(2000).max(2199),
  /** How many days of kind `holiday` the year must have: a sum that betrays a forgotten row. */
  statutoryDays: z.int().min(1),
  daysOff: z
    .array(
      z.strictObject({
        from: z.iso.date(),
        to: z.iso.date().optional(),
        name: z.string().min(1),
        kind: z.enum(['holiday', 'in-lieu', 'swapped']),
        ...marks,
      }),
    )
    .min(1),
  workingDays: z.array(z.strictObject({ day: z.iso.date(), insteadOf: z.iso.date(), ...marks })),
})

type HolidayRows = z.infer<typeof holidayYearSchema>

export interface DayOff {
  day: string
  name: string
  kind: HolidayRows['daysOff'][number]['kind']
}

export interface HolidayYear {
  year: number
  /** By day. */
  daysOff: ReadonlyMap<string, DayOff>
  /** Weekend days that are worked → the day off in exchange, whose office hours they take. */
  worked: ReadonlyMap<string, string>
  /** Rows that the office has not yet compared with the document, for the desk and the start-up check. */
  unconfirmed: readonly { day: string; name: string; basis: HolidayRows['daysOff'][number]['basis'] }[]
}

export type ParsedHolidayYear =
  | { kind: 'year'; year: HolidayYear }
  | { kind: 'problems'; problems: Problem[] }

export function parseHolidayYear(
  file: { name: string; text: string },
  checks: CheckTexts,
  texts: WorkingDayTexts,
): ParsedHolidayYear {
  const parsed = parseCheckedYaml(file.name, file.text, holidayYearSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const rows = parsed.value
  const problems: Problem[] = []
  const report = (path: PropertyKey[], message: string) =>
    problems.push({ file: file.name, line: parsed.lineOf(path), message })

  const daysOff = new Map<string, DayOff>()
  const worked = new Map<string, string>()
  const isOfYear = (day: string, path: PropertyKey[]) => {
    if (yearOf(day) === rows.year) return true
    report(path, texts.say('clock.check.other-year', { day, year: rows.year }))
    return false
  }
  for (const [index, { from, to = from, name, kind }] of rows.daysOff.entries()) {
    const path = ['daysOff', index, 'from']
    if (!isOfYear(from, path) || !isOfYear(to, ['daysOff', index, 'to'])) continue
    if (to < from) report(path, texts.say('clock.check.reversed', { from, to }))
    for (const day of daysFrom(from, to)) {
      if (daysOff.has(day)) report(path, texts.say('clock.check.twice', { day }))
      if (kind !== 'holiday' && isWeekend(day)) report(path, texts.say('clock.check.off-on-weekend', { day }))
      daysOff.set(day, { day, name, kind })
    }
  }
  for (const [index, { day, insteadOf }] of rows.workingDays.entries()) {
    const path = ['workingDays', index, 'day']
    if (!isOfYear(day, path)) continue
    if (daysOff.has(day)) report(path, texts.say('clock.check.worked-and-off', { day }))
    if (worked.has(day)) report(path, texts.say('clock.check.twice', { day }))
    if (!isWeekend(day)) report(path, texts.say('clock.check.worked-weekday', { day }))
    // An exchange may reach over the turn of the year; its other half then stands in the other file.
    if (yearOf(insteadOf) === rows.year && daysOff.get(insteadOf)?.kind !== 'swapped') {
      report(path, texts.say('clock.check.no-swap-off', { day, insteadOf }))
    }
    worked.set(day, insteadOf)
  }
  const exchanged = new Set(worked.values())
  for (const [index, { from, to = from, kind }] of rows.daysOff.entries()) {
    if (kind !== 'swapped' || isNearTurnOfYear(from)) continue
    const lacking = daysFrom(from, to).find((day) => !exchanged.has(day))
    if (lacking) report(['daysOff', index, 'from'], texts.say('clock.check.no-swap-work', { day: lacking }))
  }
  const found = [...daysOff.values()].filter(({ kind }) => kind === 'holiday').length
  if (found !== rows.statutoryDays) {
    report(['statutoryDays'], texts.say('clock.check.count', { stated: rows.statutoryDays, found }))
  }
  if (problems.length > 0) return { kind: 'problems', problems: problems.sort((a, b) => a.line! - b.line!) }
  return { kind: 'year', year: { year: rows.year, daysOff, worked, unconfirmed: unconfirmedRows(rows) } }
}

function unconfirmedRows(rows: HolidayRows): HolidayYear['unconfirmed'] {
  return [
    ...rows.daysOff.map(({ from, name, basis, confirmed }) => ({ day: from, name, basis, confirmed })),
    ...rows.workingDays.map(({ day, source, basis, confirmed }) => ({ day, name: source, basis, confirmed })),
  ]
    .filter(({ confirmed }) => !confirmed)
    .map(({ day, name, basis }) => ({ day, name, basis }))
}

/** Of the notices, which are written for offices that rest on Saturday and Sunday. */
function isWeekend(day: string): boolean {
  return weekdayOf(day) >= 6
}

function isNearTurnOfYear(day: string): boolean {
  return ['01', '12'].includes(day.slice(5, 7))
}
