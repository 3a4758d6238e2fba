import { dayOf } from '../lib/working-days/day.ts'
import { type HolidayCalendar, MissingYearError } from '../lib/working-days/holiday-calendar.ts'
import { receivedDay, workingDaysBetween } from '../lib/working-days/working-days.ts'
import { shareOf } from './exact-share.ts'
import {
  type IdentityMode,
  identityModes,
  type ReportKind,
  type ReportOutcome,
  type ReportSummary,
  reportKinds,
  reportOutcomes,
} from './report.ts'

/** A count with what it is a part of: nothing is shown without its n. */
export interface Counted<Name extends string = string> {
  name: Name
  count: number
  of: number
  /** Hundredths of a percent, half to even; undefined when `of` is 0. */
  share?: number
}

/**
 * How one term of answering stood. A report has one, and a second one once it was reopened; every term is in exactly one
 * of these.
 */
export const termStates = [
  'answered-in-time',
  'answered-late',
  'answered-untimed',
  'forwarded',
  'open-in-time',
  'open-late',
  'open-untimed',
] as const
export type TermState = (typeof termStates)[number]

export interface Term {
  startedAt: Date
  dueAt?: Date
  answeredAt?: Date
  state: TermState
  /** Worked days from the day of receipt to the day of the answer; undefined while a table of days off is lacking. */
  workingDays?: number
}

export interface Figures {
  /** Reports received in the period. */
  received: number
  byKind: Counted<ReportKind>[]
  byIdentityMode: Counted<IdentityMode>[]
  /** Of all terms. */
  terms: Counted<TermState>[]
  termCount: number
  /** Answered in time, of the terms that are over: answered with a deadline, or open with one that has passed. */
  inTime: Counted<'in-time'>
  /** Of the reports that were ever answered. */
  reopened: Counted<'reopened'>
  /** Of the closed ones. */
  closedInSilence: Counted<'closed-in-silence'>
  /** Of the reports that have an outcome. */
  outcomes: Counted<ReportOutcome>[]
  workingDays: { n: number; median?: number; p90?: number }
}

/**
 * @param reports received in the period, as they are now: a period's figures change until all of its reports are closed
 */
export function figuresOf(
  reports: readonly ReportSummary[],
  { calendar, now }: { calendar: HolidayCalendar; now: Date },
): Figures {
  const received = reports.length
  const terms = reports.flatMap((report) => termsOf(report, { calendar, now }))
  const inState = (state: TermState) => terms.filter((term) => term.state === state).length
  const count = (matches: (report: ReportSummary) => boolean) => reports.filter(matches).length
  const over = inState('answered-in-time') + inState('answered-late') + inState('open-late')
  const answered = count((report) => (report.answeredAt ?? report.firstAnswer?.answeredAt) !== undefined)
  const closed = count(({ state }) => state === 'closed')
  const withOutcome = count(({ outcome }) => outcome !== undefined)
  const days = terms.flatMap(({ workingDays }) => workingDays ?? []).sort((a, b) => a - b)

  return {
    received,
    byKind: reportKinds.map((name) =>
      counted(
        name,
        count(({ kind }) => kind === name),
        received,
      ),
    ),
    byIdentityMode: identityModes.map((name) =>
      counted(
        name,
        count(({ identityMode }) => identityMode === name),
        received,
      ),
    ),
    terms: termStates.map((state) => counted(state, inState(state), terms.length)),
    termCount: terms.length,
    inTime: counted('in-time', inState('answered-in-time'), over),
    reopened: counted(
      'reopened',
      count(({ cycle }) => cycle === 2),
      answered,
    ),
    closedInSilence: counted(
      'closed-in-silence',
      count(({ state, closedBecause }) => state === 'closed' && closedBecause === 'silence'),
      closed,
    ),
    outcomes: reportOutcomes.map((name) =>
      counted(
        name,
        count(({ outcome }) => outcome === name),
        withOutcome,
      ),
    ),
    workingDays: { n: days.length, ...quantiles(days) },
  }
}

/** The first term, and the second one of a report that was reopened. */
export function termsOf(
  report: ReportSummary,
  { calendar, now }: { calendar: HolidayCalendar; now: Date },
): Term[] {
  const { receivedAt, reopenedAt, firstAnswer, deadlines, answeredAt, forwardedAt } = report
  const last = { dueAt: deadlines.answer?.dueAt, answeredAt, forwardedAt }
  if (!reopenedAt || !firstAnswer) return [term({ startedAt: receivedAt, ...last })]
  // What was passed on before it was reopened belongs to the first term.
  const isSecond = forwardedAt !== undefined && forwardedAt >= reopenedAt
  return [
    term({ startedAt: receivedAt, dueAt: firstAnswer.dueAt, answeredAt: firstAnswer.answeredAt }),
    term({ startedAt: reopenedAt, ...last, forwardedAt: isSecond ? forwardedAt : undefined }),
  ]

  function term(given: {
    startedAt: Date
    dueAt: Date | undefined
    answeredAt: Date | undefined
    forwardedAt?: Date | undefined
  }): Term {
    const { startedAt, dueAt, answeredAt: answered, forwardedAt: forwarded } = given
    const days = answered && workedBetween(calendar, startedAt, answered)
    return {
      startedAt,
      ...(dueAt ? { dueAt } : {}),
      ...(answered ? { answeredAt: answered } : {}),
      state: stateOf(dueAt, answered, forwarded, now),
      ...(days === undefined ? {} : { workingDays: days }),
    }
  }
}

function stateOf(
  dueAt: Date | undefined,
  answeredAt: Date | undefined,
  forwardedAt: Date | undefined,
  now: Date,
): TermState {
  if (answeredAt) {
    if (!dueAt) return 'answered-untimed'
    return answeredAt <= dueAt ? 'answered-in-time' : 'answered-late'
  }
  if (forwardedAt) return 'forwarded'
  if (!dueAt) return 'open-untimed'
  return now <= dueAt ? 'open-in-time' : 'open-late'
}

/** Counted as deadlines are: what came after hours counts as received on the next working day. */
function workedBetween(calendar: HolidayCalendar, from: Date, until: Date): number | undefined {
  try {
    return workingDaysBetween(calendar, receivedDay(calendar, from, 'next-working-day'), dayOf(until))
  } catch (error) {
    if (error instanceof MissingYearError) return undefined
    throw error
  }
}

function counted<Name extends string>(name: Name, count: number, of: number): Counted<Name> {
  const share = shareOf(count, of)
  return { name, count, of, ...(share === undefined ? {} : { share }) }
}

/** The middle one, or the mean of the two in the middle; and the smallest that at least 90 % do not exceed. */
function quantiles(sorted: readonly number[]): { median?: number; p90?: number } {
  const n = sorted.length
  if (n === 0) return {}
  const median = (sorted[Math.floor((n - 1) / 2)]! + sorted[Math.floor(n / 2)]!) / 2
  return { median, p90: sorted[Math.ceil((n * 9) / 10) - 1]! }
}
