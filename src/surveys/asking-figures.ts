import type { ArchivedForm } from './answer-archive.ts'
import { type HalfCounts, reminderGain } from './invitation/plan-reminder.ts'

const dayMs = 86_400_000

/** How far people came who were asked several questions: each place once, the first one first. */
export interface DropOff {
  place: number
  asked: number
  answered: number
}

/** "Chưa từng sử dụng" is an answer. Questions stand in the order in which they were asked. */
export function countDropOff(forms: readonly ArchivedForm[]): DropOff[] {
  const places: DropOff[] = []
  for (const { asked, poll } of forms) {
    if (!poll) continue
    for (const [index, { answer }] of asked.entries()) {
      places[index] ??= { place: index + 1, asked: 0, answered: 0 }
      places[index].asked++
      if (answer !== 'unanswered') places[index].answered++
    }
  }
  return places
}

export interface ReminderFigures {
  reminded: HalfCounts
  control: HalfCounts
  /** In shares of 1, with a 95 % interval; absent while a half is empty. */
  gain?: { gain: number; low: number; high: number }
}

/**
 * Both halves are looked at from the same moment on, the one at which reminders go out: who is still silent then, and who
 * of them answers later. Whom the reminder did not reach stays in its half. Polls that are younger are left out.
 */
export function countReminders(
  forms: readonly ArchivedForm[],
  { reminderAfterDays }: { reminderAfterDays: number },
  now: Date,
): ReminderFigures {
  const halves = { reminded: { open: 0, answeredLater: 0 }, control: { open: 0, answeredLater: 0 } }
  for (const { poll } of forms) {
    if (!poll || poll.isUndelivered) continue
    const momentMs = poll.sentAtMs + reminderAfterDays * dayMs
    if (momentMs > now.getTime()) continue
    const isAnsweredBefore = poll.answeredAtMs !== undefined && poll.answeredAtMs < momentMs
    if (isAnsweredBefore) continue
    const half = halves[poll.half]
    half.open++
    if (poll.answeredAtMs !== undefined) half.answeredLater++
  }
  const gain = reminderGain(halves.reminded, halves.control)
  return { ...halves, ...(gain ? { gain } : {}) }
}
