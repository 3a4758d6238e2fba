import { addDays, dayOf, instantAt, timeOf } from '../lib/working-days/day.ts'
import { type HolidayCalendar, isWorkingDay, MissingYearError } from '../lib/working-days/holiday-calendar.ts'
import { workingDayFrom } from '../lib/working-days/working-days.ts'
import { addWorkingMs, workingMsBetween } from '../lib/working-days/working-time.ts'
import type { ReminderPlan, ReminderRole } from './clock-settings.ts'
import type { ClockTexts } from './clock-texts.ts'
import { type Deadline, deadlineLeft } from './deadline.ts'

export interface Reminder {
  /** The same in every scheduler and every run: whoever stores it first sends it. A new due day makes new reminders. */
  id: string
  caseId: string
  step: string
  percent: number
  to: readonly ReminderRole[]
  /** Never in the quiet hours and never on a day off. */
  sendAt: Date
}

/** An open case with a deadline; a case that was answered has no reminders any more. */
export interface Reminded {
  /** Of the report; nothing that names a person. */
  caseId: string
  deadline: Deadline
}

export interface RemindersDue {
  reminders: Reminder[]
  /** Years whose table of days off is lacking and that some reminder needs; it waits until the table is entered. */
  missingYears: number[]
}

/**
 * The reminders whose time came later than `after` and not later than `until`, earliest first. Windows that follow one
 * another give each exactly once; windows that overlap (two schedulers, a run again) give the same ids. Without `after`
 * it gives all so far: what a scheduler asks for when the calendar was edited or it had been down.
 */
export function remindersBetween(
  plan: ReminderPlan,
  calendar: HolidayCalendar,
  cases: readonly Reminded[],
  { after, until }: { after?: Date; until: Date },
): RemindersDue {
  const reminders: Reminder[] = []
  const missingYears = new Set<number>()
  for (const reminded of cases) {
    try {
      for (const reminder of remindersOf(plan, calendar, reminded, until)) {
        if (reminder.sendAt <= until && (!after || reminder.sendAt > after)) reminders.push(reminder)
      }
    } catch (error) {
      if (!(error instanceof MissingYearError)) throw error
      missingYears.add(error.year)
    }
  }
  reminders.sort((a, b) => a.sendAt.getTime() - b.sendAt.getTime() || a.percent - b.percent)
  return { reminders, missingYears: [...missingYears].sort() }
}

/** Neither in the quiet hours nor on a day off; never while the table of that year is lacking. */
export function mayRemindAt(plan: ReminderPlan, calendar: HolidayCalendar, now: Date): boolean {
  try {
    return awakeAt(plan, calendar, now) === now
  } catch (error) {
    if (error instanceof MissingYearError) return false
    throw error
  }
}

/** In the words of the receiver: what, which case, how long. */
export function reminderText(
  texts: ClockTexts,
  calendar: HolidayCalendar,
  deadline: Deadline,
  reminder: { percent: number; code: string },
  now: Date,
): string {
  const { percent, code } = reminder
  const words = { title: deadline.title, code, left: deadlineLeft(texts, calendar, deadline, now) }
  if (percent >= 100 || now > deadline.dueAt) return texts.say('clock.remind.due', words)
  return texts.say('clock.remind.before', { ...words, percent })
}

/** Of one case, those whose share of the time has passed by `until`; one by one, for a later one may need a lacking year. */
function* remindersOf(
  plan: ReminderPlan,
  calendar: HolidayCalendar,
  { caseId, deadline }: Reminded,
  until: Date,
): Generator<Reminder> {
  const { startedAt, dueAt, dueDay, clock, unit } = deadline
  if (unit === 'at-once' || until <= startedAt) return
  const totalMs = workingMsBetween(calendar, startedAt, dueAt)
  const elapsedMs = until < dueAt ? workingMsBetween(calendar, startedAt, until) : totalMs
  for (const { key, percent, to } of plan.steps) {
    const shareMs = (totalMs * percent) / 100
    if (percent >= 100 ? until < dueAt : elapsedMs < shareMs) return
    const passedAt = percent === 100 ? dueAt : addWorkingMs(calendar, startedAt, shareMs)
    if (passedAt > until) return
    yield {
      id: `${caseId}/${clock}/${dueDay}/${key}`,
      caseId,
      step: key,
      percent,
      to,
      sendAt: awakeAt(plan, calendar, passedAt),
    }
  }
}

/** The instant itself, or the next working morning when it falls into the quiet hours or on a day off. */
function awakeAt({ quiet }: ReminderPlan, calendar: HolidayCalendar, at: Date): Date {
  const day = dayOf(at)
  const time = timeOf(at)
  const isNightOver = time >= quiet.to
  const isNightBegun = quiet.from > quiet.to && time >= quiet.from
  if (isWorkingDay(calendar, day) && isNightOver && !isNightBegun) return at
  const morning = isNightBegun ? addDays(day, 1) : day
  return instantAt(workingDayFrom(calendar, morning), quiet.to)
}
