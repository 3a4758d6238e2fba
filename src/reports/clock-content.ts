import type { CheckTexts } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'
import { weekdayWord } from '../lib/working-days/deadline-words.ts'
import {
  buildHolidayCalendar,
  type HolidayCalendar,
  type OfficeHours,
} from '../lib/working-days/holiday-calendar.ts'
import { type HolidayYear, parseHolidayYear } from '../lib/working-days/holiday-year.ts'
import { officeHoursOf } from './clock-rules.ts'
import { type ClockSettings, parseClocks } from './clock-settings.ts'
import type { ClockTexts } from './clock-texts.ts'

interface SourceFile {
  name: string
  text: string
}

export type ParsedClockContent =
  | { kind: 'content'; clocks: ClockSettings; calendar: HolidayCalendar }
  | { kind: 'problems'; problems: Problem[] }

/**
 * `data/clocks.yaml` and all of `data/holidays/` as one: nothing of them is used while one file has a problem.
 *
 * @param publishedHours `workingHours` of `data/agency.yaml`; empty = the default hours of `data/clocks.yaml`
 */
export function parseClockContent(
  files: { clocks: SourceFile; holidays: readonly SourceFile[] },
  publishedHours: readonly OfficeHours[],
  checks: CheckTexts,
  texts: ClockTexts,
): ParsedClockContent {
  const problems: Problem[] = []
  const clocks = parseClocks(files.clocks, checks, texts)
  if (clocks.kind === 'problems') problems.push(...clocks.problems)
  const years: HolidayYear[] = []
  for (const file of files.holidays) {
    const parsed = parseHolidayYear(file, checks, texts)
    if (parsed.kind === 'problems') problems.push(...parsed.problems)
    else if (years.some(({ year }) => year === parsed.year.year)) {
      problems.push({
        file: file.name,
        message: texts.say('clock.check.same-year', { year: parsed.year.year }),
      })
    } else years.push(parsed.year)
  }
  if (clocks.kind === 'problems' || problems.length > 0) return { kind: 'problems', problems }
  const built = buildHolidayCalendar({
    years,
    weeklyDaysOff: clocks.clocks.weeklyDaysOff,
    officeHours: officeHoursOf(publishedHours, clocks.clocks),
  })
  if (built.kind === 'calendar') return { kind: 'content', clocks: clocks.clocks, calendar: built.calendar }
  const message = texts.say('clock.check.no-hours', { weekday: weekdayWord(texts, built.weekday) })
  return { kind: 'problems', problems: [{ file: files.clocks.name, message }] }
}
