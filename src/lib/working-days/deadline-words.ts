import { addDays, dayOf, timeOf, weekdayOf, yearOf } from './day.ts'
import type { Due, TimeLeft } from './time-left.ts'
import type { WorkingDayTexts } from './working-day-texts.ts'
import type { DueDate, Period } from './working-days.ts'

/** "còn 2 ngày làm việc, hạn 16:30 thứ Năm 26/11"; the year is said when it is not the year of `now`. */
export function timeLeftWords(texts: WorkingDayTexts, due: Due, left: TimeLeft, now: Date): string {
  const dueWords = texts.say('clock.due', {
    time: timeOf(due.dueAt, due.dueDay),
    weekday: weekdayWord(texts, weekdayOf(due.dueDay)),
    date: shortDate(due.dueDay, yearOf(dayOf(now))),
  })
  const count = (days: number) =>
    due.unit === 'working'
      ? texts.say('clock.count.working', { days })
      : texts.say('clock.count.calendar', { days })
  switch (left.kind) {
    case 'left':
      return texts.say('clock.left', { count: count(left.days), due: dueWords })
    case 'left-today':
      return texts.say('clock.left-today', { time: timeOf(due.dueAt, due.dueDay) })
    case 'left-next':
      return texts.say('clock.left-next', { due: dueWords })
    case 'over':
      return texts.say('clock.over', { count: count(left.days) })
    case 'over-since':
      return texts.say('clock.over-since', { due: dueWords })
    case 'unknown':
      return texts.say('clock.left-unknown', { due: dueWords, year: left.missingYear })
  }
}

/** All that a due date rests on; enough to explain it when the calendar or the rule has changed since. */
export interface ExplainedDueDate extends DueDate, Period {
  startedAt: Date
  /** Absent when the office set the period itself. */
  article?: string
  /** Days off by the yearly table within the period, in order. */
  daysOff: readonly { day: string; name: string }[]
  /** Weekend days that were worked within the period. */
  workedWeekends: readonly string[]
}

/** "5 ngày làm việc từ 29/12/2026; nghỉ 01/01 (Tết Dương lịch); hạn 17:00 06/01/2027 (Điều …)". */
export function explainDueDate(texts: WorkingDayTexts, due: ExplainedDueDate): string {
  const sentDay = dayOf(due.startedAt)
  const dueTime = timeOf(due.dueAt, due.dueDay)
  if (due.unit === 'at-once') {
    return texts.say('clock.explain.at-once', { time: dueTime, date: fullDate(due.dueDay) })
  }
  const count =
    due.unit === 'working'
      ? texts.say('clock.count.working', { days: due.days })
      : texts.say('clock.count.calendar', { days: due.days })
  const parts = [texts.say('clock.explain.period', { count, date: fullDate(due.receivedDay) })]
  if (sentDay !== due.receivedDay) {
    parts.push(texts.say('clock.explain.shifted', { time: timeOf(due.startedAt), date: shortDate(sentDay) }))
  }
  for (const { first, last, name } of runsOf(due.daysOff)) {
    parts.push(texts.say('clock.explain.off-named', { days: dateRange(texts, first, last), name }))
  }
  if (due.workedWeekends.length > 0) {
    const days = due.workedWeekends.map((day) => shortDate(day)).join(', ')
    parts.push(texts.say('clock.explain.worked', { days }))
  }
  if (due.movedFrom) parts.push(texts.say('clock.explain.moved', { date: shortDate(due.movedFrom) }))
  const end = { time: dueTime, date: fullDate(due.dueDay) }
  parts.push(
    due.article === undefined
      ? texts.say('clock.explain.due', end)
      : texts.say('clock.explain.due-law', { ...end, article: due.article }),
  )
  return parts.join('; ')
}

/** @param weekday 1 = Monday … 7 = Sunday */
export function weekdayWord(texts: WorkingDayTexts, weekday: number): string {
  return texts.say(`clock.weekday.${weekday as 1 | 2 | 3 | 4 | 5 | 6 | 7}`)
}

function dateRange(texts: WorkingDayTexts, first: string, last: string): string {
  if (first === last) return shortDate(first)
  return texts.say('clock.explain.range', { from: shortDate(first), to: shortDate(last) })
}

/** Neighbouring days of one name as one. */
function runsOf(
  days: readonly { day: string; name: string }[],
): { first: string; last: string; name: string }[] {
  const runs: { first: string; last: string; name: string }[] = []
  for (const { day, name } of days) {
    const run = runs.at(-1)
    if (run && run.name === name && addDays(run.last, 1) === day) run.last = day
    else runs.push({ first: day, last: day, name })
  }
  return runs
}

/** "26/11", or "26/11/2026" when that is not the year that a reader takes for granted. */
function shortDate(day: string, knownYear = yearOf(day)): string {
  return yearOf(day) === knownYear ? fullDate(day).slice(0, 5) : fullDate(day)
}

function fullDate(day: string): string {
  return day.split('-').reverse().join('/')
}
