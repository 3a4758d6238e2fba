import { addDays } from '../lib/working-days/day.ts'
import { isDone } from './dossier.ts'
import { isOpenDossier, promisedDay, type TimelinessFacts, timelinessOf } from './timeliness.ts'

/** Names the rules of `timelinessOf` and of this file; a change of either takes a new one. */
export const onTimeMethod = 'on-time/1'

/**
 * What the office's own records say of a stretch of days. `source` keeps it apart from what citizens tell
 * (`shadow-clock.ts`); the two are never added up.
 *
 * The words of the method are the text `dossier.method.on-time`.
 */
export interface OnTimeFigure {
  source: 'office'
  method: typeof onTimeMethod
  /** First and last day, both included. */
  from: string
  until: string
  early: number
  onTime: number
  late: number
  /** early + onTime + late: results of these days with a promised day. */
  n: number
  /** (early + onTime) ÷ n in hundredths of a percent, half up; undefined when n is 0. Never capped or floored. */
  onTimeHundredths?: number
  /** Results of these days for which nothing had been promised; outside n. */
  withoutDue: number
  /** Of n: the promised day had been moved by a recorded decision to pause. */
  movedByPause: number
  /** Of n: a later day had been set without such a decision; they count against the first. */
  reDated: number
  /** Taken in during these days. */
  received: number
  /** Taken in before them and not done before them, whatever came of it later. */
  carriedOver: number
  /** Not done at the end of them, by today's state of the records. */
  openAtEnd: number
  /** Of those: the promised day was over at the end, pauses that began in time left out. */
  openOverdueAtEnd: number
  pausedAtEnd: number
  /** True only when there is neither a late result nor an open one that is overdue. */
  isFreeOfLateness: boolean
}

export interface OnTimeTally {
  add(dossier: TimelinessFacts): void
  figure(): OnTimeFigure
}

/**
 * Counts dossiers one by one, so that two hundred thousand need not be held. What is not over yet is counted to
 * yesterday: on the promised day itself nobody is late.
 *
 * Being taken back or refused carries no day in the records, so such dossiers are left out of every state of the past.
 */
export function tallyOnTime({
  from,
  until,
  today,
}: {
  from: string
  until: string
  today: string
}): OnTimeTally {
  const counts = {
    early: 0,
    onTime: 0,
    late: 0,
    withoutDue: 0,
    movedByPause: 0,
    reDated: 0,
    received: 0,
    carriedOver: 0,
    openAtEnd: 0,
    openOverdueAtEnd: 0,
    pausedAtEnd: 0,
  }
  const lastDay = until < today ? until : addDays(today, -1)
  const isWithin = (day: string) => day >= from && day <= until

  function addResult(dossier: TimelinessFacts): void {
    const timeliness = timelinessOf(dossier, today)
    switch (timeliness.kind) {
      case 'early':
        counts.early++
        break
      case 'on-time':
        counts.onTime++
        break
      case 'late':
        counts.late++
        break
      default:
        counts.withoutDue++
        return
    }
    if (dossier.dueChanges.some(({ kind }) => kind === 'pause')) counts.movedByPause++
    if (dossier.dueChanges.some(({ kind }) => kind === 're-dated')) counts.reDated++
  }

  /** By the present state of the records; what is done by now was open until then. */
  function addOpen(dossier: TimelinessFacts): void {
    const promised = promisedDay(dossier)
    const isOverdue = promised !== undefined && promised <= lastDay
    const state = isDone(dossier.status) ? undefined : timelinessOf(dossier, addDays(lastDay, 1)).kind
    if (state === 'paused') counts.pausedAtEnd++
    else if (isOverdue) counts.openOverdueAtEnd++
    counts.openAtEnd++
  }

  return {
    add(dossier) {
      const { receivedDay, doneDay } = dossier
      const isResult = isDone(dossier.status) && doneDay !== undefined
      if (!isResult && !isOpenDossier(dossier)) return
      if (isWithin(receivedDay)) counts.received++
      if (receivedDay < from && !(isResult && doneDay < from)) counts.carriedOver++
      if (isResult && isWithin(doneDay)) addResult(dossier)
      if (receivedDay <= until && !(isResult && doneDay <= until)) addOpen(dossier)
    },
    figure() {
      const { early, onTime, late, ...others } = counts
      const n = early + onTime + late
      return {
        source: 'office',
        method: onTimeMethod,
        from,
        until,
        early,
        onTime,
        late,
        n,
        ...(n === 0 ? {} : { onTimeHundredths: hundredthsOfPercent(early + onTime, n) }),
        ...others,
        isFreeOfLateness: late === 0 && counts.openOverdueAtEnd === 0,
      }
    },
  }
}

/** The months from the first to the last, each whole: "2026-10", "2026-11"… */
export function tallyMonths({ first, last, today }: { first: string; last: string; today: string }): {
  add(dossier: TimelinessFacts): void
  figures(): (OnTimeFigure & { month: string })[]
} {
  const months = monthsFrom(first, last).map((month) => ({
    month,
    tally: tallyOnTime({ from: `${month}-01`, until: lastDayOf(month), today }),
  }))
  return {
    add(dossier) {
      for (const { tally } of months) tally.add(dossier)
    },
    figures: () => months.map(({ month, tally }) => ({ month, ...tally.figure() })),
  }
}

/** Integers only, so that the same counts give the same figure everywhere: 1 of 3 → 3333, 2 of 3 → 6667. */
export function hundredthsOfPercent(part: number, whole: number): number {
  return Math.floor((part * 20_000 + whole) / (2 * whole))
}

function monthsFrom(first: string, last: string): string[] {
  const months: string[] = []
  for (let month = first; month <= last; month = addDays(lastDayOf(month), 1).slice(0, 7)) months.push(month)
  return months
}

function lastDayOf(month: string): string {
  const [year, number] = month.split('-').map(Number)
  return new Date(Date.UTC(year!, number!, 0)).toISOString().slice(0, 10)
}
