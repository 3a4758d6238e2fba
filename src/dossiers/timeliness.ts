import { addDays, daysBetween } from '../lib/working-days/day.ts'
import { type Dossier, isClosed, isDone, isPaused } from './dossier.ts'

/** Days are calendar days in Viet Nam; an hour earlier or later on the same day makes no difference. */
export type Timeliness =
  /** Done on an earlier day than promised. */
  | { kind: 'early'; days: number }
  | { kind: 'on-time' }
  | { kind: 'late'; days: number }
  /** Done, but nothing had been promised: it counts for nothing. */
  | { kind: 'done-without-due' }
  | { kind: 'open-in-time'; daysLeft: number }
  | { kind: 'open-overdue'; days: number }
  | { kind: 'open-without-due' }
  /** Waiting for papers, money or a decision since a day on which it was not overdue. */
  | { kind: 'paused'; since?: string }
  /** Not taken in yet, refused, or taken back: there is nothing to be on time with. */
  | { kind: 'not-counted' }

export type TimelinessFacts = Pick<
  Dossier,
  'status' | 'receivedDay' | 'firstDueDay' | 'dueDay' | 'dueChanges' | 'pausedSince' | 'doneDay'
>

/**
 * The day against which being late is measured: the first that was promised, moved only by recorded decisions to pause.
 * An extension after an apology moves the present promise and not this day.
 */
export function promisedDay({
  firstDueDay,
  dueDay,
  dueChanges,
}: Pick<Dossier, 'firstDueDay' | 'dueDay' | 'dueChanges'>): string | undefined {
  if (firstDueDay === undefined) return dueDay
  const promised = dueChanges.reduce(
    (day, change) => (change.kind === 'pause' ? addDays(day, daysBetween(change.from, change.to)) : day),
    firstDueDay,
  )
  // Set earlier again after all: then the earlier day is the promise.
  return dueDay !== undefined && dueDay < promised ? dueDay : promised
}

/** @param today "2026-11-23" */
export function timelinessOf(dossier: TimelinessFacts, today: string): Timeliness {
  const { status, doneDay, pausedSince } = dossier
  if (status === 'registered' || status === 'refused' || status === 'withdrawn')
    return { kind: 'not-counted' }
  const promised = promisedDay(dossier)
  if (isDone(status) && doneDay !== undefined) {
    if (promised === undefined) return { kind: 'done-without-due' }
    const over = daysBetween(promised, doneDay)
    if (over === 0) return { kind: 'on-time' }
    return over < 0 ? { kind: 'early', days: -over } : { kind: 'late', days: over }
  }
  // A pause that begins after the promised day does not undo that the day was missed.
  if (isPaused(status) && !(promised !== undefined && pausedSince !== undefined && pausedSince > promised)) {
    return { kind: 'paused', ...(pausedSince === undefined ? {} : { since: pausedSince }) }
  }
  if (promised === undefined) return { kind: 'open-without-due' }
  const left = daysBetween(today, promised)
  return left >= 0 ? { kind: 'open-in-time', daysLeft: left } : { kind: 'open-overdue', days: -left }
}

/** Nothing is done yet and nothing closed it. */
export function isOpenDossier({ status }: Pick<Dossier, 'status'>): boolean {
  return !isClosed(status) && status !== 'registered'
}
