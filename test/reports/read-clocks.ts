import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { checkTexts as checkDeclaration } from '../../src/lib/check-texts.ts'
import { formatProblem } from '../../src/lib/problem.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import type { OfficeHours } from '../../src/lib/working-days/holiday-calendar.ts'
import { parseClockContent } from '../../src/reports/clock-content.ts'
import { type ClockTexts, clockTexts as clockDeclaration } from '../../src/reports/clock-texts.ts'

/** The shipped clocks and calendar, as the program reads them. */
export const checkTexts = loadTexts(checkSubset(), checkDeclaration)
export const clockTexts: ClockTexts = loadTexts(
  parse(source('data/texts/clocks.yaml').text),
  clockDeclaration,
)

export const holidayFiles = readdirSync('data/holidays')
  .filter((name) => /^\d{4}\.yaml$/.test(name))
  .sort()
  .map((name) => source(`data/holidays/${name}`))
export const clocksFile = source('data/clocks.yaml')

/** @param publishedHours none: the default hours, 07:30–11:30 and 13:30–17:00 */
export function shippedClocks(publishedHours: readonly OfficeHours[] = [], holidays = holidayFiles) {
  const parsed = parseClockContent({ clocks: clocksFile, holidays }, publishedHours, checkTexts, clockTexts)
  if (parsed.kind === 'content') return parsed
  throw new Error(parsed.problems.map(formatProblem).join('\n'))
}

/** "23/11/2026 09:00" in Viet Nam, as an instant. */
export function instant(words: string): Date {
  const [, day, month, year, time] = /^(\d\d)\/(\d\d)\/(\d{4}) (\d\d:\d\d(?::\d\d)?)$/.exec(words) ?? []
  if (!time) throw new Error(`not a time: ${words}`)
  return new Date(`${year}-${month}-${day}T${time.length === 5 ? `${time}:00` : time}+07:00`)
}

export function source(name: string): { name: string; text: string } {
  return { name, text: readFileSync(name, 'utf8') }
}

/** `checks.yaml` holds the words of other checkers too. */
function checkSubset(): Record<string, unknown> {
  const { check } = parse(source('data/texts/checks.yaml').text) as { check: Record<string, unknown> }
  const wanted = Object.keys(checkDeclaration).map((key) => key.split('.')[1]!)
  return { check: Object.fromEntries(Object.entries(check).filter(([key]) => wanted.includes(key))) }
}
